"""Fake Slack, Teams, Discord, PagerDuty and GitLab: servers that respond as the services' documentation says. They show that
requests have the documented form and that responses are understood, not that the services accept them."""

import base64
import hashlib
import hmac
import json
import subprocess
import unittest
import urllib.parse

from harness.case import Case
from harness.judged import judged
from harness.receiver import Receiver

OK = (200, {}, b"ok")
COMMIT = "0123456789abcdef0123456789abcdef01234567"


def answer_json(status, document, headers=None):
    return status, {"Content-Type": "application/json", **(headers or {})}, json.dumps(document).encode()


class ServiceCase(Case):
    def tell(self, options, code=0, candidate=300, environment=None, **more):
        experiment, variables = judged(self, [{"task": "notify", "with": options}], candidate, **more)
        finished = self.run_experiment(experiment, "--no-gate", environment={**variables, **(environment or {})})
        self.assert_code(finished, code)
        return finished


class SlackStandIn(ServiceCase):
    def test_an_incoming_webhook_takes_the_message(self):
        slack = Receiver(self, lambda told: OK)
        self.tell({"channel": "slack", "url": slack.url("/services/T000/B000/abcdefghijklmnop")})
        body = slack.told[0].json
        self.assertTrue(body["text"].startswith("fail: checkout: candidate: shop/latency"))
        self.assertEqual([block["type"] for block in body["blocks"]], ["section", "section", "context"])

    def test_what_slack_refuses_is_shown_and_the_address_is_not(self):
        slack = Receiver(self, lambda told: (403, {}, b"invalid_token\n::error::forged"))
        finished = self.tell({"channel": "slack", "url": slack.url("/services/T000/B000/abcdefghijklmnop")}, code=1)
        self.assert_says(finished, "status 403.*invalid_token")
        self.assertNotIn("abcdefghijklmnop", finished.text + (self.folder / "result.yaml").read_text())
        self.assertFalse([line for line in finished.text.splitlines() if line.startswith("::")])

    def test_too_fast_is_sent_again(self):
        answers = [(429, {"Retry-After": "0"}, b"rate_limited"), OK]
        slack = Receiver(self, lambda told: answers.pop(0))
        self.tell({"channel": "slack", "url": slack.url("/services/T000/B000/abcdefghijklmnop")})
        self.assertEqual(len(slack.told), 2)

    def test_an_answer_of_503_is_not_repeated_where_that_could_double_the_message(self):
        slack = Receiver(self, lambda told: (503, {}, b""))
        self.tell({"channel": "slack", "url": slack.url("/services/T000/B000/abcdefghijklmnop")}, code=1)
        self.assertEqual(len(slack.told), 1)

    def test_a_loop_is_one_thread(self):
        def answer(told):
            return answer_json(200, {"ok": True, "channel": "C0000", "ts": f"17000.{len(slack.told)}"})
        slack = Receiver(self, answer)
        experiment, environment = judged(self, [], 300)
        experiment["loop"] = {"iterations": 3}
        experiment["tasks"].append({"task": "notify", "with": {"channel": "slack", "url": slack.url("/api"), "updates": "thread",
                                                               "token": "xoxb-0123456789", "to": "#releases"}})
        self.assert_code(self.run_experiment(experiment, "--no-gate", environment=environment), 0)
        self.assertEqual([told.path for told in slack.told], ["/api/chat.postMessage"] * 3)
        self.assertEqual([told.json.get("thread_ts") for told in slack.told], [None, "17000.1", "17000.1"])
        self.assertEqual(slack.told[0].headers["authorization"], "Bearer xoxb-0123456789")

    def test_a_refusal_with_status_200_is_one(self):
        slack = Receiver(self, lambda told: answer_json(200, {"ok": False, "error": "missing_scope", "needed": "chat:write"}))
        finished = self.tell({"channel": "slack", "url": slack.url("/api"), "token": "xoxb-0123456789", "to": "#x"}, code=1)
        self.assert_says(finished, "Slack refused it: missing_scope .*chat:write")


class OtherStandIns(ServiceCase):
    def test_teams_takes_a_card_and_refuses_what_is_too_large(self):
        teams = Receiver(self, lambda told: (413 if len(told.body) > 28 * 1024 else 202, {}, b""))
        experiment, environment = judged(self, [{"task": "notify", "with": {"channel": "teams", "url": teams.url()}}], 300)
        experiment["tasks"][1]["with"]["slos"] = [{"metric": "shop/latency", "upper": 10 + i} for i in range(300)]
        self.assert_code(self.run_experiment(experiment, "--no-gate", environment=environment), 0)
        self.assertEqual(teams.told[0].json["attachments"][0]["content"]["type"], "AdaptiveCard")
        self.assertIn("objectives are left out", (self.folder / "result.yaml").read_text())

    def test_discord_takes_an_embed(self):
        answers = [answer_json(429, {"retry_after": 0.1, "global": False}, {"Retry-After": "0"}), (204, {}, b"")]
        discord = Receiver(self, lambda told: answers.pop(0))
        self.tell({"channel": "discord", "url": discord.url("/api/webhooks/1/abcdefghijklmnop")})
        self.assertEqual(len(discord.told), 2)
        self.assertEqual(discord.told[1].json["allowed_mentions"], {"parse": []})

    def test_pagerduty_is_triggered_and_resolved_by_one_key(self):
        pagerduty = Receiver(self, lambda told: answer_json(202, {"status": "success", "dedup_key": told.json["dedup_key"]}))
        options = {"channel": "pagerduty", "routingKey": "0123456789abcdef0123456789abcdef", "url": pagerduty.url("/v2/enqueue")}
        for candidate in (300, 200):
            finished = self.tell(options, candidate=candidate)
            self.assertNotIn(options["routingKey"], finished.text)
        events = [told.json for told in pagerduty.told]
        self.assertEqual([event["event_action"] for event in events], ["trigger", "resolve"])
        self.assertEqual(len({event["dedup_key"] for event in events}), 1)

    def test_pagerduty_says_what_is_wrong_with_an_event(self):
        pagerduty = Receiver(self, lambda told: answer_json(400, {"status": "invalid event", "errors": ["'routing_key' is missing"]}))
        finished = self.tell({"channel": "pagerduty", "routingKey": "0123456789abcdef", "url": pagerduty.url()}, code=1)
        self.assert_says(finished, "status 400.*routing_key")


class WebhookTest(Case):
    def test_openssl_makes_the_same_signatures(self):
        receiver = Receiver(self)
        key = b"0123456789abcdef0123456789abcdef"
        secret = "whsec_" + base64.b64encode(key).decode()
        experiment, environment = judged(self, [{"task": "webhook", "with": {"url": receiver.url(), "secret": "${HOOK_SECRET}"}}], 300)
        finished = self.run_experiment(experiment, "--no-gate", environment={**environment, "HOOK_SECRET": secret})
        self.assert_code(finished, 0)
        self.assertNotIn(secret, finished.text + (self.folder / "result.yaml").read_text())
        told = receiver.told[0]
        signed = f"{told.headers['webhook-id']}.{told.headers['webhook-timestamp']}.".encode() + told.body
        self.assertEqual(told.headers["webhook-signature"], "v1," + base64.b64encode(self.openssl(key, signed)).decode())
        self.assertEqual(told.headers["x-hub-signature-256"], "sha256=" + self.openssl(secret.encode(), told.body).hex())
        self.assertEqual(self.openssl(key, signed), hmac.new(key, signed, hashlib.sha256).digest())

    def openssl(self, key, content):
        done = subprocess.run(["openssl", "dgst", "-sha256", "-mac", "HMAC", "-macopt", f"hexkey:{key.hex()}", "-binary"],
                              input=content, capture_output=True, check=True, timeout=60)
        return done.stdout

    def test_every_attempt_has_the_same_id_and_body_and_a_server_error_is_tried_again(self):
        answers = [(500, {}, b""), (503, {"Retry-After": "0"}, b""), (200, {}, b"")]
        receiver = Receiver(self, lambda told: answers.pop(0))
        experiment, environment = judged(self, [{"task": "webhook", "with": {"url": receiver.url(), "secret": "0123456789abcdef"}}])
        self.assert_code(self.run_experiment(experiment, "--no-gate", environment=environment), 0)
        self.assertEqual(len(receiver.told), 3)
        self.assertEqual(len({(told.headers["webhook-id"], told.body) for told in receiver.told}), 1)

    def test_nobody_there_is_an_error_or_a_warning(self):
        for soft, code in ((False, 1), (True, 0)):
            experiment, environment = judged(self, [{"task": "webhook", "with": {
                "url": "http://127.0.0.1:1/hook", "softFailure": soft, "retry": {"attempts": 1}}}])
            finished = self.run_experiment(experiment, "--no-gate", environment=environment)
            self.assert_code(finished, code)
            self.assert_says(finished, "127.0.0.1:1")


class GitlabStandIn(Case):
    """The API of a project, as far as these tasks use it."""

    def setUp(self):
        super().setUp()
        self.notes, self.statuses, self.started = [], [], []
        self.pipeline = ["pending", "running", "success"]
        self.gitlab = Receiver(self, self.answer)
        self.environment = {"GITLAB_CI": "true", "CI_API_V4_URL": self.gitlab.url("/api/v4"), "CI_PROJECT_PATH": "group/sub/app",
                            "CI_MERGE_REQUEST_IID": "9", "CI_COMMIT_SHA": COMMIT, "CI_JOB_URL": "https://gitlab.example.com/j/1",
                            "GITLAB_TOKEN": "glpat-0123456789"}

    def answer(self, told):
        path = told.path.partition("?")[0]
        place = "/api/v4/projects/" + urllib.parse.quote("group/sub/app", safe="")
        if told.headers.get("private-token") != "glpat-0123456789":
            return answer_json(401, {"message": "401 Unauthorized"})
        if not path.startswith(place):
            return answer_json(404, {"message": "404 Project Not Found"})
        return self.answer_project(told, path.removeprefix(place))

    def answer_project(self, told, call):
        if call == "/merge_requests/9/notes" and told.method == "GET":
            return answer_json(200, self.notes)
        if call == "/merge_requests/9/notes":
            self.notes.append({"id": 11, "body": told.json["body"]})
            return answer_json(201, self.notes[-1])
        if call == "/merge_requests/9/notes/11":
            self.notes[0]["body"] = told.json["body"]
            return answer_json(200, self.notes[0])
        if call == f"/statuses/{COMMIT}":
            same = self.statuses and self.statuses[-1]["state"] == told.json["state"]
            self.statuses.append(told.json)
            return answer_json(400, {"message": "Cannot transition status via :enqueue"}) if same else answer_json(201, {"id": 1})
        if call in ("/pipeline", "/trigger/pipeline"):
            self.started.append((call, told.json))
            return answer_json(201, {"id": 77, "status": "created", "web_url": "https://gitlab.example.com/p/77"})
        if call == "/pipelines/77":
            status = self.pipeline.pop(0) if len(self.pipeline) > 1 else self.pipeline[0]
            return answer_json(200, {"id": 77, "status": status, "web_url": "https://gitlab.example.com/p/77"})
        if call == "/pipelines/77/cancel":
            self.pipeline = ["canceled"]
            return answer_json(200, {"id": 77, "status": "canceled"})
        if call == "":
            return answer_json(200, {"id": 1, "default_branch": "main"})
        return answer_json(404, {"message": "404 Not Found"})

    def run_task(self, task, options=None, code=0, candidate=200, environment=None):
        experiment, more = judged(self, [{"task": task, "with": options or {}}], candidate)
        finished = self.run_experiment(experiment, "--no-gate", environment={**self.environment, **more, **(environment or {})})
        self.assert_code(finished, code)
        self.assertNotIn("glpat-0123456789", finished.text)
        return finished

    def test_a_note_on_the_merge_request_is_kept_up_to_date(self):
        self.run_task("comment")
        self.run_task("comment", candidate=300)
        self.assertEqual(len(self.notes), 1)
        self.assertTrue(self.notes[0]["body"].startswith("<!-- iter8:checkout -->\n"))
        self.assertIn("fail", self.notes[0]["body"])

    def test_the_commit_gets_a_status_and_the_same_state_again_is_no_error(self):
        self.run_task("commit-status")
        self.run_task("commit-status")
        self.run_task("commit-status", candidate=300)
        self.assertEqual([status["state"] for status in self.statuses], ["success", "success", "failed"])
        self.assertEqual((self.statuses[0]["name"], self.statuses[0]["target_url"]), ("iter8/checkout", "https://gitlab.example.com/j/1"))

    def test_a_pipeline_is_started_and_waited_for(self):
        options = {"inputs": {"TAG": "{{ .winner.tag }}"}, "wait": True, "pollInterval": "10ms"}
        finished = self.run_task("workflow", options)
        self.assertEqual(self.started, [("/pipeline", {"ref": "main", "variables": [{"key": "TAG", "value": "v1.5"}]})])
        self.assert_says(finished, "success: https://gitlab.example.com/p/77")
        self.pipeline = ["running", "failed"]
        self.assert_says(self.run_task("workflow", options, code=1), "ended with failed")

    def test_a_trigger_token_starts_it_and_is_not_shown(self):
        finished = self.run_task("workflow", {"ref": "release", "inputs": {"TAG": "x"}, "triggerToken": "glptt-0123456789"})
        self.assertEqual(self.started, [("/trigger/pipeline", {"ref": "release", "token": "glptt-0123456789", "variables": {"TAG": "x"}})])
        self.assertNotIn("glptt-0123456789", finished.text)

    def test_a_pipeline_that_takes_too_long_is_cancelled(self):
        self.pipeline = ["running"]
        finished = self.run_task("workflow", {"wait": True, "pollInterval": "10ms", "waitTimeout": "200ms", "cancelOnTimeout": True}, code=1)
        self.assert_says(finished, "it was cancelled")
        self.assertEqual(self.pipeline, ["canceled"])

    def test_what_gitlab_has_not_is_refused_before_the_run(self):
        for task, options, message in (("deployment", {"environment": "x"}, "on GitHub only"),
                                       ("commit-status", {"as": "check"}, "check runs are GitHub's"),
                                       ("workflow", {"workflow": "x.yml"}, "remove it")):
            with self.subTest(task):
                self.assert_says(self.run_task(task, options, code=2), message)

    def test_a_wrong_token_is_named(self):
        finished = self.run_task("comment", code=1, environment={"GITLAB_TOKEN": "glpat-wrong-wrong"})
        self.assert_says(finished, "status 401.*GITLAB_TOKEN")


if __name__ == "__main__":
    unittest.main()
