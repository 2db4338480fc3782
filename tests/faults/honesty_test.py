"""Data that were lost: whatever the reason, an objective without data never passes, and every report says so."""

import unittest

from harness import servers
from harness.case import Case

SLOS = [{"metric": "http/error-rate", "upper": 0.5}]
ASSESS = {"task": "assess", "with": {"slos": SLOS}}
LOAD = {"numRequests": 40, "qps": 20}  # for long enough to be decided on


class LostData(Case):

    def setUp(self):
        super().setUp()
        self.server = servers.well_behaved()
        self.addCleanup(self.server.stop)

    def http(self, **options):
        return {"task": "http", "with": {"url": self.server.url(), **LOAD, **options}}

    def assert_no_pass(self, experiment, code=0):
        """`run` exits with this code; every way to get the verdict says no, with a reason."""
        finished = self.run_experiment(experiment)
        self.assert_code(finished, code)
        asserted = self.iter8("assert", "-c", "slos")
        self.assertIn(asserted.code, (1, 3), asserted.story())
        self.assert_says(asserted, "slos: no|slos: .*not")
        report = self.iter8("report")
        self.assert_code(report, 0)
        self.assertNotRegex(report.out, r"(?i)verdict: pass", report.story())
        for arguments in (("run", "--gate"), ("ci",)):
            gated = self.iter8(*arguments)
            self.assertIn(gated.code, (1, 3), gated.story())
        return report

    def test_a_service_that_is_good_passes(self):
        """So that what follows proves something."""
        self.assert_code(self.run_experiment({"tasks": [self.http(), ASSESS]}), 0)
        self.assert_code(self.iter8("assert", "-c", "slos"), 0)
        self.assert_code(self.iter8("run", "--gate"), 0)
        self.assert_code(self.iter8("ci"), 0)

    def test_the_load_was_skipped(self):
        report = self.assert_no_pass({"tasks": [{**self.http(), "if": "Result.NumLoops > 5"}, ASSESS]}, code=1)
        self.assert_says(report, "http/error-rate")

    def test_the_assessment_was_skipped(self):
        self.assert_no_pass({"tasks": [self.http(), {**ASSESS, "if": "Result.NumLoops > 5"}]})

    def test_the_load_failed_and_the_run_went_on(self):
        with servers.refused_port() as port:
            load = self.http(payloadURL=f"http://127.0.0.1:{port}/")
            self.assert_no_pass({"tasks": [{**load, "continueOnError": True}, ASSESS]}, code=1)

    def test_a_task_failed_before_the_assessment(self):
        self.assert_no_pass({"tasks": [self.http(), {"run": "exit 1"}, ASSESS]}, code=1)

    def test_only_one_of_two_assessments_ran(self):
        never = {**ASSESS, "if": "Result.NumLoops > 5"}
        self.assert_no_pass({"tasks": [self.http(), ASSESS, never]}, code=3)

    def test_one_version_was_not_loaded(self):
        load = {"task": "http", "with": {"versionInfo": [{"url": self.server.url()}, None], **LOAD}}
        self.assert_no_pass({"tasks": [load, ASSESS]}, code=1)

    def test_not_a_single_request_was_sent(self):
        self.run_experiment({"tasks": [self.http(numRequests=None, duration="1ns", arrival="closed"),
                                       {"task": "assess", "with": {"slos": SLOS, "evidence": "point"}}]})
        sent = self.result()["insights"]["metrics"].get("http/request-count", {"values": [0]})["values"][0]
        expected = (0, 1) if sent else (1, 3)
        self.assertIn(self.iter8("assert", "-c", "slos").code, expected)

    def test_a_plugin_measured_one_version_only(self):
        path = self.write("bin/iter8-task-half", "#!/bin/bash\n"
                          'echo \'{"metrics":[{"name":"m","version":"a","kind":"gauge","value":1}]}\'\n')
        path.chmod(0o755)
        experiment = {"versions": [{"name": "a"}, {"name": "b"}], "tasks": [
            {"task": "x-half"}, {"task": "assess", "with": {"slos": [{"metric": "half/m", "upper": 2}]}}]}
        self.assert_code(self.run_experiment(experiment, environment={"ITER8_TASK_PATH": str(path.parent)}), 1)
        asserted = self.iter8("assert", "-c", "slos")
        self.assertIn(asserted.code, (1, 3), asserted.story())
        self.assert_code(self.iter8("assert", "-c", "slosby=a"), 0)
        self.assertIn(self.iter8("assert", "-c", "slosby=b").code, (1, 3))

    def test_the_file_says_what_missing_data_mean_and_still_nobody_is_quiet(self):
        for choice, codes in (("fail", (1,)), ("inconclusive", (3, 1)), ("pass", (0,))):
            with self.subTest(choice):
                assess = {"task": "assess", "with": {"slos": SLOS, "noData": choice}}
                self.run_experiment({"tasks": [{**self.http(), "if": "Result.NumLoops > 5"}, assess]})
                self.assertIn(self.iter8("assert", "-c", "slos").code, codes)
                self.assert_says(self.iter8("report"), "no data|unavailable")

    def test_a_loop_whose_last_iteration_lost_its_data_does_not_live_on_the_first(self):
        load = {**self.http(), "if": "Result.NumLoops == 0"}
        finished = self.run_experiment({"loop": {"iterations": 2}, "tasks": [load, ASSESS]})
        self.assert_code(finished, 1)
        self.assertEqual(self.result()["numLoops"], 2)


if __name__ == "__main__":
    unittest.main(verbosity=2)
