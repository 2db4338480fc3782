"""`iter8 calibrate` on a real application, and `plan-samples` with pauses."""

import json
import unittest

from harness.case import Case
from harness.demo import start_demo


class Calibrate(Case):
    def experiment(self, urls, **more):
        self.write("experiment.yaml", {
            "versions": [{"name": "stable", "url": urls[0]}, {"name": "candidate", "url": urls[-1]}],
            "setup": [{"run": "echo set up >> log"}],
            "tasks": [{"task": "http", "with": {"numRequests": 200, "qps": 100}},
                      {"task": "assess", "with": {"slos": [{"metric": "http/latency-mean", "upper": "+10%"},
                                                           {"metric": "http/error-rate", "upper": "1%"}]}},
                      {"run": "echo promoted >> log"}],
            "finally": [{"run": "echo shipped >> log"}], **more})

    def test_equal_versions_are_loaded_and_nothing_else_happens(self):
        url = start_demo(self, "--version", "name=a,latency=5ms,jitter=1ms,errors=0")["a"]
        # The candidate's address answers nobody: it must not be asked.
        self.experiment([url, "http://127.0.0.1:9/"])
        finished = self.iter8("calibrate", "--runs", "4")
        self.assert_code(finished, 0)
        self.assertIn("Every version was the baseline 'stable'", finished.out)
        self.assertRegex(finished.out, r"(?m)^http/latency-mean +2(?:\.0\d)? s +4 +\d of 8 +\d of 8 +[\d.]+ %$")
        self.assertRegex(finished.out, r"(?m)^  http/error-rate: alpha 0.05 holds, as far as 4 runs can tell$")
        self.assertEqual((self.folder / "log").read_text(), "set up\n" * 4)
        self.assertFalse((self.folder / "result.yaml").exists())

    def test_figures_as_json(self):
        url = start_demo(self, "--version", "name=a,latency=5ms,jitter=1ms,errors=0")["a"]
        self.experiment([url, url + "/other"])
        finished = self.iter8("calibrate", "--runs", "8", "--json", "-q")
        self.assert_code(finished, 0)
        self.assertNotIn("error:", finished.err)  # a warning that so little cannot certify its limit may stand there
        rows = json.loads(finished.out)
        lengths = [(row["metric"], row["loads"], row["runs"], row["calls"]) for row in rows]
        self.assertEqual(lengths[:2], [("http/latency-mean", 1, 8, 16), ("http/latency-mean", 2, 4, 8)])
        for row in rows:
            self.assertAlmostEqual(row["seconds"], 2 * row["loads"], delta=0.3 * row["loads"])
            counts = [wrong["calls"] for wrong in row["wrong"]]
            self.assertEqual(counts, sorted(counts, reverse=True))

    def test_a_file_without_load_and_one_that_fails_are_explained(self):
        self.write("experiment.yaml", {"tasks": [{"run": "true"}]})
        finished = self.iter8("calibrate")
        self.assert_code(finished, 1)
        self.assert_says(finished, "the file has no task that generates load")
        self.experiment(["http://127.0.0.1:9/"])
        finished = self.iter8("calibrate")
        self.assert_code(finished, 1)
        self.assert_says(finished, "calibrate: run 1 failed: ")
        self.write("experiment.yaml", {"tasks": [{"task": "gen-load-and-collect-metrics", "with": {
            "versionInfo": [{"url": "http://127.0.0.1:9/"}]}}]})
        finished = self.iter8("calibrate")
        self.assert_code(finished, 1)
        self.assert_says(finished, "name them in 'versions'")


class PlanWithPauses(Case):
    def test_stalls_and_pauses(self):
        finished = self.iter8("plan-samples", "--limit", "1%", "--stall", "50ms", "--pauses", "0.8")
        self.assert_code(finished, 0)
        self.assertIn("15 s of load would have met a stall of 50ms that fails all its requests\n", finished.out)
        self.assertRegex(finished.out, r"(?m)^  latency-p50 +5(\.\d)? s$")
        self.assertRegex(finished.out, r"(?m)^  latency-p99 +\d{5,} s$")
        self.assertRegex(finished.out, r"(?m)^  latency-mean +1\d\d\d s$")

    def test_wrong_values_are_named(self):
        for arguments, text in ((("--stall", "soon"), "--stall: found 'soon'"), (("--pauses", "1", "--pause", "0s"), "--pause:"),
                                (("--pauses", "1", "--change", "0"), "--change: found 0")):
            with self.subTest(arguments):
                finished = self.iter8("plan-samples", "--limit", "1%", *arguments)
                self.assert_code(finished, 2)
                self.assert_says(finished, text)


if __name__ == "__main__":
    unittest.main()
