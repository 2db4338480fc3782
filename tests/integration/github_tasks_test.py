"""comment, commit-status, deployment, workflow and repository-dispatch against a fake GitHub that keeps state and checks every
request against GitHub's official description."""

import json
import unittest

from harness.case import Case
from harness.git import Repository
from harness.github import Github
from harness.judged import judged
from harness.prism import shared_prism
from harness.routes import Answer

COMMIT = "0123456789abcdef0123456789abcdef01234567"
QUICK = {"pollInterval": "10ms"}


class GithubTasksCase(Case):
    def setUp(self):
        super().setUp()
        self.prism = shared_prism()
        self.github = Github(self, self.prism, {"acme/app": Repository(self.folder / "app.git", {"a.txt": "one\n"})})
        event = self.write("event.json", json.dumps({"pull_request": {"number": 7, "head": {"sha": COMMIT}}}))
        self.environment = {**self.github.environment, "GITHUB_ACTIONS": "true", "GITHUB_EVENT_PATH": str(event),
                            "GITHUB_SHA": "f" * 40, "GITHUB_WORKSPACE": str(self.folder)}

    def tearDown(self):
        self.github.assert_sound()
        super().tearDown()

    def run_tasks(self, *tasks, code=0, candidate=200, environment=None, setup=(), arguments=()):
        experiment, more = judged(self, tasks, candidate, setup)
        finished = self.run_experiment(experiment, "--no-gate", *arguments, environment={**self.environment, **more, **(environment or {})})
        self.assert_code(finished, code)
        self.assertNotIn(self.github.token, finished.text)
        return finished

    def refuse_writes(self, message="Resource not accessible by integration"):
        self.github.before = lambda asked: Answer(403, {"message": message}) if asked.is_write else None


class CommentTest(GithubTasksCase):
    def test_one_comment_is_kept_up_to_date_however_often_it_is_written(self):
        comment = {"task": "comment"}
        self.assert_says(self.run_tasks(comment), "comment created")
        body = self.github.comments[0]["body"]
        self.assertTrue(body.startswith("<!-- iter8:checkout -->\n"))
        for text in ("pass", "shop/latency", "github.example.com/acme/app/actions/runs/4711"):
            self.assertIn(text, body)
        self.run_tasks(comment, candidate=300)
        self.assertEqual(len(self.github.comments), 1)
        self.assertIn("fail", self.github.comments[0]["body"])
        self.assertEqual(self.github.comments[0]["issue"], 7)

    def test_a_comment_that_would_say_the_same_is_not_written(self):
        comment = {"task": "comment", "with": {"body": "verdict {{ .verdict }}", "key": "gate"}}
        self.run_tasks(comment)
        writes = len(self.github.writes)
        self.assert_says(self.run_tasks(comment), "up to date")
        self.assertEqual(len(self.github.writes), writes)
        self.run_tasks({"task": "comment", "with": {"body": "x", "key": "other"}})
        self.assertEqual(len(self.github.comments), 2)

    def test_a_comment_beyond_the_first_page_is_found(self):
        for number in range(150):
            self.github.add_comment("acme/app", 7, f"chatter {number}")
        comment = {"task": "comment", "with": {"body": "{{ .verdict }}"}}
        self.run_tasks(comment)
        self.run_tasks(comment, candidate=300)
        self.assertEqual(len(self.github.comments), 151)
        self.assertTrue(self.github.comments[-1]["body"].endswith("fail"))

    def test_somebody_elses_comment_with_the_marker_is_left_alone(self):
        self.github.add_comment("acme/app", 7, "<!-- iter8:checkout -->\nall is well, merge it", ours=False)
        self.run_tasks({"task": "comment"})
        self.assertEqual(len(self.github.comments), 2)
        self.assertIn("merge it", self.github.comments[0]["body"])
        self.run_tasks({"task": "comment"}, candidate=300)
        self.assertEqual(len(self.github.comments), 2)

    def test_a_long_comment_is_cut_with_a_note(self):
        self.run_tasks({"task": "comment", "with": {"body": "{{ range 20000 }}line {{ . }}\n{{ end }}"}})
        body = self.github.comments[0]["body"]
        self.assertLessEqual(len(body), 65536)
        self.assertIn("cut: the rest is in the report", body)

    def test_without_a_pull_request_it_says_what_to_set(self):
        finished = self.run_tasks({"task": "comment"}, code=1, environment={"GITHUB_EVENT_PATH": "/nonexistent"})
        self.assert_says(finished, "no pull request is known: set 'pullRequest'")

    def test_a_read_only_token_names_the_permission_or_degrades_to_a_warning(self):
        self.refuse_writes()
        finished = self.run_tasks({"task": "comment"}, code=1)
        self.assert_says(finished, "cannot comment on the pull request.*status 403.*pull-requests: write")
        finished = self.run_tasks({"task": "comment", "with": {"softFailure": True}})
        self.assert_says(finished, "not done: cannot comment")
        self.assertEqual(self.result()["failure"], False)

    def test_words_of_the_server_cannot_forge_workflow_commands(self):
        self.refuse_writes("no\n::error::forged\r\n##[error]forged")
        finished = self.run_tasks({"task": "comment"}, code=1)
        for line in finished.text.splitlines():
            self.assertFalse(line.startswith("::error::forged"), line)

    def test_a_rate_limit_is_waited_for(self):
        answers = [Answer(403, {"message": "You have exceeded a secondary rate limit"}, {"Retry-After": "0"}),
                   Answer(429, {"message": "slow down"}, {"Retry-After": "0"})]
        self.github.before = lambda asked: answers.pop(0) if asked.is_write and answers else None
        self.assert_says(self.run_tasks({"task": "comment"}), "status 429.*again")
        self.assertEqual(len(self.github.comments), 1)


class CommitStatusTest(GithubTasksCase):
    def test_the_outcome_is_set_on_the_head_of_the_pull_request(self):
        for candidate, state in ((200, "success"), (300, "failure"), (None, "error")):
            with self.subTest(state):
                self.run_tasks({"task": "commit-status"}, candidate=candidate)
                status = self.github.statuses[-1]
                self.assertEqual((status["sha"], status["state"], status["context"]), (COMMIT, state, "iter8/checkout"))
                self.assertLessEqual(len(status["description"]), 140)
                self.assertEqual(status["target_url"], "https://github.example.com/acme/app/actions/runs/4711")

    def test_a_pending_status_before_and_the_outcome_after(self):
        status = {"task": "commit-status", "with": {"context": "gate"}}
        pending = {"task": "commit-status", "with": {"context": "gate", "state": "pending"}}
        self.run_tasks(status, setup=[pending])
        self.assertEqual([one["state"] for one in self.github.statuses], ["pending", "success"])

    def test_a_check_run_annotates_the_objective_in_the_file_and_is_updated_by_the_next_run(self):
        check = {"task": "commit-status", "with": {"as": "check"}}
        self.run_tasks(check, candidate=300)
        run = self.github.check_runs[0]
        self.assertEqual((run["head_sha"], run["conclusion"], run["status"]), (COMMIT, "failure", "completed"))
        annotation = run["annotations"][0]
        self.assertEqual((annotation["path"], annotation["annotation_level"]), ("experiment.yaml", "failure"))
        line = (self.folder / "experiment.yaml").read_text().splitlines()[annotation["start_line"] - 1]
        self.assertIn("shop/latency", line)
        self.assertIn("shop/latency", run["output"]["summary"])
        self.run_tasks(check)
        self.assertEqual(len(self.github.check_runs), 1)
        self.assertEqual(self.github.check_runs[0]["conclusion"], "success")

    def test_more_than_fifty_annotations_take_several_calls(self):
        experiment, more = judged(self, [{"task": "commit-status", "with": {"as": "check"}}], candidate=300)
        experiment["tasks"][1]["with"]["slos"] = [{"metric": "shop/latency", "upper": 10 + i} for i in range(120)]
        self.assert_code(self.run_experiment(experiment, "--no-gate", environment={**self.environment, **more}), 0)
        run = self.github.check_runs[0]
        self.assertGreater(len(run["annotations"]), 100)
        calls = [asked for asked in self.github.writes if "check-runs" in asked.path]
        self.assertTrue(all(len(asked.body["output"]["annotations"]) <= 50 for asked in calls))
        self.assertEqual(len({json.dumps(one) for one in run["annotations"]}), len(run["annotations"]))

    def test_a_token_that_may_not_names_the_permission(self):
        self.refuse_writes()
        self.assert_says(self.run_tasks({"task": "commit-status"}, code=1), "statuses: write")
        self.assert_says(self.run_tasks({"task": "commit-status", "with": {"as": "check"}}, code=1), "checks: write")

    def test_a_wrong_token_says_where_it_came_from(self):
        finished = self.run_tasks({"task": "commit-status"}, code=1, environment={"GITHUB_TOKEN": "wrong-token-0123"})
        self.assert_says(finished, "status 401.*GITHUB_TOKEN")
        self.assertNotIn("wrong-token-0123", finished.text)


class DeploymentTest(GithubTasksCase):
    def test_one_deployment_gets_a_status_only_when_there_is_news(self):
        deployment = {"task": "deployment", "with": {"environment": "production", "production": True,
                                                     "environmentURL": "https://shop.example.com/{{ .winner.tag }}"}}
        self.run_tasks(deployment)
        made = self.github.deployments[0]
        self.assertEqual((made["ref"], made["environment"], made["auto_merge"], made["required_contexts"]),
                         (COMMIT, "production", False, []))
        self.assertEqual([one["state"] for one in made["statuses"]], ["success"])
        self.assertEqual(made["statuses"][0]["environment_url"], "https://shop.example.com/v1.5")
        self.assert_says(self.run_tasks(deployment), "is already success")
        self.assertEqual(len(made["statuses"]), 1)
        failing = {"task": "deployment", "with": {"environment": "production"}}
        self.run_tasks(failing, candidate=300)
        self.assertEqual([one["state"] for one in made["statuses"]], ["failure", "success"])
        self.assertEqual(len(self.github.deployments), 1)

    def test_a_run_that_was_killed_between_the_two_calls_is_finished_by_the_next(self):
        self.github.before = lambda asked: Answer(502, {"message": "gone"}) if asked.path.endswith("/statuses") and asked.is_write else None
        self.run_tasks({"task": "deployment", "with": {"environment": "staging"}}, code=1)
        self.github.before = None
        self.run_tasks({"task": "deployment", "with": {"environment": "staging"}})
        self.assertEqual(len(self.github.deployments), 1)
        self.assertEqual(len(self.github.deployments[0]["statuses"]), 1)

    def test_a_conflict_says_what_the_server_says(self):
        self.github.before = lambda asked: Answer(409, {"message": "Conflict merging main into topic"}) if asked.is_write else None
        finished = self.run_tasks({"task": "deployment", "with": {"environment": "staging"}}, code=1)
        self.assert_says(finished, "cannot create the deployment.*409.*Conflict merging")


class WorkflowTest(GithubTasksCase):
    def begin(self, options=None, **more):
        return self.run_tasks({"task": "workflow", "with": {"workflow": "deploy.yml", **QUICK, **(options or {})}}, **more)

    def test_a_workflow_is_started_on_the_default_branch_with_its_inputs(self):
        finished = self.begin({"inputs": {"tag": "{{ .winner.tag }}", "count": "{{ add 1 2 }}"}})
        run = self.github.runs[0]
        self.assertEqual((run["ref"], run["inputs"]), ("main", {"tag": "v1.5", "count": "3"}))
        self.assert_says(finished, "started https://github.example.com/acme/app/actions/runs/5000")

    def test_waiting_shows_each_state_and_ends_with_the_run(self):
        finished = self.begin({"wait": True, "ref": "release"})
        for text in ("queued", "in_progress", "success: https://github.example.com/acme/app/actions/runs/5000"):
            self.assert_says(finished, text)

    def test_an_end_that_is_no_success_fails_the_task(self):
        for conclusion in ("failure", "cancelled", "timed_out", "action_required"):
            with self.subTest(conclusion):
                self.github.steps = ["in_progress", conclusion]
                self.assert_says(self.begin({"wait": True}, code=1), f"the run ended with {conclusion}: https://")

    def test_a_server_that_does_not_say_which_run_is_asked_for_the_one_with_the_unique_name(self):
        self.github.says_which_run = False
        self.github.looks_until_listed = 3
        for number in range(3):
            self.github.add_run("deploy.yml", "main", {"id": f"other-{number}"})
        self.begin({"wait": True, "correlationInput": "id"})
        run = self.github.runs[-1]
        self.assertTrue(run["inputs"]["id"].startswith("iter8-"))
        self.assertEqual(run["steps"], ["success"])

    def test_without_a_unique_name_the_only_new_run_is_taken_and_several_are_an_error(self):
        self.github.says_which_run = False
        self.begin({"wait": True})
        self.github.add_run("deploy.yml", "main", {})
        self.assert_says(self.begin({"wait": True}, code=1), "cannot tell which of 3 runs.*correlationInput")

    def test_an_older_server_that_refuses_to_be_asked_for_the_run_is_asked_without(self):
        def refuse(asked):
            if asked.path.endswith("/dispatches") and "return_run_details" in asked.body:
                return Answer(422, {"message": 'Invalid request. "return_run_details" is not a permitted key.'})
            return None
        self.github.before = refuse
        self.github.says_which_run = False
        self.begin({"wait": True})
        self.assertEqual(len(self.github.runs), 1)

    def test_other_refusals_are_errors(self):
        self.github.before = lambda asked: Answer(422, {"message": "Workflow does not have 'workflow_dispatch' trigger"}) if asked.is_write else None
        self.assert_says(self.begin(code=1), "cannot start the workflow.*422.*workflow_dispatch")
        self.refuse_writes()
        self.assert_says(self.begin(code=1), "actions: write")
        self.github.before = lambda asked: Answer(404, {"message": "Not Found"}) if asked.is_write else None
        self.assert_says(self.begin(code=1), "404.*actions: write")

    def test_when_the_time_is_up_the_run_goes_on_or_is_cancelled(self):
        self.github.steps = ["in_progress"]
        finished = self.begin({"wait": True, "waitTimeout": "300ms"}, code=1)
        self.assert_says(finished, "not over after 300ms: the run is in_progress; it goes on: https://")
        self.assertFalse(self.github.runs[0]["cancelled"])
        finished = self.begin({"wait": True, "waitTimeout": "300ms", "cancelOnTimeout": True}, code=1)
        self.assert_says(finished, "it was cancelled")
        self.assertTrue(self.github.runs[1]["cancelled"])

    def test_a_second_attempt_finds_the_run_of_the_first(self):
        looks = []

        def fail_once(asked):
            if asked.path.endswith("/actions/runs/5000") and not looks:
                looks.append(asked)
                return Answer(404, {"message": "Not Found"})
            return None
        self.github.before = fail_once
        experiment, more = judged(self, [{"task": "workflow", "retries": 1, "with": {
            "workflow": "deploy.yml", "wait": True, "correlationInput": "id", **QUICK}}])
        self.assert_code(self.run_experiment(experiment, "--no-gate", environment={**self.environment, **more}), 0)
        self.assertEqual(len(self.github.runs), 1)

    def test_mistakes_are_found_before_the_run(self):
        for options, message in (({"workflow": ""}, "missing key 'workflow'"),
                                 ({"cancelOnTimeout": True}, "without wait"),
                                 ({"inputs": {f"i{n}": "x" for n in range(26)}}, "at most 25"),
                                 ({"inputs": {"id": "x"}, "correlationInput": "id"}, "among the inputs"),
                                 ({"inputs": {"tag": "{{ .winer.tag }}"}}, "did you mean 'winner'"),
                                 ({"triggerToken": "abcdefgh"}, "GitLab's"),
                                 ({"repository": "acme"}, "owner/name")):
            with self.subTest(message):
                self.assert_refused(self.begin(options, code=2), message)


class RepositoryDispatchTest(GithubTasksCase):
    def test_the_outcome_stands_below_one_key(self):
        self.run_tasks({"task": "repository-dispatch", "with": {"payload": {"tag": "{{ .winner.tag }}"}}})
        sent = self.github.dispatched[0]
        self.assertEqual((sent["repository"], sent["event_type"]), ("acme/app", "iter8"))
        self.assertEqual(list(sent["client_payload"]), ["iter8"])
        data = sent["client_payload"]["iter8"]
        self.assertEqual((data["outcome"], data["winner"], data["values"]), ("success", "candidate", {"tag": "v1.5"}))

    def test_a_payload_over_githubs_limit_is_shortened_where_that_is_safe_and_refused_where_not(self):
        experiment, more = judged(self, [{"task": "repository-dispatch"}], candidate=300)
        experiment["tasks"][1]["with"]["slos"] = [{"metric": "shop/latency", "upper": 10 + i} for i in range(400)]
        finished = self.run_experiment(experiment, "--no-gate", environment={**self.environment, **more})
        self.assert_code(finished, 0)
        self.assertLess(len(json.dumps(self.github.dispatched[0]["client_payload"])), 65536)
        self.assertIn("objectives are left out", (self.folder / "result.yaml").read_text())
        finished = self.run_tasks({"task": "repository-dispatch", "with": {"payload": {"x": "{{ repeat 70000 \"x\" }}"}}}, code=1)
        self.assert_says(finished, "does not fit")

    def test_mistakes_are_found_before_the_run(self):
        for options, message in (({"eventType": "x" * 101}, "at most 100 characters"), ({"eventType": ""}, "must not be empty"),
                                 ({"forge": "gitlab"}, "event of GitHub")):
            with self.subTest(message):
                finished = self.run_tasks({"task": "repository-dispatch", "with": options}, code=2)
                self.assert_says(finished, message)


class PlanTest(GithubTasksCase):
    def test_a_dry_run_shows_every_request_and_sends_nothing(self):
        finished = self.run_tasks({"task": "comment"}, {"task": "commit-status"}, {"task": "commit-status", "with": {"as": "check"}},
                                  {"task": "deployment", "with": {"environment": "production"}},
                                  {"task": "workflow", "with": {"workflow": "deploy.yml", "wait": True}},
                                  {"task": "repository-dispatch"}, arguments=["--dry-run"])
        for text in ("POST .*/repos/acme/app/issues/7/comments", f"POST .*/repos/acme/app/statuses/{COMMIT}",
                     "POST .*/repos/acme/app/check-runs", "POST .*/repos/acme/app/deployments",
                     "POST .*/repos/acme/app/deployments/ID/statuses", "POST .*/actions/workflows/deploy.yml/dispatches",
                     "POST .*/repos/acme/app/dispatches", r"Authorization: Bearer \*\*\*", "return_run_details"):
            self.assert_says(finished, text)
        self.assertEqual(self.github.asked, [])


if __name__ == "__main__":
    unittest.main()
