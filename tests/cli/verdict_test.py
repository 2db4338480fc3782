"""Whose verdict it is: what a run of two versions answers, on real servers, in its exit code, conditions and every output."""

import json
import re
import unittest

from harness.case import Case
from harness.demo import start_demo

SLOS = [{"metric": "http/error-rate", "upper": "1%"}, {"metric": "http/latency-p99", "upper": "500ms"},
        {"metric": "http/latency-mean", "upper": "+400%"}]
SHIP = [{"name": "ship", "if": 'Verdict() == "pass"', "run": "echo ship >> done"},
        {"name": "keep", "if": 'Verdict() != "pass"', "run": "echo keep >> done"}]


class NoData(Case):
    """Metrics of which a backend says nothing, and that the file leaves open."""

    def judged(self, **sizes):
        for name, size in sizes.items():
            self.write(f"{name}.json", json.dumps({"size": size} if size is not None else {}))
        return self.run_experiment({
            "versions": ["stable", "candidate"],
            "tasks": [{"task": "metrics", "with": {"provider": "file", "prefix": "build", "onNoData": "inconclusive", "metrics": [
                {"name": "size", "path": "{{ .version.name }}.json", "query": ".size"}]}},
                {"task": "assess", "with": {"slos": [{"metric": "build/size", "upper": 100}]}}]})

    def test_a_baseline_without_data_leaves_the_verdict_of_the_candidate_alone(self):
        self.assert_code(self.judged(stable=None, candidate=50), 0)
        self.assert_code(self.judged(stable=None, candidate=500), 1)

    def test_a_candidate_without_data_is_inconclusive(self):
        self.assert_code(self.judged(stable=50, candidate=None), 3)

    def test_what_an_earlier_iteration_found_is_not_how_it_is_now(self):
        self.write("stable.json", '{"size": 50}')
        self.write("candidate.json", '{"size": 50}')
        self.assert_code(self.run_experiment({
            "versions": ["stable", "candidate"], "loop": {"iterations": 2},
            "tasks": [{"task": "metrics", "with": {"provider": "file", "prefix": "build", "onNoData": "inconclusive", "metrics": [
                {"name": "size", "path": "{{ .version.name }}.json", "query": ".size"}]}},
                {"task": "assess", "with": {"slos": [{"metric": "build/size", "upper": 100}]}},
                {"run": "echo '{}' > candidate.json"}]}), 3)


class TwoTasks(Case):

    def test_the_same_objective_in_two_assess_tasks_is_judged_by_both(self):
        url = next(iter(start_demo(self, "--version", "name=a,latency=1ms").values()))
        finished = self.run_experiment(f"""
x-slos: &slos [{{metric: http/error-rate, upper: 10%}}]
tasks:
  - {{task: http, with: {{url: "{url}", numRequests: 300, qps: 100}}}}
  - {{task: assess, with: {{slos: *slos, evidence: point}}}}
  - {{task: assess, with: {{slos: *slos, evidence: point, alpha: 0.01}}}}
""")
        self.assert_code(finished, 0)
        self.assertNotIn("partly assessed", finished.text + self.iter8("report").text)
        slos = self.result()["insights"]["assessment"]["slos"]
        self.assertEqual([slo["taskLine"] for slo in slos], [5, 6])


class BaselineBroken(Case):
    """Stable fails every tenth request."""

    def canary(self, stable=0.1, candidate=0.0, assess=None, **more):
        urls = start_demo(self, "--version", f"name=stable,latency=2ms,jitter=0ms,errors={stable}",
                          "--version", f"name=candidate,latency=2ms,jitter=0ms,errors={candidate}")
        versions = [{"name": name, "url": url} for name, url in urls.items()]
        return {"name": "checkout-canary", "versions": versions,
                "tasks": [{"task": "http", "with": {"numRequests": 1000, "qps": 400, "connections": 8}},
                          {"task": "assess", "with": assess or {"slos": SLOS}}], "finally": SHIP, **more}

    def done(self):
        return (self.folder / "done").read_text().split()

    def test_the_candidate_that_mends_it_may_go_on(self):
        finished = self.run_experiment(self.canary(), "--report", "json=r.json", "--report", "dotenv=r.env",
                                       "--report", "junit=r.xml", "--report", "html=r.html", "--report", "sarif=r.sarif")
        self.assert_code(finished, 0)
        self.assertEqual(self.done(), ["ship"])

        document = json.loads((self.folder / "r.json").read_text())
        self.assertEqual([document[key] for key in ("verdict", "winner", "recommended")], ["pass", "candidate", "candidate"])
        self.assertEqual(list(document)[:3], ["verdict", "winner", "recommended"])
        outputs = dict(line.split("=", 1) for line in (self.folder / "r.env").read_text().splitlines())
        self.assertEqual(outputs, {"ITER8_VERDICT": "pass", "ITER8_COMPLETED": "true", "ITER8_SLOS": "false",
                                   "ITER8_WINNER": "candidate", "ITER8_RECOMMENDED": "candidate"})
        text = self.iter8("report").out
        self.assertRegex(text, r"\A✓ pass( \(degraded\))?: ")
        self.assertRegex(text, r"http/error-rate of stable: .*10 %.*\(a remark: the candidates decide\)")
        junit = (self.folder / "r.xml").read_text()
        self.assertRegex(junit, r'failures="0" errors="0"')
        self.assertIn('<property name="verdict" value="pass"/>', junit)
        self.assertRegex((self.folder / "r.html").read_text(), r'<p class="verdict">.*<span>pass( \(degraded\))?</span></p>')
        levels = re.findall(r'"level": "(\w+)"', (self.folder / "r.sarif").read_text())
        self.assertNotIn("error", levels)

        self.assert_code(self.iter8("assert", "-c", "completed,nofailure,verdict,winner=candidate"), 0)
        self.assert_code(self.iter8("assert", "-c", "slos"), 1)
        self.assert_code(self.iter8("assert", "-c", "slosby=candidate"), 0)

    def test_judge_baseline_brings_the_gate_back(self):
        finished = self.run_experiment(self.canary(assess={"slos": SLOS, "judgeBaseline": True}))
        self.assert_code(finished, 1)
        self.assertRegex(finished.err, r"gate: verdict: no \(fail: stable: http/error-rate: ")
        self.assertEqual(self.done(), ["keep"])

    def test_an_older_spelling_keeps_every_version(self):
        older = [{"metric": "http/error-rate", "upperLimit": 0.01}]
        self.assert_code(self.run_experiment(self.canary(assess={"SLOs": older})), 0)
        self.assertEqual(self.done(), ["keep"])
        self.assertEqual(self.result()["insights"]["assessment"]["verdict"], "fail")

    def test_a_candidate_that_is_as_bad_fails(self):
        self.assert_code(self.run_experiment(self.canary(candidate=0.1)), 1)
        self.assertEqual(self.done(), ["keep"])

    def test_a_candidate_that_breaks_a_good_baseline_fails(self):
        finished = self.run_experiment(self.canary(stable=0.0, candidate=0.1))
        self.assert_code(finished, 1)
        self.assertRegex(finished.err, r"gate: verdict: no \(fail: candidate: http/error-rate: ")

    def test_too_few_requests_are_inconclusive_with_a_code_of_their_own(self):
        experiment = self.canary()
        experiment["tasks"][0]["with"] |= {"numRequests": 50, "qps": 25}
        self.assert_code(self.run_experiment(experiment), 3)
        self.assertEqual(self.done(), ["keep"])
        self.assert_code(self.iter8("assert", "-c", "verdict"), 3)
        self.assert_code(self.iter8("assert", "-c", "verdict=pass|inconclusive"), 0)

    def test_a_promotion_that_fails_makes_the_run_red(self):
        finished = self.run_experiment(self.canary(**{"finally": [{"if": 'Verdict() == "pass"', "run": "exit 1"}]}))
        self.assert_code(finished, 1)
        self.assert_code(self.iter8("assert", "-c", "verdict"), 1)


class NothingJudged(Case):

    def test_every_output_says_skipped(self):
        self.assert_code(self.run_experiment({"tasks": [{"run": "true"}], "finally": SHIP}, "--report", "dotenv=r.env"), 0)
        self.assertEqual((self.folder / "done").read_text(), "keep\n")
        self.assertRegex(self.iter8("report").out, r"\A– skipped: nothing was judged; 3 of 3 tasks completed\n")
        document = json.loads(self.iter8("report", "-o", "json").out)
        self.assertEqual([document[key] for key in ("verdict", "winner", "recommended")], ["skipped", None, None])
        self.assertIn("ITER8_VERDICT=skipped\n", (self.folder / "r.env").read_text())
        self.assertIn("ITER8_SLOS=false\n", (self.folder / "r.env").read_text())


if __name__ == "__main__":
    unittest.main()
