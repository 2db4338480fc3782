"""The examples that ask Prometheus, end to end: the demo application, a real Prometheus that scrapes it, and iter8."""

import json
import select
import shutil
import sys
import time
import unittest
from pathlib import Path

EXAMPLES = Path(__file__).resolve().parents[2] / "examples"
sys.path.append(str(EXAMPLES.parent / "tests/integration"))

from backends import fetch, require, start_prometheus
from harness.case import Case
from harness.demo import start_demo
from harness.program import PATIENCE


class PrometheusExamplesTest(Case):
    def run_example(self, name, *versions, code=0):
        """The example against a demo with these versions, once Prometheus scraped each of them twice."""
        urls = start_demo(self, *(part for version in versions for part in ("--version", version)))
        targets = [url.removeprefix("http://").rstrip("/") for url in urls.values()]
        prometheus = start_prometheus(self, scrape=targets)
        deadline = time.monotonic() + 30 * PATIENCE
        while time.monotonic() < deadline:
            answer = json.loads(fetch(prometheus.url("/api/v1/query?query=count_over_time(requests_total[1m])>1")))
            if len(answer["data"]["result"]) == len(targets):
                break
            select.select([], [], [], 0.1)
        folder = Path(shutil.copytree(EXAMPLES / name, self.folder / name))
        finished = self.iter8("run", cwd=folder, within=60, environment={
            "STABLE_URL": urls["stable"], "CANDIDATE_URL": urls["candidate"], "PROMETHEUS_URL": prometheus.url()})
        self.assert_code(finished, code)
        return folder

    def test_slo_prometheus_passes_for_good_versions(self):
        folder = self.run_example("slo-prometheus")
        self.assert_code(self.iter8("assert", "-c", "completed", "-c", "nofailure", "-c", "slos", cwd=folder), 0)
        self.assert_says(self.iter8("report", cwd=folder), "prometheus/latency-p95")

    def test_slo_prometheus_fails_for_a_version_that_fails(self):
        folder = self.run_example("slo-prometheus", "name=stable", "name=candidate,errors=0.2", code=1)
        self.assert_code(self.iter8("assert", "-c", "slosby=stable", cwd=folder), 0)
        self.assert_code(self.iter8("assert", "-c", "slosby=candidate", cwd=folder), 1)

    def test_ab_business_metric_finds_the_version_that_converts_better(self):
        folder = self.run_example("ab-business-metric")
        self.assert_code(self.iter8("assert", "-c", "completed", "-c", "nofailure", "-c", "slos", "-c", "winner=candidate",
                                    cwd=folder), 0)
        self.assertTrue((folder / "promote.txt").exists())


if __name__ == "__main__":
    require("prometheus")
    unittest.main()
