"""The main use case, from file to report, exactly as it is specified."""

import os
import shutil
import subprocess
import unittest
from pathlib import Path

from harness.case import Case
from harness.demo import start_demo
from harness.program import binary, clean_environment
from harness.servers import well_behaved

HERE = Path(__file__).resolve().parent

SEQUENCE = "iter8 hub -e load-test && cd load-test && iter8 run && iter8 assert -c completed -c nofailure -c slos && iter8 gen"


class MainJobTest(Case):
    def shell(self, script, environment):
        """Runs a script in which `iter8` is the program under test."""
        link = self.folder / "bin" / "iter8"
        link.parent.mkdir()
        link.symlink_to(binary())
        environment = clean_environment(self.folder, environment)
        environment["PATH"] = f"{link.parent}:{os.environ['PATH']}"
        (self.folder / "empty").mkdir()
        return subprocess.run(["bash", "-c", script], cwd=self.folder / "empty", env=environment, timeout=120,
                              capture_output=True, text=True, check=False)

    def test_the_sequence_of_the_main_job_works_in_an_empty_folder(self):
        done = self.shell(SEQUENCE, {"TARGET_URL": start_demo(self)["stable"]})

        self.assertEqual(done.returncode, 0, done.stdout + done.stderr)
        self.assertIn("http/latency-p99", done.stdout)

    def test_the_sequence_fails_when_the_service_is_dead(self):
        done = self.shell(SEQUENCE, {"TARGET_URL": "http://127.0.0.1:9"})

        self.assertEqual(done.returncode, 1, done.stdout + done.stderr)
        result = (self.folder / "empty/load-test/result.yaml").read_text()
        self.assertIn("http/error-rate", result)

    def test_the_oldest_spelling_runs_and_passes(self):
        shutil.copy(HERE / "compat" / "experiment.yaml", self.folder)
        finished = self.iter8("run", environment={"TARGET_URL": start_demo(self)["stable"]})

        self.assert_code(finished, 0)
        self.assert_code(self.iter8("assert", "-c", "completed", "-c", "nofailure", "-c", "slos"), 0)
        self.assert_says(self.iter8("gen"), "http/latency-p95")

    def test_five_mistakes_get_five_located_messages_and_nothing_is_sent(self):
        shutil.copy(HERE / "five_mistakes.yaml", self.folder / "experiment.yaml")
        with well_behaved() as server:
            finished = self.iter8("run", environment={"TARGET_URL": server.url()})
            self.assertEqual(server.connections, 0)

        self.assert_refused(finished, "'http'", "'numRequests'", "'fast'", "'upper'", "expected a value")
        errors = [line for line in finished.err.splitlines() if ": error: " in line]
        self.assertEqual(len(errors), 5, finished.story())
        for line in errors:
            self.assertRegex(line, r"^experiment\.yaml:\d+:\d+: error: ")
        self.assertFalse((self.folder / "result.yaml").exists())


if __name__ == "__main__":
    unittest.main()
