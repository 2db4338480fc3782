"""Killed between any two requests, a promotion is finished by the next run, and nothing is there twice."""

import os
import signal
import threading
import unittest

from harness.git import Repository
from harness.github import Github
from promoting import FILES, VALUES, GithubCase, promoting

OPTIONS = {"labels": ["promotion"], "assignees": ["ana"], "reviewers": ["bo"], "autoMerge": True}


class KillTest(GithubCase):
    def fresh(self, number):
        """A GitHub as it is before any promotion."""
        self.github.stop()
        self.repository = Repository(self.folder / f"deploy-{number}.git", FILES)
        self.github = Github(self, self.prism, {"acme/deploy": self.repository})

    def killed_after(self, count):
        """Runs until this many requests have done their work; whether the run was cut there."""
        pids = []
        started = threading.Event()

        def kill(_):
            if len(self.github.asked) == count and started.wait(20):
                os.kill(pids[0], signal.SIGKILL)

        self.github.after = kill
        running = self.start("run", environment=self.github.environment)
        pids.append(running.pid)
        started.set()
        code = running.finish(60).code
        self.github.after = None
        return code == -signal.SIGKILL

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


if __name__ == "__main__":
    unittest.main()
