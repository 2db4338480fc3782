"""Killed between any two requests, a promotion is finished by the next run, and nothing is there twice. When only the process
that runs the experiment is killed, finally runs at once."""

import os
import signal
import tempfile
import threading
import unittest
from pathlib import Path

from harness.git import Repository
from harness.github import Github
from promoting import FILES, VALUES, GithubCase, promoting

OPTIONS = {"labels": ["promotion"], "assignees": ["ana"], "reviewers": ["bo"], "autoMerge": True}


class KillTest(GithubCase):
    def fresh(self, number):
        """A GitHub as it is before any promotion."""
        self.github.stop()
        self.repository = Repository(Path(tempfile.mkdtemp(dir=self.folder)) / f"deploy-{number}.git", FILES)
        self.github = Github(self, self.prism, {"acme/deploy": self.repository})

    def run_until(self, count, kill):
        """Runs until this many requests have done their work, and then calls `kill` with what runs."""
        runs = []
        started = threading.Event()

        def after(_):
            if len(self.github.asked) == count and started.wait(20):
                kill(runs[0])

        self.github.after = after
        runs.append(self.start("run", environment=self.github.environment))
        started.set()
        finished = runs[0].finish(60)
        self.github.after = None
        return finished

    def killed_after(self, count):
        """Runs until this many requests have done their work; whether the run was cut there."""
        return self.run_until(count, lambda running: running.kill_all()).code == -signal.SIGKILL

    def assert_whole(self):
        pull = self.the_pull()
        self.assertEqual((pull.labels, pull.assignees, pull.reviewers, pull.auto_merge), (["promotion"], ["ana"], ["bo"], "MERGE"))
        self.assertEqual(self.repository.branches(), ["iter8/shop", "main"])
        self.assertEqual(self.repository.file("prod/values.yaml", "iter8/shop").decode(), VALUES.replace("v1.4", "v1.5"))
        self.assertEqual(self.repository.git("rev-list", "--count", "main..iter8/shop"), "1")

    def test_a_second_run_finishes_what_was_killed_after_any_request(self):
        self.write("experiment.yaml", promoting(**OPTIONS))
        count = 1
        while True:
            self.fresh(count)
            was_cut = self.killed_after(count)
            if not was_cut:
                break
            with self.subTest(str(self.github.asked[-1])):
                self.assert_code(self.iter8("run", environment=self.github.environment, within=60), 0)
                self.assert_whole()
                self.github.assert_sound()
            count += 1
        self.assert_whole()
        self.assertGreater(count, 12)

    def test_when_its_worker_is_killed_after_any_request_finally_runs_once_and_a_second_run_finishes(self):
        experiment = promoting(**OPTIONS)
        tell = {"run": "echo told >> told"}
        # In tasks the promotion has failed and is undone or told about; in finally, what comes after it still runs.
        for section in ("tasks", "finally"):
            steps = {"tasks": experiment["tasks"], "finally": [tell]}
            if section == "finally":
                steps = {"tasks": [{"run": "true"}], "finally": [*experiment["tasks"], tell]}
            self.write("experiment.yaml", {**experiment, **steps})
            for count in (1, 3, 6, 9, 12):
                with self.subTest(section, count=count):
                    (self.folder / "told").unlink(missing_ok=True)
                    self.fresh(count)
                    finished = self.run_until(count, lambda running: os.kill(running.worker, signal.SIGKILL))
                    self.assert_code(finished, 1)
                    self.assertEqual((self.folder / "told").read_text(), "told\n")
                    result = self.result()
                    self.assertEqual((result["failure"], result["interrupted"]), (True, "SIGKILL"))
                    states = [entry["status"] for entry in result["tasks"] if entry["task"] == "pull-request"]
                    self.assertEqual(states, ["failed"], "it was tried again, or left out of the result")
                    self.assert_code(self.iter8("run", "--resume", environment=self.github.environment, within=60), 0)
                    self.assert_whole()
                    self.github.assert_sound()


if __name__ == "__main__":
    unittest.main()
