"""Alerts arrive at a real Alertmanager (Debian's prometheus-alertmanager), and are resolved by the next success."""

import json
import os
import select
import shutil
import socket
import subprocess
import sys
import time
import unittest
import urllib.error
import urllib.request

from harness.case import Case
from harness.judged import judged
from harness.program import PATIENCE

PROGRAM = shutil.which("prometheus-alertmanager") or shutil.which("alertmanager")
CONFIGURATION = "route: {receiver: nobody}\nreceivers: [{name: nobody}]\n"


class Alertmanager:
    """Ends with `case`."""

    def __init__(self, case):
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = probe.getsockname()[1]
        configuration = case.write("alertmanager.yml", CONFIGURATION)
        self._log = open(case.folder / "alertmanager.log", "wb")
        self._process = subprocess.Popen(
            [PROGRAM, f"--config.file={configuration}", f"--storage.path={case.folder}/data", "--cluster.listen-address=",
             f"--web.listen-address=127.0.0.1:{self.port}"], stdin=subprocess.DEVNULL, stdout=self._log, stderr=self._log)
        case.addCleanup(self.stop)
        deadline = time.monotonic() + 30 * PATIENCE
        while not self._is_ready():
            if time.monotonic() > deadline or self._process.poll() is not None:
                raise AssertionError("alertmanager did not start: " + (case.folder / "alertmanager.log").read_text())
            select.select([], [], [], 0.05)

    @property
    def url(self):
        return f"http://127.0.0.1:{self.port}"

    def alerts(self):
        with urllib.request.urlopen(f"{self.url}/api/v2/alerts", timeout=20 * PATIENCE) as response:
            return json.load(response)

    def wait_for(self, count):
        """Alerts reach the API a moment after they were taken."""
        deadline = time.monotonic() + 20 * PATIENCE
        while len(self.alerts()) != count:
            if time.monotonic() > deadline:
                raise AssertionError(f"expected {count} alerts, found {self.alerts()}")
            select.select([], [], [], 0.05)
        return self.alerts()

    def _is_ready(self):
        try:
            with urllib.request.urlopen(f"{self.url}/-/ready", timeout=5) as response:
                return response.status == 200
        except (urllib.error.URLError, OSError):
            return False

    def stop(self):
        if self._process.poll() is None:
            self._process.kill()
            self._process.wait()
        self._log.close()


class AlertmanagerTest(Case):
    def setUp(self):
        super().setUp()
        self.server = Alertmanager(self)

    def tell(self, candidate, code=0, **options):
        task = {"task": "notify", "with": {"channel": "alertmanager", "url": self.server.url, **options}}
        experiment, environment = judged(self, [task], candidate)
        environment["ITER8_RUN_URL"] = "https://ci.example.com/7"
        finished = self.run_experiment(experiment, "--no-gate", environment=environment)
        self.assert_code(finished, code)
        return finished

    def test_a_failure_fires_one_alert_and_a_success_resolves_it(self):
        self.tell(300, labels={"team": "shop"}, annotations={"runbook": "https://example.com/runbook"})
        alert, = self.server.wait_for(1)
        self.assertEqual(alert["labels"], {"alertname": "Iter8Experiment", "experiment": "checkout", "severity": "warning", "team": "shop"})
        self.assertIn("fail: checkout: candidate: shop/latency", alert["annotations"]["summary"])
        self.assertIn("shop/latency <= 250 msec, candidate: 300 msec (fail)", alert["annotations"]["description"])
        self.assertEqual(alert["annotations"]["runbook"], "https://example.com/runbook")
        self.assertEqual(alert["generatorURL"], "https://ci.example.com/7")

        self.tell(400, labels={"team": "shop"})
        self.server.wait_for(1)
        self.tell(200, labels={"team": "shop"})
        self.server.wait_for(0)

    def test_missing_data_fire_an_alert_that_expires(self):
        self.tell(None, expires="2h", severity="critical")
        alert, = self.server.wait_for(1)
        self.assertEqual(alert["labels"]["severity"], "critical")
        begin, end = (time.strptime(alert[key].partition(".")[0].rstrip("Z"), "%Y-%m-%dT%H:%M:%S") for key in ("startsAt", "endsAt"))
        self.assertAlmostEqual(time.mktime(end) - time.mktime(begin), 7200, delta=2)

    def test_what_alertmanager_refuses_is_an_error(self):
        self.assert_says(self.tell(300, code=1, url=self.server.url + "/nowhere"), "status 404")


if __name__ == "__main__":
    if not PROGRAM:
        print("cannot run here: alertmanager is not installed (Debian's prometheus-alertmanager)")
        sys.exit(77)
    os.environ.pop("HTTP_PROXY", None)
    unittest.main()
