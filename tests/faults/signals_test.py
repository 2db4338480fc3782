"""SIGINT and SIGTERM: the task stops cleanly, finally runs, the result is kept, and a second signal ends everything."""

import contextlib
import os
import random
import re
import shutil
import signal
import time
import unittest
from pathlib import Path

from harness.news import NewsCase
from harness.program import PATIENCE, binary, ended_within
from harness.servers import Server, answering_then_silent, well_behaved

CODES = {signal.SIGINT: 130, signal.SIGTERM: 143}
ALL_CODES = {number: 128 + number for number in (signal.SIGHUP, signal.SIGQUIT, signal.SIGUSR1, signal.SIGUSR2, signal.SIGALRM)} | CODES
CLEANUP = [{"run": "touch cleaned", "name": "cleanup"}]


class SignalCase(NewsCase):

    def begin(self, tasks, preexec_fn=None, **more):
        self.write("experiment.yaml", {"tasks": tasks, "finally": CLEANUP, **more})
        return self.start("run", preexec_fn=preexec_fn)

    def assert_interrupted(self, running, number, status="interrupted"):
        """Ended soon, with the code of the signal, after finally, with a valid result that says so."""
        finished = running.finish(within=15)
        self.assert_code(finished, ALL_CODES[number])
        self.assert_no_crash(finished)
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


class OtherSignals(SignalCase):

    def test_every_signal_that_ends_programs_ends_the_run_with_finally(self):
        for number in ALL_CODES:
            with self.subTest(number.name):
                running = self.begin([{"run": "echo up > news; sleep 600"}])
                self.next_news()
                running.send(number)
                self.assert_interrupted(running, number)
                (self.folder / "cleaned").unlink()

    def test_a_run_under_nohup_survives_the_hangup(self):
        running = self.begin([{"run": "echo up > news; read go < more"}], preexec_fn=lambda: signal.signal(signal.SIGHUP, signal.SIG_IGN))
        os.mkfifo(self.folder / "more")
        self.next_news()
        os.killpg(running.pid, signal.SIGHUP)
        self.write("more", "go\n")
        self.assert_code(running.finish(), 0)

    def test_a_signal_to_everybody_by_name_counts_once(self):
        running = self.begin([{"run": "echo up > news; sleep 600"}])
        self.next_news()
        os.kill(running.worker, signal.SIGTERM)
        running.send(signal.SIGTERM)
        self.assert_interrupted(running, signal.SIGTERM)

    def test_timeout_of_coreutils_which_sends_twice_lets_finally_run(self):
        self.write("experiment.yaml", {"tasks": [{"run": "sleep 600"}], "finally": CLEANUP})
        for _ in range(3):
            (self.folder / "cleaned").unlink(missing_ok=True)
            finished = self.start("1", binary(), "run", program=shutil.which("timeout")).finish()
            self.assert_code(finished, 124)
            self.assertTrue((self.folder / "cleaned").exists(), finished.story())


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

    def is_past_the_run(self, worker):
        """The result says so, and the thread that watches for signals has ended."""
        result = self.folder / "result.yaml"
        has_ended = result.exists() and "endTime" in result.read_text()
        return has_ended and bool(re.search(r"^Threads:\s+1$", Path(f"/proc/{worker}/status").read_text(), re.MULTILINE))

    def test_one_signal_is_too_late_and_another_ends_what_is_stuck_in_its_last_lines(self):
        self.write("experiment.yaml", {"tasks": [{"run": "true"}]})
        reading, full = os.pipe()
        self.addCleanup(os.close, reading)
        os.set_blocking(full, False)
        with contextlib.suppress(BlockingIOError):
            while True:
                os.write(full, b"x" * 4096)
        os.set_blocking(full, True)
        running = self.start("run", stdout=full)
        os.close(full)
        worker = running.worker
        deadline = time.monotonic() + 20 * PATIENCE
        while not self.is_past_the_run(worker):
            self.assertLess(time.monotonic(), deadline, "the run does not end")
            time.sleep(0.01)
        running.send(signal.SIGTERM)
        self.assertFalse(running.ends_within(0.3))
        running.send(signal.SIGTERM)
        self.assert_code(running.finish(within=10), -signal.SIGTERM)
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
