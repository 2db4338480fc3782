"""A generator that does not run for a while (a suspended machine, a paused container, a CPU quota) blames nobody for it."""

import os
import signal
import threading
import time
import unittest

from harness.servers import Server, answering, response, well_behaved
from load_case import LoadCase

INCONCLUSIVE = 3
OBJECTIVES = [{"metric": "http/error-rate", "upper": "5%"}, {"metric": "http/latency-p99", "upper": "200ms"}]


def slow(seconds):
    """A script that answers every request after a while."""
    def script(connection):
        while connection.read_request() is not None:
            connection.pause(seconds)
            connection.send(response())
    return script


class StandstillCase(LoadCase):

    def begin(self, url, slos=OBJECTIVES, **options):
        self.write("experiment.yaml", {"tasks": [
            {"task": "http", "with": {"url": url, "timeout": "500ms", **options}}, {"task": "assess", "with": {"slos": slos}}]})
        return self.start("run")

    def stop_for(self, running, seconds):
        """As `docker pause` does: all processes of the run. How long is the point, so this waits."""
        for pid in (running.pid, running.worker):
            os.kill(pid, signal.SIGSTOP)
        threading.Event().wait(seconds)
        for pid in (running.worker, running.pid):
            os.kill(pid, signal.SIGCONT)

    def assert_nobody_is_blamed(self, running):
        finished = running.finish(within=60)
        self.assert_code(finished, INCONCLUSIVE)
        self.assert_says(finished, "the generator did not run for")
        for objective in self.result()["insights"]["assessment"]["slos"]:
            for check in objective["versions"]:
                self.assertEqual(check["verdict"], "inconclusive")
                self.assertIn("the generator did not run for", check["reason"])
        self.assertGreater(self.metric("http/lost-time"), 0.05)
        return finished


class Suspended(StandstillCase):

    def test_requests_that_fell_due_meanwhile_are_unsent_and_no_failures(self):
        with well_behaved() as server:
            running = self.begin(server.url(), qps=50, duration="4s")
            server.wait_for_requests(20)
            self.stop_for(running, 2)
            self.assert_nobody_is_blamed(running)
        self.assertEqual(self.errors(), {})
        self.assertGreater(self.metric("http/unsent-count"), 80)
        self.assertLess(self.metric("http/unsent-count"), 120)
        given_up = self.metric("http/in-flight-count") or 0
        self.assertEqual(self.metric("http/request-count") + given_up + self.metric("http/unsent-count"), 200)
        self.assertLess(self.metric("http/latency-max"), 400, "the standstill is among the latencies")
        self.assertIn("requests were not sent", self.iter8("report").out)

    def test_answers_that_were_read_late_have_no_latency_and_are_no_timeouts(self):
        with Server(slow(0.2)) as server:
            running = self.begin(server.url(), qps=100, duration="3s", connections=30)
            server.wait_for_requests(40)
            self.stop_for(running, 1.5)
            self.assert_nobody_is_blamed(running)
        self.assertEqual(self.errors(), {})
        self.assertGreater(self.metric("http/in-flight-count"), 5)
        self.assertLess(self.metric("http/latency-max"), 450)

    def test_connections_that_were_closed_meanwhile_are_no_failures(self):
        def script(connection):
            connection.stream.settimeout(0.5)
            while connection.read_request() is not None:
                connection.send(response())
        with Server(script) as server:
            running = self.begin(server.url(), qps=100, duration="3s", connections=20)
            server.wait_for_requests(60)
            self.stop_for(running, 1.5)
            self.assert_nobody_is_blamed(running)
        self.assertEqual(self.errors(), {})

    def test_a_closed_loop_notices_too(self):
        with Server(slow(0.05)) as server:
            running = self.begin(server.url(), arrival="closed", duration="3s", connections=4)
            server.wait_for_requests(20)
            self.stop_for(running, 1.5)
            self.assert_nobody_is_blamed(running)
        self.assertEqual(self.errors(), {})
        self.assertLess(self.metric("http/latency-max"), 400)

    def test_a_failed_application_is_not_found_either(self):
        with Server(answering(response(status="500 No"))) as server:
            running = self.begin(server.url(), qps=50, duration="3s")
            server.wait_for_requests(20)
            self.stop_for(running, 1)
            self.assert_nobody_is_blamed(running)
        self.assertEqual(self.metric("http/error-rate"), 1)

    def test_a_load_that_runs_all_the_time_is_judged(self):
        with well_behaved() as server:
            finished = self.begin(server.url(), qps=100, duration="5s").finish()
        self.assert_code(finished, 0)
        self.assertLess(self.metric("http/lost-time"), 0.05)
        self.assertIsNone(self.metric("http/unsent-count"))


class ShortOfProcessor(StandstillCase):

    def test_a_quota_of_a_twentieth_of_a_core_is_not_the_applications_fault(self):
        """What the kernel does to a control group with a quota: in each 100 ms it runs for 5."""
        with well_behaved() as server:
            running = self.begin(server.url(), qps=100, duration="3s")
            server.wait_for_requests(20)
            end = time.monotonic() + 2
            while time.monotonic() < end:
                self.stop_for(running, 0.095)
                threading.Event().wait(0.005)
            self.assert_nobody_is_blamed(running)
        self.assertEqual(self.errors(), {})


if __name__ == "__main__":
    unittest.main()
