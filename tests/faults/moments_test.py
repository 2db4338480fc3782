"""Bad moments: two runs at once, name servers that are silent, folders that vanish, links that lead elsewhere."""

import json
import os
import shutil
import signal
import socket
import subprocess
import time
import unittest

from harness.case import Case
from harness.news import NewsCase
from harness.program import PATIENCE, binary
from harness.servers import well_behaved

SLOW = {"tasks": [{"run": "echo up > news; read go < more"}]}
QUICK = {"tasks": [{"run": "true"}]}


class TwoRunsInOneFolder(NewsCase):

    def begin_slow_run(self):
        os.mkfifo(self.folder / "more")
        self.write("experiment.yaml", SLOW)
        self.write("quick.yaml", QUICK)
        running = self.start("run")
        self.next_news()
        return running

    def test_the_second_is_refused(self):
        running = self.begin_slow_run()
        second = self.iter8("run", "quick.yaml")
        self.assert_code(second, 2)
        self.assert_says(second, "another run of iter8 writes result.yaml")
        self.assert_code(self.iter8("run", "quick.yaml", "--result", "other.yaml"), 0)
        self.write("more", "go\n")
        self.assert_code(running.finish(), 0)
        self.assert_code(self.iter8("run", "quick.yaml"), 0)
        self.assertEqual([name.name for name in self.folder.glob(".*lock")], [])

    def test_a_report_of_a_run_that_goes_on_says_so(self):
        running = self.begin_slow_run()
        report = self.iter8("report")
        self.assert_code(report, 0)
        self.assertIn("the run that writes result.yaml goes on", report.err)
        self.assertNotIn("--resume", report.out)
        self.write("more", "go\n")
        self.assert_code(running.finish(), 0)
        self.assertEqual(self.iter8("report").err, "")

    def test_the_second_waits_when_it_is_told_to(self):
        running = self.begin_slow_run()
        second = self.start("run", "quick.yaml", "--wait", "1m")
        self.write("more", "go\n")
        self.assert_code(running.finish(), 0)
        self.assert_code(second.finish(), 0)
        self.assertEqual(self.result()["experiment"]["file"].rsplit("/", 1)[-1], "quick.yaml")

    def test_waiting_has_an_end(self):
        running = self.begin_slow_run()
        self.assert_code(self.iter8("run", "quick.yaml", "--wait", "100ms"), 2)
        self.assert_says(self.iter8("run", "quick.yaml", "--wait", "soon"), "expected a duration")
        self.write("more", "go\n")
        self.assert_code(running.finish(), 0)

    def test_a_killed_run_leaves_no_lock(self):
        running = self.begin_slow_run()
        running.kill_all()
        running.finish()
        self.assert_code(self.iter8("run", "quick.yaml"), 0)


class Histories(Case):

    def test_runs_of_the_same_second_lose_nothing(self):
        with well_behaved() as server:
            self.write("experiment.yaml", {"tasks": [
                {"task": "http", "with": {"url": server.url(), "numRequests": 20, "qps": 100}},
                {"task": "assess", "with": {"slos": [{"metric": "http/error-rate", "upper": "50%"}], "history": "history.json"}}]})
            runs = [self.start("run", "--no-gate", "--result", f"result-{number}.yaml") for number in range(6)]
            for running in runs:
                self.assert_code(running.finish(within=60), 0)
        kept = json.loads((self.folder / "history.json").read_text())["runs"]
        self.assertEqual(len(kept), 6)
        self.assertEqual(len({run["result"]["id"] for run in kept}), 6)

    def test_a_history_outside_of_the_folder_is_refused(self):
        def experiment(history):
            return {"tasks": [{"task": "assess", "with": {"slos": [{"metric": "x/y", "upper": 1}], "history": history}}]}
        self.write("experiment.yaml", experiment("../../x.json"))
        self.assert_says(self.iter8("validate"), r"experiment.yaml:\d+:\d+: .*history: expected a file in or below")
        outside = self.folder.parent / f"{self.folder.name}-outside.json"
        self.addCleanup(outside.unlink, missing_ok=True)
        (self.folder / "h.json").symlink_to(outside)
        self.write("experiment.yaml", experiment("h.json"))
        self.assert_says(self.iter8("run", "--lenient"), "outside of the experiment's folder")
        self.assertFalse(outside.exists())


class Results(Case):

    def test_a_link_that_leads_out_of_the_folder_is_refused(self):
        precious = self.folder.parent / f"{self.folder.name}-precious"
        precious.write_text("precious")
        self.addCleanup(precious.unlink)
        (self.folder / "result.yaml").symlink_to(precious)
        self.write("experiment.yaml", QUICK)
        for command in ("run", "ci"):
            finished = self.iter8(command)
            self.assert_code(finished, 2)
            self.assert_says(finished, "symbolic link that leads out of its folder")
        self.assertEqual(precious.read_text(), "precious")


class VanishingFolders(Case):

    def test_finally_runs_in_a_folder_that_was_removed(self):
        with well_behaved() as server:
            folder = self.folder / "checkout"
            folder.mkdir()
            self.write("checkout/experiment.yaml", {
                "tasks": [{"run": f"rm -rf {folder}"}],
                "finally": [{"task": "webhook", "with": {"url": server.url()}}, {"run": f"touch {self.folder}/cleaned"}]})
            self.start("run", cwd=folder).finish()
            self.assertEqual(server.requests, 1)
        self.assertTrue((self.folder / "cleaned").exists())


class NoisyScripts(Case):

    def test_errors_without_end_do_not_hold_up_the_timeout(self):
        for stream in ("", ">&2"):
            for script in (f"exec cat /dev/zero {stream}", f"cat /dev/zero {stream} & sleep 0.1"):
                with self.subTest(script):
                    self.write("experiment.yaml", {"tasks": [{"run": script, "timeout": "1s"}]})
                    begin = time.monotonic()
                    self.start("run").finish(within=20)
                    self.assertLess(time.monotonic() - begin, 8 * PATIENCE)

    def test_nor_does_a_plugin_that_fills_its_standard_error(self):
        plugin = self.write("bin/iter8-task-noise", "#!/bin/sh\nexec cat /dev/zero >&2\n")
        plugin.chmod(0o755)
        self.write("experiment.yaml", {"versions": [{"name": "a"}], "tasks": [{"task": "x-noise", "timeout": "1s"}]})
        begin = time.monotonic()
        finished = self.start("run", environment={"ITER8_TASK_PATH": str(plugin.parent)}).finish(within=20)
        self.assert_code(finished, 1)
        self.assert_says(finished, "timed out after 1s")
        self.assertLess(time.monotonic() - begin, 8 * PATIENCE)


class SilentNames(Case):
    """A name server that takes questions and never answers, for this one process."""

    def setUp(self):
        super().setUp()
        self.unshare = shutil.which("unshare")
        self.silence = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self.addCleanup(self.silence.close)
        try:
            self.silence.bind(("127.0.0.53", 53))
        except OSError as error:
            self.skipTest(f"no name server of our own: {error}")
        names = self.write("resolv.conf", "nameserver 127.0.0.53\noptions timeout:5 attempts:3\n")
        self.mount = f"mount --bind {names} /etc/resolv.conf"
        if not self.unshare or subprocess.run([self.unshare, "--mount", "sh", "-c", self.mount], check=False, capture_output=True).returncode:
            self.skipTest("no mount namespaces here")

    def run_silently(self, task):
        self.write("experiment.yaml", {"tasks": [task]})
        return self.start("--mount", "sh", "-c", f"{self.mount} && exec {binary()} run", program=self.unshare)

    def test_tasks_end_at_their_timeout(self):
        metrics = [{"name": "errors", "query": "SELECT 1"}]
        mail = {"channel": "email", "url": "smtp://silent.example:25", "from": "a@example.com", "to": "b@example.com", "retry": {"attempts": 1}}
        tasks = {
            "webhook": {"task": "webhook", "with": {"url": "http://silent.example/", "timeout": "1s"}},
            "http": {"task": "http", "with": {"url": "http://silent.example/", "timeout": "1s", "numRequests": 1}},
            "step": {"task": "webhook", "timeout": "1s", "with": {"url": "http://silent.example/"}},
            "mail": {"task": "notify", "with": {**mail, "timeout": "1s"}},
            "mail's step": {"task": "notify", "timeout": "1s", "with": mail},
            "prometheus": {"task": "metrics", "with": {"provider": "prometheus", "url": "http://silent.example/", "timeout": "1s",
                                                       "retry": {"attempts": 1}, "metrics": metrics}},
            "sql": {"task": "metrics", "with": {"provider": "sql", "url": "postgresql://a:b@silent.example/c", "timeout": "1s",
                                                "metrics": metrics}},
        }
        for name, task in tasks.items():
            with self.subTest(name):
                begin = time.monotonic()
                finished = self.run_silently(task).finish(within=30)
                self.assert_code(finished, 1)
                self.assertLess(time.monotonic() - begin, 4 * PATIENCE, finished.story())

    def test_sigterm_is_answered_soon(self):
        running = self.run_silently({"task": "webhook", "with": {"url": "http://silent.example/", "timeout": "30s"}})
        self.silence.settimeout(20)
        self.silence.recv(1000)
        begin = time.monotonic()
        running.send(signal.SIGTERM)
        self.assert_code(running.finish(within=30), 143)
        self.assertLess(time.monotonic() - begin, 3 * PATIENCE)


if __name__ == "__main__":
    unittest.main()
