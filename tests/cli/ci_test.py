"""`iter8 ci`: run, report and gate in one, plain and as a step of a GitHub workflow."""

import unittest

from harness.case import Case
from harness.servers import well_behaved

LOAD = {"url": "${URL}", "numRequests": 4, "qps": 200, "connections": 1}


def experiment(limit):
    return {"name": "gate", "tasks": [{"task": "http", "with": LOAD}, {
        "task": "assess", "with": {"slos": [{"metric": "http/request-count", "upper": limit}]}}]}


class Plain(Case):

    def test_it_prints_the_report_and_answers_the_conditions(self):
        self.write("experiment.yaml", experiment(4))
        with well_behaved() as server:
            finished = self.iter8("ci", "--report", "json=r.json", environment={"URL": server.url()})
        self.assert_code(finished, 0)
        self.assertIn("http/request-count", finished.out)
        self.assertTrue(finished.out.endswith(
            "completed: yes (2 of 2 tasks)\nnofailure: yes\nverdict: yes (pass)\n"), finished.story())
        self.assertTrue((self.folder / "r.json").exists())

    def test_a_missed_objective_is_a_failure_unless_it_is_not_asked_for(self):
        self.write("experiment.yaml", experiment(3))
        with well_behaved() as server:
            self.assert_code(self.iter8("ci", environment={"URL": server.url()}), 1)
            self.assert_code(self.iter8("ci", "--assert", "completed", environment={"URL": server.url()}), 0)

    def test_an_older_spelling_is_gated_by_its_objectives(self):
        older = experiment(4)
        older["tasks"][1]["with"] = {"SLOs": [{"metric": "http/request-count", "upperLimit": 4}]}
        self.write("experiment.yaml", older)
        with well_behaved() as server:
            finished = self.iter8("ci", environment={"URL": server.url()})
        self.assert_code(finished, 0)
        self.assertTrue(finished.out.endswith("nofailure: yes\nslos: yes (1 objective)\n"), finished.story())

    def test_a_promotion_that_fails_after_a_pass_is_a_failure(self):
        self.write("experiment.yaml", {**experiment(4), "finally": [{"if": 'Verdict() == "pass"', "run": "exit 1"}]})
        with well_behaved() as server:
            finished = self.iter8("ci", environment={"URL": server.url()})
        self.assert_code(finished, 1)
        self.assert_says(finished, "^nofailure: no")
        self.assertEqual(self.result()["insights"]["assessment"]["verdict"], "pass")

    def test_where_nothing_was_judged_the_step_is_not_good(self):
        self.write("experiment.yaml", {"tasks": [{"run": "true"}]})
        finished = self.iter8("ci")
        self.assert_code(finished, 3)
        self.assert_says(finished, r"^verdict: no \(nothing was judged\)$")

    def test_a_failed_task_is_a_failure_whatever_is_asked_for(self):
        self.write("experiment.yaml", {"tasks": [{"run": "exit 1", "name": "x"}]})
        self.assert_code(self.iter8("ci", "--assert", "slos"), 1)

    def test_a_wrong_file_or_condition_is_wrong_usage(self):
        self.assert_code(self.iter8("ci"), 2)
        self.write("experiment.yaml", {"tasks": [{"run": "touch ran"}]})
        self.assert_code(self.iter8("ci", "--assert", "slo"), 2)
        self.assertFalse((self.folder / "ran").exists())


class GitHub(Case):

    def run_step(self, server, **inputs):
        (self.folder / "workspace/canary").mkdir(parents=True)
        self.write("workspace/canary/gate.yaml", experiment(4))
        files = {"GITHUB_OUTPUT": "outputs", "GITHUB_STEP_SUMMARY": "summary"}
        environment = {name: str(self.write(file, "")) for name, file in files.items()}
        names = {"experiment": "gate.yaml", "working-directory": "canary", "set": "", "assert": "", "report": "",
                 "summary": "true", "annotations": "true", **inputs}
        environment |= {f"INPUT_{name.upper()}": value for name, value in names.items()}
        environment |= {"GITHUB_ACTIONS": "true", "CI": "true", "URL": server.url()}
        return self.iter8("ci", cwd=self.folder / "workspace", environment=environment)

    def outputs(self):
        """The outputs file as the runner reads it."""
        lines = iter((self.folder / "outputs").read_text().splitlines())
        outputs = {}
        for line in lines:
            name, _, delimiter = line.partition("<<")
            outputs[name] = "\n".join(iter(lambda: next(lines), delimiter))
        return outputs

    def test_inputs_are_read_and_outputs_are_written(self):
        with well_behaved() as server:
            self.assert_code(self.run_step(server, report="markdown=r.md"), 0)
        self.assertEqual(self.outputs(), {"verdict": "pass", "completed": "true", "slos": "true", "winner": "0",
                                          "recommended": "0", "result": "canary/result.yaml",
                                          "report": ""})
        self.assertTrue((self.folder / "workspace/canary/result.yaml").exists())
        self.assertTrue((self.folder / "workspace/canary/r.md").exists())
        self.assertIn("http/request-count", (self.folder / "summary").read_text())

    def test_a_missed_objective_is_annotated(self):
        with well_behaved() as server:
            finished = self.run_step(server, set="tasks[0].with.numRequests=5", summary="false")
        self.assert_code(finished, 1)
        self.assertRegex(finished.out, r"(?m)^::error file=canary/gate\.yaml,line=12,")
        self.assertEqual(self.outputs()["verdict"], "fail")
        self.assertEqual((self.folder / "summary").read_text(), "")


if __name__ == "__main__":
    unittest.main()
