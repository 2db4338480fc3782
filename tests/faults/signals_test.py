"""SIGINT and SIGTERM: the task stops cleanly, finally runs, the result is kept, and a second signal ends everything."""

import contextlib
import os
import random
import re
import select
import signal
import subprocess
import time
import unittest
from pathlib import Path

from harness.case import Case
from harness.program import PATIENCE, binary, clean_environment, ended_within
from harness.servers import Server, answering_then_silent, well_behaved

CODES = {signal.SIGINT: 130, signal.SIGTERM: 143}
CLEANUP = [{"run": "touch cleaned", "name": "cleanup"}]


class SignalCase(Case):

    def setUp(self):
        super().setUp()
        os.mkfifo(self.folder / "news")
        self.news = os.open(self.folder / "news", os.O_RDWR)
        self.addCleanup(os.close, self.news)

    def next_news(self, within=20):
        """The next line that a script wrote to the pipe `news`."""
        line = b""
        while not line.endswith(b"\n"):
            if not select.select([self.news], [], [], within * PATIENCE)[0]:
                raise AssertionError("the script did not start in time")
            line += os.read(self.news, 1)
        return line.decode().strip()

    def begin(self, tasks, **more):
        self.write("experiment.yaml", {"tasks": tasks, "finally": CLEANUP, **more})
        return self.start("run")

    def assert_interrupted(self, running, number, status="interrupted"):
        """Ended soon, with the code of the signal, after finally, with a valid result that says so."""
        finished = running.finish(within=15)
        self.assert_code(finished, CODES[number])
        self.assert_sound(finished)
        result = self.result()
        self.assertEqual(result["interrupted"], number.name)
        self.assertTrue((self.folder / "cleaned").exists(), "finally did not run" + finished.story())
        self.assertEqual([entry["status"] for entry in result["tasks"] if entry["section"] == "finally"], ["completed"])
        if status:
            self.assertIn(status, [entry["status"] for entry in result["tasks"] if entry["section"] == "tasks"])
        self.assert_code(self.iter8("report"), 0)
        self.assertNotEqual(self.iter8("assert", "-c", "completed").code, 0)
        return result


class DuringLoad(SignalCase):

    def load(self, url, **options):
        return [{"task": "http", "with": {"url": url, "qps": 100, "duration": "10m", **options}}, {"run": "touch never"}]

    def test_load_stops_and_what_was_measured_is_kept(self):
        for number in CODES:
            with self.subTest(number.name), well_behaved() as server:
                running = self.begin(self.load(server.url()))
                server.wait_for_requests(20)
                running.send(number)
                result = self.assert_interrupted(running, number)
                self.assertGreaterEqual(result["insights"]["metrics"]["http/request-count"]["values"][0], 19)
                self.assertFalse((self.folder / "never").exists(), "the tasks went on after the signal")

    def test_load_on_a_server_that_never_answers_stops(self):
        with Server(answering_then_silent(b"")) as server:
            running = self.begin(self.load(server.url(), timeout="10m"))
            server.wait_for_requests(2)
            running.send(signal.SIGTERM)
            self.assert_interrupted(running, signal.SIGTERM)

    def test_an_interrupted_run_can_be_resumed(self):
        with well_behaved() as server:
            self.write("experiment.yaml", {"tasks": [
                {"run": "echo x >> count"}, {"run": "test -e quick && exit; echo up > news; sleep 600"},
                {"task": "http", "with": {"url": server.url(), "numRequests": 3, "qps": 100}}], "finally": CLEANUP})
            running = self.start("run")
            self.next_news()
            running.send(signal.SIGINT)
            self.assert_interrupted(running, signal.SIGINT)
            self.write("quick", "")
            self.assert_code(self.iter8("run", "--resume"), 0)
            self.assertEqual(server.requests, 3)
        self.assertEqual((self.folder / "count").read_text(), "x\n", "a completed task ran twice")
        self.assertFalse(self.result().get("interrupted"))
        self.assert_code(self.iter8("assert", "-c", "completed,nofailure"), 0)


class DuringScripts(SignalCase):

    def test_a_script_and_its_children_die(self):
        for number in CODES:
            with self.subTest(number.name):
                running = self.begin([{"run": "sleep 600 & sleep 600 & echo $$ $(jobs -p) > news; wait"}])
                processes = [os.pidfd_open(int(pid)) for pid in self.next_news().split()]
                self.assertEqual(len(processes), 3)
                running.send(number)
                self.assert_interrupted(running, number)
                for process in processes:
                    self.assertTrue(ended_within(process, 5), "a process of the script outlived the run")
                    os.close(process)

    def test_a_script_that_ignores_signals_is_killed(self):
        script = "trap '' INT TERM HUP; echo $$ > news; while :; do sleep 1; done"
        running = self.begin([{"run": script}])
        process = os.pidfd_open(int(self.next_news()))
        running.send(signal.SIGTERM)
        self.assert_interrupted(running, signal.SIGTERM)
        self.assertTrue(ended_within(process, 5))
        os.close(process)

    def test_a_script_may_clean_up_when_it_is_stopped(self):
        running = self.begin([{"run": "trap 'touch tidied; exit' TERM; echo up > news; sleep 600 & wait"}])
        self.next_news()
        running.send(signal.SIGINT)
        self.assert_interrupted(running, signal.SIGINT)
        self.assertTrue((self.folder / "tidied").exists())

    def test_ctrl_c_on_a_terminal_reaches_the_whole_group_and_finally_still_runs(self):
        running = self.begin([{"run": "echo up > news; sleep 600"}])
        self.next_news()
        os.killpg(running.pid, signal.SIGINT)
        self.assert_interrupted(running, signal.SIGINT)


class BetweenTasks(SignalCase):

    def test_the_pause_before_a_retry_ends(self):
        running = self.begin([{"run": "echo up > news; exit 1", "retries": 1000}])
        self.next_news()
        self.next_news()
        running.send(signal.SIGTERM)
        self.assert_interrupted(running, signal.SIGTERM, status=None)

    def test_the_interval_of_a_loop_ends(self):
        running = self.begin([{"run": "echo up > news"}], loop={"iterations": 1000, "interval": "10m"})
        self.next_news()
        running.send(signal.SIGINT)
        result = self.assert_interrupted(running, signal.SIGINT, status=None)
        self.assertLessEqual(result["numLoops"], 1)

    def test_a_loop_without_an_interval_ends(self):
        running = self.begin([{"run": "echo up > news"}], loop={"iterations": 1000000})
        for _ in range(3):
            self.next_news()
        running.send(signal.SIGINT)
        self.assert_interrupted(running, signal.SIGINT, status=None)

    def test_a_task_that_continues_on_error_does_not_swallow_the_signal(self):
        running = self.begin([{"run": "echo up > news; sleep 600", "continueOnError": True, "retries": 3},
                              {"run": "touch never"}])
        self.next_news()
        running.send(signal.SIGTERM)
        self.assert_interrupted(running, signal.SIGTERM)
        self.assertFalse((self.folder / "never").exists())


class AtAnyMoment(SignalCase):

    def test_a_signal_at_any_moment_leaves_a_valid_result_and_runs_finally(self):
        self.write("experiment.yaml", {"tasks": [{"run": "true"}, {"run": "true", "retries": 1}, {"run": "true"}],
                                       "finally": CLEANUP})
        whole = self.iter8("run").wall_seconds
        chance = random.Random(11)
        for number in range(20):
            moment = chance.uniform(0, whole)
            with self.subTest(number=number, moment=round(moment, 4)):
                for name in ("result.yaml", "cleaned"):
                    (self.folder / name).unlink(missing_ok=True)
                running = self.start("run")
                running.ends_within(moment)
                running.send(signal.SIGTERM)
                finished = running.finish()
                if not (self.folder / "result.yaml").exists():  # nothing had begun
                    self.assertIn(finished.code, (143, -signal.SIGTERM), finished.story())
                    continue
                self.assertIn(finished.code, (0, 143), finished.story())
                result = self.result()
                self.assertEqual(result.get("interrupted", ""), "SIGTERM" if finished.code else "", finished.story())
                self.assertTrue((self.folder / "cleaned").exists(), finished.story())


class AfterTheEnd(SignalCase):

    @staticmethod
    def is_past_the_run(pid):
        """SIGTERM is no longer blocked, and caught once more."""
        status = Path(f"/proc/{pid}/status").read_text()
        blocked, caught = (int(re.search(rf"{name}:\s+(\w+)", status)[1], 16) for name in ("SigBlk", "SigCgt"))
        bit = 1 << (signal.SIGTERM - 1)
        return not blocked & bit and bool(caught & bit)

    def test_one_signal_is_too_late_and_another_ends_what_is_stuck_in_its_last_lines(self):
        self.write("experiment.yaml", {"tasks": [{"run": "true"}]})
        reading, full = os.pipe()
        self.addCleanup(os.close, reading)
        os.set_blocking(full, False)
        with contextlib.suppress(BlockingIOError):
            while True:
                os.write(full, b"x" * 4096)
        os.set_blocking(full, True)
        process = subprocess.Popen([binary(), "run"], cwd=self.folder, stdin=subprocess.DEVNULL, stdout=full,
                                   stderr=subprocess.DEVNULL, env=clean_environment(self.folder))
        os.close(full)
        deadline = time.monotonic() + 20 * PATIENCE
        while not self.is_past_the_run(process.pid):
            self.assertLess(time.monotonic(), deadline, "the run does not end")
            time.sleep(0.01)
        process.send_signal(signal.SIGTERM)
        with self.assertRaises(subprocess.TimeoutExpired):
            process.wait(0.3)
        process.send_signal(signal.SIGTERM)
        self.assertEqual(process.wait(10 * PATIENCE), -signal.SIGTERM)
        self.assertNotIn("interrupted", self.result())


class TwoSignals(SignalCase):

    def assert_second_signal_ends(self, first, second):
        self.write("experiment.yaml", {"tasks": [{"run": "echo up > news; sleep 600"}],
                                       "finally": [{"run": "echo $$ > news; trap '' INT TERM; sleep 600 & wait; sleep 600"}]})
        running = self.start("run")
        self.assertEqual(self.next_news(), "up")
        running.send(first)
        script = os.pidfd_open(int(self.next_news()))
        running.send(second)
        finished = running.finish(within=10)
        self.assertIn(finished.code, (CODES[first], CODES[second]), finished.story())
        self.assertEqual(self.result()["interrupted"], first.name)
        self.assertTrue(ended_within(script, 10), "the script of finally outlived the program")
        os.close(script)

    def test_a_second_signal_ends_at_once_even_when_finally_hangs(self):
        self.assert_second_signal_ends(signal.SIGINT, signal.SIGINT)
        self.assert_second_signal_ends(signal.SIGTERM, signal.SIGTERM)

    def test_a_second_signal_of_another_kind_ends_as_well(self):
        self.assert_second_signal_ends(signal.SIGTERM, signal.SIGINT)

    def test_a_timeout_bounds_a_finally_task_that_hangs(self):
        self.write("experiment.yaml", {"tasks": [{"run": "true"}],
                                       "finally": [{"run": "sleep 600", "timeout": "300ms"}]})
        finished = self.iter8("run")
        self.assert_code(finished, 1)
        self.assert_says(finished, "timeout|timed out|time")


if __name__ == "__main__":
    unittest.main(verbosity=2)
