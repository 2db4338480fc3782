"""result.yaml: any YAML reader finds in it what `iter8 report -o json` prints."""

import json
import unittest

import yaml

from harness.case import Case
from harness.servers import well_behaved

HOSTILE = ["yes", "No", "null", "~", "1.0", "1e5", "0x1f", "1:30", "2026-01-01", ": ", "a: b", "#", "a # b", "- a", "[a]",
           "{a}", "*a", "&a", "!a", "|", ">", "%a", "@a", "`a`", '"a"', "'a'", "a\nb", "a\r\nb", "\ttab", " leading",
           "trailing ", "a\\b", "\x01\x1f", "\x7f", "µs", "日本語", "😀", "\x85", "\u2028", "\ufeffmark", "---", "...", "<<", "=",
           "+10%", "x" * 256, "off", "y", ".inf", "${", "a ${b} c", "{{ x }}"]


class ResultFile(Case):

    def assert_same_everywhere(self):
        printed = self.iter8("report", "-o", "json")
        self.assert_code(printed, 0)
        document = json.loads(printed.out)
        answers = [document.pop(key) for key in ("verdict", "winner", "recommended")]
        self.assertEqual(self.result(), document)
        return answers

    def test_python_reads_what_json_says(self):
        with well_behaved() as server:
            self.assert_code(self.run_experiment({
                "versions": [{"name": "stable", "url": server.url()}, {"name": "candidate", "url": server.url()}],
                "loop": {"iterations": 2},
                "tasks": [{"task": "http", "with": {"numRequests": 10, "qps": 500, "percentiles": [97.5]}},
                          {"task": "assess", "with": {"slos": [
                              {"metric": "http/latency-p97.5", "upper": "5s"}, {"metric": "http/error-rate", "upper": 1e-7},
                              {"metric": "http/latency-mean", "upper": "+1000%"}],
                              "reward": {"metric": "http/latency-mean", "direction": "low"}}}]}, "--no-gate"), 0)
        self.assert_same_everywhere()
        metric = self.result()["insights"]["metrics"]["http/request-count"]
        self.assertEqual(metric["values"], [10, 10])
        self.assertEqual(len(metric["observations"]), 4)

    def test_hostile_names_come_back_as_they_were(self):
        experiment = {"versions": [{"name": name} for name in HOSTILE],
                      "tasks": [{"run": "true", "name": name} for name in HOSTILE]}
        escaped = yaml.safe_dump(experiment, allow_unicode=False).replace("${", "$${").replace("{a}", "{a}")
        self.assert_code(self.run_experiment(escaped), 0)
        result = self.result()
        self.assertEqual(result["experiment"]["versions"], HOSTILE)
        self.assert_same_everywhere()

    def test_the_keys_of_the_schema(self):
        self.run_experiment({"name": "keys", "tasks": [{"run": "true", "name": "n"}]})
        result = self.result()
        self.assertEqual(list(result), ["schema", "iter8Version", "startTime", "id", "endTime", "experiment", "numTasks",
                                        "numCompletedTasks", "numLoops", "failure", "tasks"])
        self.assertRegex(result["id"], r"\A[0-9a-f]{16}\Z")
        self.assertRegex(result["startTime"], r"\A\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ\Z")
        self.assertRegex(result["experiment"]["digest"], r"\Asha256:[0-9a-f]{64}\Z")
        self.assertEqual({"section": "tasks", "index": 0, "iteration": 1, "task": "run", "name": "n", "status": "completed"},
                         {key: result["tasks"][0][key] for key in list(result["tasks"][0])[:6]})


if __name__ == "__main__":
    unittest.main()
