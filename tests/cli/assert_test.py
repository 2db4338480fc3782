"""`iter8 assert`: its answers, and when it stops waiting."""

import os
import time
import unittest

from harness.case import Case
from harness.program import PATIENCE


class Answers(Case):

    def test_a_line_a_condition_and_the_code(self):
        self.run_experiment({"tasks": [{"run": "true"}]})
        finished = self.iter8("assert", "-c", "completed", "-c", "nofailure,verdict=skipped")
        self.assert_code(finished, 0)
        self.assertEqual(finished.out, "completed: yes (1 of 1 tasks)\nnofailure: yes\nverdict=skipped: yes (skipped)\n")
        self.assertEqual(finished.err, "")

    def test_where_nothing_was_judged_nothing_is_asserted(self):
        self.run_experiment({"tasks": [{"run": "true"}]})
        for condition in ("verdict", "slos"):
            finished = self.iter8("assert", "-c", condition)
            self.assert_code(finished, 3)
            self.assertEqual(finished.out, f"{condition}: no (nothing was judged)\n")

    def test_an_older_spelling_without_objectives_satisfies_them_all(self):
        self.run_experiment([{"run": "true"}])
        finished = self.iter8("assert", "-c", "slos")
        self.assert_code(finished, 0)
        self.assertEqual(finished.out, "slos: yes (0 objectives)\n")

    def test_a_failed_task_is_named(self):
        self.run_experiment({"tasks": [{"run": "exit 7"}]})
        finished = self.iter8("assert", "-c", "completed,nofailure")
        self.assert_code(finished, 1)
        self.assertRegex(finished.out, r"completed: no \(0 of 1 tasks\)\nnofailure: no \(task run failed: .*7")

    def test_without_a_verdict_nothing_is_conclusive(self):
        self.run_experiment({"tasks": [{"run": "true"}]})
        self.assert_code(self.iter8("assert", "-c", "conclusive"), 3)


class Waiting(Case):
    """A pipe blocks the run until the test lets it continue."""

    def begin(self, *tasks):
        os.mkfifo(self.folder / "gate")
        self.write("experiment.yaml", {"tasks": [{"run": "true"}, {"run": "cat gate"}, *tasks]})
        running = self.start("run")
        deadline = time.monotonic() + 20 * PATIENCE
        while not (self.folder / "result.yaml").exists():
            self.assertLess(time.monotonic(), deadline, "no result appeared")
        return running

    def open_gate(self):
        (self.folder / "gate").write_text("")

    def test_a_final_no_ends_the_wait(self):
        self.run_experiment({"tasks": [{"run": "exit 1"}]})
        finished = self.iter8("assert", "-c", "completed", "-t", "10m")
        self.assert_code(finished, 1)

    def test_it_waits_for_a_run_that_goes_on(self):
        running = self.begin()
        waiting = self.start("assert", "-c", "completed,nofailure", "--timeout", "10m")
        self.assertFalse(waiting.ends_within(0.5))
        self.open_gate()
        self.assert_code(waiting.finish(), 0)
        self.assert_code(running.finish(), 0)

    def test_it_ends_when_the_run_ends_badly(self):
        running = self.begin({"run": "exit 1"})
        waiting = self.start("assert", "-c", "completed", "-t", "10m")
        self.open_gate()
        self.assert_code(waiting.finish(), 1)
        self.assert_code(running.finish(), 1)

    def test_the_timeout_ends_the_wait(self):
        running = self.begin()
        finished = self.iter8("assert", "-c", "completed", "-t", "300ms")
        self.assert_code(finished, 1)
        self.assertIn("completed: no (1 of 2 tasks)", finished.out)
        self.open_gate()
        self.assert_code(running.finish(), 0)

    def test_it_waits_for_a_result_to_appear(self):
        waiting = self.start("assert", "-c", "completed", "-t", "10m")
        self.assertFalse(waiting.ends_within(0.3))
        self.run_experiment({"tasks": [{"run": "true"}]})
        self.assert_code(waiting.finish(), 0)


if __name__ == "__main__":
    unittest.main()
