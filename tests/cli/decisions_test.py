"""Verdicts by evidence as users see them: loops, a run that is killed and resumed, a history, and data without a verdict."""

import json
import unittest

from harness.case import Case

# A plugin whose answer is its `with`: {count, total} for every version, and what befalls the run.
SHOP = '''#!/usr/bin/env python3
import json, os, pathlib, signal, sys
request = json.load(sys.stdin)
options = request["with"]
marker = pathlib.Path("killed")
if options.get("killAt") == request["iteration"] and not marker.exists():
    marker.touch()
    if options["killed"] == "worker":
        os.kill(os.getppid(), signal.SIGKILL)
    else:
        os.killpg(os.getpgid(os.getppid()), signal.SIGKILL)
json.dump({"metrics": [{"name": "errors", "version": version["name"], "kind": "proportion", **counts}
                       for version, counts in zip(request["versions"], options["counts"])]}, sys.stdout)
'''


class Decisions(Case):
    def setUp(self):
        super().setUp()
        self.write("bin/iter8-task-shop", SHOP).chmod(0o755)

    def experiment(self, counts, evidence="hybrid", iterations=1, versions=1, assess=None, **shop):
        loop = {"loop": {"iterations": iterations}} if iterations > 1 else {}
        return {"versions": [{"name": f"v{number}", "tag": "1.0"} for number in range(versions)], **loop, "tasks": [
            {"task": "x-shop", "with": {"counts": [{"count": x, "total": n} for x, n in counts], **shop}},
            {"task": "assess", "with": {"slos": [{"metric": "shop/errors", "upper": "1%"}],
                                        **({"evidence": evidence} if evidence else {}), **(assess or {})}}]}

    def run_shop(self, experiment, *arguments):
        return self.run_experiment(experiment, *arguments,
                                   environment={"ITER8_TASK_PATH": str(self.folder / "bin")})

    def assessment(self):
        return self.result()["insights"]["assessment"]

    def check(self, version=0):
        return self.assessment()["slos"][0]["versions"][version]

    def test_too_few_samples_are_inconclusive_and_gates_exit_with_a_code_of_their_own(self):
        finished = self.run_shop(self.experiment([(0, 100)], "fixed"), "--gate")

        self.assert_code(finished, 3)
        self.assertEqual(self.assessment()["verdict"], "inconclusive")
        self.assertEqual(self.check()["reason"], "0 in 100: cannot certify <= 1 %; needs 299 samples without one")

    def test_a_loop_adds_its_samples_up_and_records_each_look(self):
        self.assert_code(self.run_shop(self.experiment([(0, 200)], iterations=4), "--gate"), 0)

        self.assertEqual(self.check()["samples"], 800)
        self.assertEqual([look["verdict"] for look in self.assessment()["looks"]],
                         ["inconclusive", "inconclusive", "pass", "pass"])
        self.assertEqual(self.check()["decidedAt"], 3)

    def test_a_killed_loop_resumes_to_the_very_same_assessment(self):
        self.assert_code(self.run_shop(self.experiment([(1, 200)], iterations=4), "--no-gate"), 0)
        whole = self.assessment()
        environment = {"ITER8_TASK_PATH": str(self.folder / "bin")}
        for who, code, done in (("everything", -9, 2), ("worker", 1, 0)):
            with self.subTest(who):
                (self.folder / "result.yaml").unlink()
                (self.folder / "killed").unlink(missing_ok=True)
                self.write("experiment.yaml", self.experiment([(1, 200)], iterations=4, killAt=3, killed=who))
                self.assert_code(self.start("run", environment=environment).finish(20), code)
                self.assertEqual(self.result()["numCompletedTasks"], done)
                self.assert_code(self.iter8("run", "--resume", "--no-gate", environment=environment), 0)

                self.assertEqual(len(self.assessment()["looks"]), 4)
                for key in ("verdict", "looks", "slos"):
                    self.assertEqual(self.without_lines(self.assessment()[key]), self.without_lines(whole[key]))

    def without_lines(self, value):
        if isinstance(value, dict):
            return {key: self.without_lines(item) for key, item in value.items() if key not in ("line", "taskLine")}
        return [self.without_lines(item) for item in value] if isinstance(value, list) else value

    def test_a_history_carries_the_evidence_over_runs_of_the_same_versions(self):
        experiment = self.experiment([(0, 200)], None, assess={"history": "evidence.json"})
        self.assert_code(self.run_shop(experiment, "--set", "name=one", "--gate"), 3)
        self.assertEqual(self.check()["evidence"], "anytime")
        self.assert_code(self.run_shop(experiment, "--set", "name=two", "--gate"), 0)
        self.assertEqual(self.check()["samples"], 400)
        self.assertEqual(len(json.loads((self.folder / "evidence.json").read_text())["runs"]), 2)

        experiment["versions"][0]["tag"] = "2.0"
        self.assert_code(self.run_shop(experiment, "--set", "name=three", "--gate"), 3)
        self.assertEqual(self.check()["samples"], 200)
        self.assertIn("history-other-versions", [warning["code"] for warning in self.assessment()["warnings"]])

    def test_a_damaged_history_fails_the_task_and_is_left_as_it_is(self):
        self.write("evidence.json", "{]")
        finished = self.run_shop(self.experiment([(0, 200)], None, assess={"history": "evidence.json"}))

        self.assert_code(finished, 1)
        self.assert_says(finished, "evidence.json: expected a history file of iter8")
        self.assertEqual((self.folder / "evidence.json").read_text(), "{]")

    def test_a_version_without_data_is_no_pass(self):
        self.assert_code(self.run_shop(self.experiment([(0, 1000)], "fixed", versions=2), "--gate"), 1)

        self.assertEqual([self.check(0)["verdict"], self.check(1)["verdict"]], ["pass", "error"])
        self.assertIn("missing-metric", [warning["code"] for warning in self.assessment()["warnings"]])

    def test_more_errors_than_requests_are_no_data(self):
        self.assert_code(self.run_shop(self.experiment([(11, 10)], "fixed"), "--gate"), 1)

    def test_wrong_options_are_refused_where_they_stand(self):
        for options, expected in (({"history": "a.json", "evidence": "fixed"}, "every look of every run"),
                                  ({"alpha": 2}, "more than 0 and less than 1"),
                                  ({"score": {"pass": 10, "warning": 20}}, "warning is above pass"),
                                  ({"slos": [{"metric": "shop/errors", "upper": "+10%", "relativeTo": "v9"}]}, "v9"),
                                  ({"slos": [{"metric": "shop/errors", "upper": "+1%", "relativeTo": "previous"}]},
                                   "needs a history")):
            with self.subTest(expected):
                self.assert_refused(self.run_shop(self.experiment([(0, 1)], None, assess=options)), expected)


if __name__ == "__main__":
    unittest.main()
