"""The process that runs the experiment dies at any moment: the one that was started survives it, finally runs exactly once, and the
result and the exit code say what happened."""

import contextlib
import os
import random
import shutil
import signal
import subprocess
import time
import unittest
from pathlib import Path

from ci import runner
from harness.case import Case
from harness.news import NewsCase
from harness.program import PATIENCE, SANITIZED, binary, ended_within

ONCE = [{"run": "echo first >> done"}, {"run": "echo second >> done"}]
HANGS = "echo up > news; sleep 600"


class CrashCase(NewsCase):

    def begin(self, tasks, finally_=ONCE, **more):
        self.write("experiment.yaml", {"tasks": tasks, "finally": finally_, **more})
        return self.start("run")

    def done(self):
        path = self.folder / "done"
        return path.read_text().split() if path.exists() else []

    def crash(self, running, number=signal.SIGKILL):
        os.kill(running.worker, number)

    def assert_crashed(self, running, number=signal.SIGKILL, done=("first", "second")):
        """With exit code 1, a message, a result that says so, and after finally."""
        finished = running.finish()
        self.assert_code(finished, 1)
        self.assertIn(f"the process of the run was ended by {number.name}", finished.err, finished.story())
        self.assertEqual(self.done(), list(done), finished.story())
        result = self.result()
        self.assertEqual((result["failure"], result["interrupted"]), (True, number.name))
        self.assertIn("endTime", result)
        self.assertNotIn("running", result)
        self.assert_code(self.iter8("report"), 0)
        self.assert_code(self.iter8("assert", "-c", "nofailure"), 1)
        return result


class InTasks(CrashCase):

    def test_whatever_ends_the_worker_finally_runs_once(self):
        # Sanitizers make an exit of the faults.
        for number in (signal.SIGKILL,) if SANITIZED else (signal.SIGKILL, signal.SIGSEGV, signal.SIGABRT, signal.SIGBUS):
            with self.subTest(number.name):
                (self.folder / "done").unlink(missing_ok=True)
                running = self.begin([{"run": "true"}, {"run": HANGS, "name": "long"}, {"run": "touch never"}])
                self.next_news()
                self.crash(running, number)
                result = self.assert_crashed(running, number)
                states = [(entry["section"], entry["name"], entry["status"]) for entry in result["tasks"]]
                self.assertEqual(states, [("tasks", "", "completed"), ("tasks", "long", "failed"),
                                          ("finally", "", "completed"), ("finally", "", "completed")])
                self.assertIn(f"({number.name}) during this task", result["tasks"][1]["message"])
                self.assertFalse((self.folder / "never").exists())

    def test_conditions_of_finally_see_the_failure_and_the_next_run_goes_on(self):
        finally_ = [{"if": "not NoFailure()", "run": "echo back >> done"}, {"if": "NoFailure()", "run": "echo on >> done"}]
        running = self.begin([{"run": "echo x >> count"}, {"run": "test -e quick || (" + HANGS + ")"}], finally_)
        self.next_news()
        self.crash(running)
        self.assert_crashed(running, done=["back"])
        self.write("quick", "")
        self.assert_code(self.iter8("run", "--resume"), 0)
        self.assertEqual((self.done(), (self.folder / "count").read_text()), (["back", "on"], "x\n"))

    def test_what_the_task_had_started_ends_before_finally_and_may_clean_up(self):
        script = "trap 'echo tidied >> done; exit' TERM; sleep 600 & echo $$ $! > news; wait"
        finally_ = [{"run": "for pid in $(cat pids); do kill -0 $pid 2>/dev/null && echo alive >> done; done; echo checked >> done"}]
        running = self.begin([{"run": script}], finally_)
        self.write("pids", self.next_news())
        self.crash(running)
        self.assert_crashed(running, done=["tidied", "checked"])

    def test_a_task_that_does_not_end_when_asked_is_killed(self):
        running = self.begin([{"run": "trap '' TERM; echo $$ > news; while :; do sleep 1; done"}])
        script = os.pidfd_open(int(self.next_news()))
        self.crash(running)
        self.assert_crashed(running)
        self.assertTrue(ended_within(script, 5))
        os.close(script)

    def test_what_a_script_left_in_the_background_on_purpose_is_there_for_finally(self):
        setup = [{"run": "sleep 600 >/dev/null 2>&1 & echo $! > server"}]
        running = self.begin([{"run": HANGS}], [{"run": "kill $(cat server) && echo found >> done"}], setup=setup)
        self.next_news()
        self.crash(running)
        self.assert_crashed(running, done=["found"])

    def test_without_a_result_finally_runs_all_the_same(self):
        running = self.begin([{"run": "rm result.yaml; " + HANGS}])
        self.next_news()
        self.crash(running)
        self.assert_crashed(running)

    def test_finally_of_a_file_that_has_changed_is_not_run(self):
        running = self.begin([{"run": HANGS}])
        self.next_news()
        self.write("experiment.yaml", {"tasks": [{"run": "true"}], "finally": [{"run": "touch done"}]})
        self.crash(running)
        finished = running.finish()
        self.assert_code(finished, 1)
        self.assert_says(finished, "finally is not run: experiment.yaml has changed during the run")
        self.assertEqual(self.done(), [])

    def test_a_ci_step_publishes_what_happened(self):
        self.write("experiment.yaml", {"tasks": [{"run": HANGS}], "finally": ONCE})
        output = self.write("output", "")
        running = self.start("ci", "-r", "markdown=report.md", environment={"GITHUB_ACTIONS": "true", "GITHUB_OUTPUT": str(output)})
        self.next_news()
        self.crash(running)
        finished = running.finish()
        self.assert_code(finished, 1)
        self.assertEqual(self.done(), ["first", "second"])
        outputs = runner.read_outputs(output.read_bytes())
        self.assertEqual((outputs["completed"], outputs["verdict"]), ("false", "error"))
        self.assertIn("SIGKILL", (self.folder / "report.md").read_text())


class InFinally(CrashCase):

    def test_a_step_that_had_begun_is_not_begun_again(self):
        finally_ = [{"run": "echo first >> done; " + HANGS}, {"run": "echo second >> done; " + HANGS}, {"run": "echo third >> done"}]
        running = self.begin([{"run": "true"}], finally_)
        for _ in range(2):
            self.next_news()
            self.crash(running)
        result = self.assert_crashed(running, done=["first", "second", "third"])
        self.assertEqual([entry["status"] for entry in result["tasks"]], ["completed", "failed", "failed", "completed"])

    def test_after_a_signal_as_well(self):
        running = self.begin([{"run": HANGS}], [{"run": "echo first >> done; " + HANGS}, ONCE[1]])
        self.next_news()
        running.send(signal.SIGTERM)
        self.next_news()
        self.crash(running)
        self.assert_crashed(running)

    def test_a_signal_while_finally_runs_after_a_crash_does_not_cut_it_short_and_two_do(self):
        running = self.begin([{"run": HANGS}], [{"run": "echo first >> done; echo up > news; read go < more"}, ONCE[1]])
        os.mkfifo(self.folder / "more")
        self.next_news()
        self.crash(running)
        self.next_news()
        running.send(signal.SIGTERM)
        self.write("more", "go\n")
        self.assert_crashed(running)
        (self.folder / "done").unlink()
        running = self.begin([{"run": HANGS}], [{"run": HANGS}, ONCE[1]])
        self.next_news()
        self.crash(running)
        self.next_news()
        running.send(signal.SIGTERM)
        running.send(signal.SIGINT)
        self.assertIn(running.finish().code, (130, 143))
        self.assertEqual(self.done(), [])


class AtAnyMoment(Case):

    def test_finally_runs_exactly_once_if_anything_has_begun(self):
        self.write("experiment.yaml", {"loop": {"iterations": 2}, "tasks": [{"run": "true"}, {"run": "true"}],
                                       "finally": [{"run": "echo a >> done"}, {"run": "echo b >> done"}]})
        whole = self.iter8("run").wall_seconds
        chance = random.Random(14)
        crashes = 0
        for number in range(30):
            moment = chance.uniform(0, whole)
            with self.subTest(number=number, moment=round(moment, 4)):
                for name in ("result.yaml", "done"):
                    (self.folder / name).unlink(missing_ok=True)
                running = self.start("run")
                worker = running.worker
                running.ends_within(moment)
                with contextlib.suppress(ProcessLookupError):  # it has ended
                    os.kill(worker, signal.SIGKILL)
                finished = running.finish()
                if "running finally" not in finished.err:  # it was over, or nothing had begun
                    self.assertIn(finished.code, (0, 1), finished.story())
                    continue
                crashes += 1
                self.assert_code(finished, 1)
                result = self.result()
                self.assertEqual(result["interrupted"], "SIGKILL")
                begun = [entry["index"] for entry in result["tasks"] if entry["section"] == "finally"]
                self.assertEqual(begun, [0, 1], finished.story())
                lines = (self.folder / "done").read_text().split() if (self.folder / "done").exists() else []
                self.assertEqual(len(lines), len(set(lines)), f"a step ran twice: {lines}" + finished.story())
                cut = [entry for entry in result["tasks"] if entry["section"] == "finally" and entry["status"] == "failed"]
                self.assertGreaterEqual(len(lines), 2 - len(cut), finished.story())
        self.assertGreater(crashes, 8, "hardly a run was cut off: the moments are chosen badly")


class AsProcessOne(CrashCase):
    """As in a container, where the supervisor is process 1 and every orphan becomes its child."""

    def setUp(self):
        super().setUp()
        self.unshare = shutil.which("unshare")
        if not self.unshare or subprocess.run([self.unshare, "--pid", "--fork", "--mount-proc", "true"], check=False,
                                              capture_output=True, timeout=20).returncode:
            self.skipTest("no namespace of processes can be made")

    def begin_as_one(self, tasks, finally_=ONCE):
        self.write("experiment.yaml", {"tasks": tasks, "finally": finally_})
        return self.start("--pid", "--fork", "--mount-proc", "--kill-child", binary(), "run", program=self.unshare)

    def test_finally_runs_once_and_what_is_left_is_reaped(self):
        # Each inner shell leaves an orphan that ends at once; the second task kills its own worker.
        orphans = "for i in 1 2 3; do sh -c 'true & exec true'; done"
        zombies = "grep -l '^[0-9]* ([^)]*) Z' /proc/[0-9]*/stat > zombies; cat /proc/1/comm > one; echo first >> done"
        running = self.begin_as_one([{"run": orphans}, {"run": "kill -9 $PPID; sleep 600"}], [{"run": zombies}, ONCE[1]])
        finished = running.finish()
        self.assert_code(finished, 1)
        self.assertIn("was ended by SIGKILL", finished.err)
        self.assertEqual(self.done(), ["first", "second"])
        self.assertEqual(self.result()["interrupted"], "SIGKILL")
        self.assertEqual([(self.folder / name).read_text() for name in ("one", "zombies")], ["iter8\n", ""])

    def test_signals_reach_the_worker(self):
        running = self.begin_as_one([{"run": HANGS}])
        self.next_news()
        [supervisor] = Path(f"/proc/{running.pid}/task/{running.pid}/children").read_text().split()
        os.kill(int(supervisor), signal.SIGTERM)
        self.assert_code(running.finish(), 143)
        self.assertEqual(self.done(), ["first", "second"])
        self.assertEqual(self.result()["interrupted"], "SIGTERM")


class TheSupervisor(CrashCase):

    def test_when_it_is_killed_the_worker_ends_with_finally(self):
        running = self.begin([{"run": HANGS}])
        self.next_news()
        worker = os.pidfd_open(running.worker)
        running.send(signal.SIGKILL)
        self.assert_code(running.finish(), -signal.SIGKILL)
        self.assertTrue(ended_within(worker, 20), "the worker outlived its supervisor")
        os.close(worker)
        self.assertEqual(self.done(), ["first", "second"])
        self.assertEqual(self.result()["interrupted"], "SIGKILL")

    def test_a_worker_that_was_stopped_acts_on_the_signal_when_it_goes_on(self):
        running = self.begin([{"run": HANGS}])
        self.next_news()
        worker = running.worker
        os.kill(worker, signal.SIGSTOP)
        running.send(signal.SIGTERM)
        self.assertFalse(running.ends_within(0.3), "a stopped worker cannot end")
        os.kill(worker, signal.SIGCONT)
        self.assert_code(running.finish(), 143)
        self.assertEqual(self.done(), ["first", "second"])

    def test_a_group_that_is_stopped_and_continued_finishes(self):
        running = self.begin([{"run": "echo up > news; read go < more"}])
        os.mkfifo(self.folder / "more")
        self.next_news()
        processes = [running.pid, running.worker]
        os.killpg(running.pid, signal.SIGSTOP)
        self.wait_for(lambda: [self.state(pid) for pid in processes] == ["T", "T"])
        os.killpg(running.pid, signal.SIGCONT)
        self.write("more", "go\n")
        self.assert_code(running.finish(), 0)

    def test_it_is_small_and_other_commands_have_none(self):
        running = self.begin([{"run": HANGS}])
        self.next_news()
        memory = {}
        for name, pid in (("supervisor", running.pid), ("worker", running.worker)):
            rollup = Path(f"/proc/{pid}/smaps_rollup").read_text().split()
            memory[name] = int(rollup[rollup.index("Pss:") + 1])
        self.assertLess(memory["supervisor"], 0.5 * memory["worker"], memory)
        running.send(signal.SIGTERM)
        running.finish()
        demo = self.start("demo", "--port", "0")
        self.assertEqual(Path(f"/proc/{demo.pid}/task/{demo.pid}/children").read_text(), "")

    @staticmethod
    def state(pid):
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]

    def wait_for(self, condition):
        deadline = time.monotonic() + 10 * PATIENCE
        while not condition():
            self.assertLess(time.monotonic(), deadline)
            time.sleep(0.01)


if __name__ == "__main__":
    unittest.main(verbosity=2)
