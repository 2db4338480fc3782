"""`iter8 ci` as a step of a GitHub workflow, whose output is read by the runner's rules; hostile texts everywhere."""

import json
import os
import re
import subprocess
import unittest

import yaml

from ci import runner
from ci.action import ROOT, action_step
from harness import npm
from harness.case import Case
from harness.servers import Server, answering, response, well_behaved

LOAD = {"url": "${URL}", "numRequests": 4, "qps": 200, "connections": 1}
SECRET = "s3cr3t%value-of-a-token"
HOSTILE = ("::error::pwned", "##[error]pwned", " ::set-output name=verdict::pass", "::add-mask::iter8", "::stop-commands::x",
           "::x::", "::endgroup::", "##[add-path]/tmp/evil", "%0A::error::pwned", "::set-env name=A::b",
           "::group::pwned", "iter8_0::", "::debug::pwned")


def experiment(limit=4, **more):
    return {"name": "gate", "tasks": [{"task": "http", "with": LOAD}, {
        "task": "assess", "with": {"slos": [{"metric": "http/request-count", "upper": limit}]}}], **more}


class GitHubStep(Case):
    """One step `uses: acme/iter8` in a fresh workspace."""

    def run_step(self, inputs, experiment, environment=None, folder="", within=30.0):
        workspace = self.folder / "workspace"
        (workspace / folder).mkdir(parents=True, exist_ok=True)
        if experiment is not None:
            self.write(f"workspace/{folder}/{inputs.get('experiment', 'experiment.yaml')}", experiment)
        arguments, variables = action_step(inputs, {"${{ github.token }}": SECRET})
        commands = {name: self.write(f"file_commands/{name}", b"") for name in ("output", "summary")}
        variables |= {
            "GITHUB_ACTIONS": "true", "CI": "true", "HOME": str(self.folder), "GITHUB_WORKSPACE": str(workspace),
            "GITHUB_OUTPUT": str(commands["output"]), "GITHUB_STEP_SUMMARY": str(commands["summary"]),
            "GITHUB_SERVER_URL": "https://github.example", "GITHUB_REPOSITORY": "acme/shop", "GITHUB_RUN_ID": "7",
            **(environment or {})}
        self.finished = self.iter8(*arguments, cwd=workspace, environment=variables, within=within)
        self.assertEqual(self.finished.err, "", "two streams arrive in no order" + self.finished.story())
        self.step = runner.Step().read(self.finished.out)
        self.outputs = runner.read_outputs(commands["output"].read_bytes())
        self.summary = runner.read_summary(commands["summary"].read_bytes())
        self.assertEqual(self.step.other, [])
        self.assertEqual(self.step.open_groups, 0)
        self.assertEqual(self.step.empty_groups, [])
        self.assertIsNone(self.step.stop_token)
        return self.finished

    def issues(self, kind="error"):
        return [issue for issue in self.step.issues if issue.name == kind]

    def line_of(self, issue):
        """The line of the file that an annotation points to."""
        lines = (self.folder / "workspace" / issue.properties["file"]).read_text().split("\n")
        return lines[int(issue.properties["line"]) - 1]


class Outputs(GitHubStep):

    def test_a_good_version_passes(self):
        with well_behaved() as server:
            self.assert_code(self.run_step({}, experiment(), {"URL": server.url()}), 0)

        self.assertEqual(self.outputs, {"verdict": "pass", "completed": "true", "slos": "true", "winner": "0",
                                        "recommended": "0", "result": "result.yaml", "report": ""})
        self.assertEqual(set(self.outputs), set(yaml.safe_load((ROOT / "action.yml").read_text())["outputs"]))
        self.assertEqual(self.step.issues, [])
        self.assertTrue(self.summary.startswith("## ✅ gate: pass\n"), self.summary[:200])
        self.assertIn("http/request-count", self.summary)
        self.assertIn("(https://github.example/acme/shop/actions/runs/7#artifacts)", self.summary)
        self.assertIn("█", self.summary)
        self.assertEqual(self.step.groups[-1], "details")
        self.assertNotIn("task 2/2 assess", self.step.groups, "one line need not be folded")
        self.assertEqual(self.step.guards, 0)
        self.assertTrue(any(re.fullmatch(r"✓ pass( \(degraded\))?: every objective is satisfied", line) for line in self.step.shown),
                        self.step.shown)

    def test_what_a_task_says_stands_in_its_group(self):
        content = {"tasks": [{"task": "http", "with": {"url": "${URL}", "numRequests": 4, "qps": 100}}]}
        with Server(answering(response(status="404 Not Found"))) as server:
            self.run_step({"assert": "completed"}, content, {"URL": server.url()})
        self.assertEqual(self.step.groups, ["task 1/1 http", "details"])
        begin = self.finished.out.index("::group::task 1/1 http")
        group = self.finished.out[begin:self.finished.out.index("::endgroup::")]
        self.assertRegex(group, r"task 1/1 http: completed in \d+\.\d s: 4 requests, 4 errors")
        self.assertIn("warning: task 1/1 http: every request to '0' failed", group)

    def test_only_reports_that_are_printed_as_they_are_stand_between_guards(self):
        with well_behaved() as server:
            self.run_step({"report": "json=-"}, experiment(), {"URL": server.url()})
        self.assertEqual(self.step.guards, 1)

    def test_a_missed_objective_is_annotated_at_its_line(self):
        with well_behaved() as server:
            finished = self.run_step({"working-directory": "canary", "report": "html=r.html"}, experiment(3),
                                     {"URL": server.url()}, folder="canary")
        self.assert_code(finished, 1)
        self.assertEqual(self.outputs["verdict"], "fail")
        self.assertEqual((self.outputs["result"], self.outputs["report"]), ("canary/result.yaml", "canary/r.html"))
        issue, = self.issues()
        self.assertEqual(issue.properties["file"], "canary/experiment.yaml")
        self.assertIn("http/request-count", self.line_of(issue))
        self.assertIn("4 is above the limit of 3", issue.data)

    def test_an_open_verdict_is_a_warning(self):
        plugin = "#!/bin/sh\ncat >/dev/null\nprintf '{\"verdict\":\"inconclusive\",\"message\":\"open\"}'\n"
        self.write("bin/iter8-task-open", plugin).chmod(0o755)
        finished = self.run_step({"assert": "conclusive"}, {"tasks": [{"task": "x-open"}]},
                                 {"ITER8_TASK_PATH": str(self.folder / "bin")})
        self.assert_code(finished, 3)
        self.assertEqual(self.outputs["verdict"], "inconclusive")
        self.assertEqual(self.issues(), [])

    def test_more_objectives_than_github_keeps_annotations_are_counted_in_the_last(self):
        content = experiment()
        content["tasks"][1]["with"]["slos"] = [{"metric": "http/request-count", "upper": 1 + i / 100} for i in range(25)]
        with well_behaved() as server:
            self.assert_code(self.run_step({}, content, {"URL": server.url()}), 1)

        self.assertEqual(len(self.issues()), 10)
        self.assertEqual(self.step.dropped, 0)
        self.assertEqual(self.issues()[-1].data, "16 more, listed in the summary of the job")
        self.assertEqual(self.summary.count("\n- http/request-count: 4 is above the limit"), 25)

    def test_summary_and_annotations_can_be_turned_off(self):
        with well_behaved() as server:
            self.run_step({"summary": "false", "annotations": "false"}, experiment(3), {"URL": server.url()})

        self.assertEqual(self.step.issues, [])
        self.assertEqual(self.summary, "")
        self.assertEqual(self.outputs["verdict"], "fail")

    def test_files_belong_to_the_owner_of_the_workspace(self):
        if os.geteuid() != 0:
            self.skipTest("only root can give files away")
        workspace = self.folder / "workspace"
        workspace.mkdir()
        self.write("workspace/untouched", "")
        os.chown(workspace, 12345, 12346)
        content = {"tasks": [{"run": "mkdir made && touch made/by-a-script"}]}
        self.assert_code(self.run_step({"report": "html=report.html", "assert": "completed"}, content), 0)

        for name in ("result.yaml", "report.html", "made", "made/by-a-script"):
            status = (workspace / name).stat()
            self.assertEqual((status.st_uid, status.st_gid), (12345, 12346), name)

    def test_scripts_can_use_git_in_the_checkout_of_another_user(self):
        content = {"tasks": [{"run": "test \"$GIT_CONFIG_KEY_0=$GIT_CONFIG_VALUE_0\" = \"safe.directory=$GITHUB_WORKSPACE\""}]}
        self.assert_code(self.run_step({"assert": "completed"}, content), 0)


class WrongFiles(GitHubStep):

    def test_errors_of_the_file_are_annotations_and_reports(self):
        content = "tasks:\n- task: http\n  with:\n    url: http://127.0.0.1:9\n    qsp: 5\n- task: asses\n"
        finished = self.run_step({"report": "sarif=r.sarif\ncode-quality=q.json\njunit=j.xml\nhtml=r.html"}, content)

        self.assert_code(finished, 2)
        self.assertEqual([(issue.properties["line"], issue.properties["col"]) for issue in self.issues()],
                         [("5", "5"), ("6", "9")])
        self.assertIn("qps", self.issues()[0].data)
        self.assertEqual(self.outputs, {"verdict": "error", "completed": "false", "slos": "false", "winner": "",
                                        "recommended": "", "result": "", "report": "r.html"})
        self.assertIn("Errors of the file", self.summary)
        workspace = self.folder / "workspace"
        self.assertFalse((workspace / "result.yaml").exists())
        results = json.loads((workspace / "r.sarif").read_text())["runs"][0]["results"]
        regions = [result["locations"][0]["physicalLocation"]["region"] for result in results]
        self.assertEqual(regions, [{"startLine": 5, "startColumn": 5}, {"startLine": 6, "startColumn": 9}])
        self.assertEqual([entry["location"]["lines"]["begin"] for entry in json.loads((workspace / "q.json").read_text())],
                         [5, 6])
        self.assertEqual((workspace / "j.xml").read_text().count("<error "), 2)

    def test_a_missing_file_is_an_annotation_without_a_line(self):
        self.assert_code(self.run_step({"experiment": "nowhere.yaml"}, None), 2)

        issue, = self.issues()
        self.assertEqual(issue.properties["file"], "nowhere.yaml")
        self.assertNotIn("line", issue.properties)

    def test_a_condition_about_an_unknown_version_is_refused_before_anything_runs(self):
        self.folder.joinpath("workspace").mkdir()
        arguments, variables = action_step({"assert": "slosby=canary"})
        self.write("workspace/experiment.yaml", {"tasks": [{"run": "touch ran"}]})
        finished = self.iter8(*arguments, cwd=self.folder / "workspace", environment=variables | {"GITHUB_ACTIONS": "true"})
        self.assert_code(finished, 2)
        self.assertFalse((self.folder / "workspace/ran").exists())

    def test_a_wrong_input_cannot_speak_to_the_runner(self):
        for value in ("maybe ##[error]pwned", "x\n::error::pwned"):
            arguments, variables = action_step({"summary": value})
            finished = self.iter8(*arguments, environment=variables | {"GITHUB_ACTIONS": "true"})
            self.assert_code(finished, 2)
            for text in (finished.out, finished.err):
                self.assertEqual(runner.Step().read(text).issues, [])


class Hostile(GitHubStep):

    def assert_only_ours(self):
        self.assertEqual({issue.properties.get("title") for issue in self.step.issues} - {"iter8"}, set())
        for mask in self.step.masks:
            self.assertNotIn("iter8", mask)

    def test_what_scripts_print_and_are_called_is_no_command(self):
        script = "\n".join(f"echo '{line}'; echo '{line}' >&2" for line in HOSTILE) + "\nexit 1"
        content = {"name": "::error::pwned\n##[error]x",
                   "tasks": [{"run": script, "name": "##[error]pwned\n::error::pwned"}]}
        self.assert_code(self.run_step({}, content, {"LOG_LEVEL": "trace"}), 1)

        self.assert_only_ours()
        self.assertEqual(len(self.issues()), 1)
        self.assertEqual(self.outputs["verdict"], "error")
        self.assertTrue(any("pwned" in line for line in self.step.shown))

    def test_names_of_versions_and_metrics_are_no_commands(self):
        plugin = "#!/bin/sh\ncat >/dev/null\nprintf '%s\\n' \"$ANSWER\"\nprintf '%s\\n' \"$NOISE\" >&2\n"
        self.write("bin/iter8-task-evil", plugin).chmod(0o755)
        names = [f"{line}\r\n{line}" for line in HOSTILE]
        metrics = [{"name": f"m{i}", "version": "stable", "kind": "gauge", "value": 5, "unit": name, "description": name}
                   for i, name in enumerate(names)]
        content = {"versions": [{"name": "stable"}, {"name": "x\nverdict=pass\n::error::pwned"}],
                   "tasks": [{"task": "x-evil"},
                             {"task": "assess", "with": {"slos": [{"metric": f"evil/m{i}", "upper": 1}
                                                                  for i in range(len(names))]}}]}
        environment = {"ITER8_TASK_PATH": str(self.folder / "bin"), "NOISE": "\n".join(HOSTILE), "LOG_LEVEL": "trace",
                       "ANSWER": json.dumps({"metrics": metrics, "message": "\n".join(HOSTILE)})}
        self.run_step({}, content, environment)

        self.assert_only_ours()
        self.assertIn(self.outputs["verdict"], ("fail", "error"))
        self.assertNotIn("\n", self.outputs["winner"] + self.outputs["recommended"])

    def test_bodies_of_answers_are_no_commands(self):
        body = "\n".join(HOSTILE).encode()
        with Server(answering(response(body, "500 ::error::pwned"))) as server:
            self.run_step({}, experiment(3), {"URL": server.url(), "LOG_LEVEL": "trace"})

        self.assert_only_ours()

    def test_secrets_are_masked_before_any_other_line_and_shown_nowhere(self):
        environment = {"API_TOKEN": SECRET, "DEPLOY_PASSWORD": "line-one-of-it\nline-two-of-it",
                       "LOG_LEVEL": "trace", "PLAIN": "shown"}
        script = "echo $API_TOKEN; printf '%s' \"$DEPLOY_PASSWORD\"; printf '%s' \"$API_TOKEN\" | base64; echo $PLAIN; exit 1"
        self.assert_code(self.run_step({}, {"tasks": [{"run": script}]}, environment), 1)

        lines = self.finished.out.split("\n")
        other = next(i for i, line in enumerate(lines) if not line.startswith("::add-mask::"))
        for text in ("\n".join(lines[other:]), self.summary, str(self.outputs), str(self.step.issues)):
            text = re.sub("(?m)^::add-mask::.*$", "", text)
            for part in (SECRET, "line-one-of-it", "line-two-of-it"):
                self.assertNotIn(part, text)
        self.assertIn(SECRET, self.step.masks)
        self.assertIn("line-two-of-it", self.step.masks)
        self.assertTrue(any("shown" in line for line in self.step.shown))

    def test_a_summary_of_megabytes_is_cut_and_says_so(self):
        unit = "furlongs" * 80
        self.write("bin/iter8-task-many", (
            "#!/bin/sh\ncat >/dev/null\nprintf '{\"metrics\":['\nseq -f '{\"name\":\"m%.0f\",\"unit\":\"" + unit + "\",\"version\":\"0\","
            "\"kind\":\"gauge\",\"value\":1}' 1 3000 | paste -sd, | tr -d '\\n'\nprintf ']}'\n")).chmod(0o755)
        finished = self.run_step({"report": "markdown=full.md", "assert": "completed"}, {"tasks": [{"task": "x-many"}]},
                                 {"ITER8_TASK_PATH": str(self.folder / "bin")}, within=60)
        self.assert_code(finished, 0)
        self.assertGreater((self.folder / "workspace/full.md").stat().st_size, runner.SUMMARY_LIMIT)
        self.assertIn("cut off here", self.summary)
        self.assertTrue(self.summary.startswith("## "))
        self.assertEqual(self.summary.count("<details>"), self.summary.count("</details>"))


class Toolkit(GitHubStep):
    """GitHub's own toolkit says the same things in the same way."""

    def toolkit(self, given, **environment):
        npm.need("@actions/core")
        done = subprocess.run(["node", ROOT / "tests/ci/toolkit.cjs", npm.MODULES], input=json.dumps(given), text=True,
                              capture_output=True, timeout=60, check=True, env={"PATH": os.environ["PATH"], **environment})
        return done.stdout

    def test_annotations_are_those_of_the_toolkit(self):
        reason = "exit 1: 50% of a,b:c\n::error::x"
        self.run_step({"experiment": "a,b%c.yaml"}, {"tasks": [{"run": f"echo '{reason}'; exit 7"}]})
        issue, = self.issues()
        printed = next(line for line in self.finished.out.split("\n") if line.startswith("::error "))
        theirs = self.toolkit({"errors": [{"message": issue.data, "file": "a,b%c.yaml",
                                           "line": int(issue.properties["line"])}]})

        self.assertEqual(runner.command_v2(theirs.strip()), runner.command_v2(printed))
        self.assertEqual(theirs.strip().partition("::")[2].rpartition("::")[2], printed.rpartition("::")[2])

    def test_masks_are_those_of_the_toolkit(self):
        self.run_step({}, {"tasks": [{"run": "true"}]}, {"API_TOKEN": SECRET})
        self.assertIn(self.toolkit({"secrets": [SECRET]}).strip(), self.finished.out.split("\n"))

    def test_both_read_back_as_the_same_outputs(self):
        with well_behaved() as server:
            self.run_step({"working-directory": "a b%0A"}, experiment(), {"URL": server.url()}, folder="a b%0A")
        file = self.write("theirs", "")
        self.toolkit({"outputs": self.outputs}, GITHUB_OUTPUT=str(file))

        self.assertEqual(runner.read_outputs(file.read_bytes()), self.outputs)
        self.assertEqual(self.outputs["result"], "a b%0A/result.yaml")


class RunnerRules(unittest.TestCase):
    """The second implementation itself, on what the rules say."""

    def test_malformed_files_are_refused(self):
        for content in (b"a<<E\nx\n", b"a<<\nx\n", b"no separator\n", b"<<E\nx\nE\n"):
            with self.assertRaises(ValueError):
                runner.read_outputs(content)
        self.assertEqual(runner.read_outputs(b"a=1\n\nb<<E\nx\ny\r\nE\nc=<<d\n"), {"a": "1", "b": "x\ny\r", "c": "<<d"})

    def test_commands_are_found_where_the_runner_finds_them(self):
        step = runner.Step().read("  ::error file=a%2Cb::x%0Ay\nsee ##[warning]z\nx ::error::no\n::unknown::\n"
                                  "::stop-commands::t\n::error::no\n##[error]no\n::t::\n::notice::yes")
        self.assertEqual([issue.name for issue in step.issues], ["error", "warning", "notice"])
        self.assertEqual(step.issues[0], runner.Command("error", {"file": "a,b"}, "x\ny"))


if __name__ == "__main__":
    unittest.main()
