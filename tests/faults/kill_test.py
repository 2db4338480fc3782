"""kill -9 of everything at any moment, as when the machine goes down: the result on disk is complete or absent, and --resume completes the run."""

import random
import unittest

from harness.case import Case
from harness.servers import well_behaved

MOMENTS = 60


class KilledAtAnyMoment(Case):

    def setUp(self):
        super().setUp()
        server = well_behaved()
        self.addCleanup(server.stop)
        load = {"url": server.url(), "numRequests": 20, "qps": 400, "connections": 2}
        slos = [{"metric": "http/error-rate", "upper": 0}]
        self.write("experiment.yaml", {
            "setup": [{"run": "true"}],
            "loop": {"iterations": 2},
            "tasks": [{"run": "true", "name": "quick"}, {"task": "http", "with": load},
                      {"task": "assess", "with": {"slos": slos}}],
            "finally": [{"run": "true"}]})

    def test_a_killed_run_leaves_a_valid_result_or_none_and_resume_completes_it(self):
        whole = self.iter8("run")
        self.assert_code(whole, 0)
        self.assertEqual(self.leftovers(), set())
        chance = random.Random(2026)
        cut_off = 0
        for number in range(MOMENTS):
            moment = chance.uniform(0, whole.wall_seconds)
            with self.subTest(number=number, moment=round(moment, 4)):
                (self.folder / "result.yaml").unlink(missing_ok=True)
                cut_off += self.killed_after(moment)
                self.assert_valid_or_absent()
                # Beside one temporary file, the lock: always the same file, which the next run takes over and removes.
                self.assertLessEqual(len(self.leftovers() - {".result.yaml.lock"}), 1, "temporary files accumulate")
                if (self.folder / "result.yaml").exists():
                    self.assert_resume_completes()
        self.assertGreater(cut_off, MOMENTS // 4, "hardly a run was cut off: the moments are chosen badly")

    def test_a_run_killed_again_and_again_is_completed_in_the_end(self):
        chance = random.Random(7)
        whole = self.iter8("run")
        (self.folder / "result.yaml").unlink()
        self.killed_after(whole.wall_seconds / 2)
        for _ in range(10):
            if (self.folder / "result.yaml").exists():
                self.killed_after(chance.uniform(0, whole.wall_seconds), "--resume")
                self.assert_valid_or_absent()
        self.assert_resume_completes()

    def killed_after(self, seconds, *arguments):
        """Whether the program was still running at that moment."""
        running = self.start("run", *arguments)
        ended = running.ends_within(seconds)
        if not ended:
            running.kill_all()
        running.finish()
        return not ended

    def leftovers(self):
        return {path.name for path in self.folder.iterdir()} - {"experiment.yaml", "result.yaml"}

    def assert_valid_or_absent(self):
        if (self.folder / "result.yaml").exists():
            result = self.result()
            self.assertEqual(result["numTasks"], 5)
            self.assert_code(self.iter8("report"), 0)

    def assert_resume_completes(self):
        finished = self.iter8("run", "--resume")
        self.assert_code(finished, 0)
        result = self.result()
        self.assertEqual((result["numCompletedTasks"], result["numLoops"], result["failure"]), (5, 2, False))
        done = [(entry["section"], entry["index"], entry["iteration"]) for entry in result["tasks"]
                if entry["status"] == "completed"]
        self.assertEqual(len(done), len(set(done)), f"a task counts twice: {done}")
        self.assertEqual(len(done), 8, done)
        observed = result["insights"]["metrics"]["http/request-count"]["observations"]
        self.assertEqual(len(observed), 2, "an iteration's metrics are lost or doubled")
        self.assert_code(self.iter8("assert", "-c", "completed,nofailure,slos"), 0)


if __name__ == "__main__":
    unittest.main(verbosity=2)
