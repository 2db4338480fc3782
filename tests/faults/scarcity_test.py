"""Loads that need more resources than there are, and payloads from servers that misbehave."""

import resource
import unittest

from harness import servers
from harness.servers import Server, answering, answering_then_silent, response
from load_case import IMPATIENT, LoadCase


class ScarceResources(LoadCase):

    def run_load(self, **load):
        finished = self.run_experiment({"tasks": [{"task": "http", "with": load}]}, within=30)
        self.assert_code(finished, 0)
        self.assert_books_balance(self.metric("http/request-count"))
        return finished

    def test_a_rate_that_nobody_can_send_ends_in_time_and_says_so(self):
        with servers.well_behaved() as server:
            finished = self.run_load(url=server.url(), qps=10_000_000, duration="100ms", timeout=IMPATIENT, connections=2,
                                     allowAllFailed=True)
        self.assert_says(finished, "warning: .*rate|achieved|late")
        self.assertLess(finished.peak_mebibytes, 256, finished.story())

    def test_many_connections_to_a_dead_port_end(self):
        with servers.refused_port() as port:
            self.run_load(url=f"http://127.0.0.1:{port}/", qps=100_000, numRequests=5_000, connections=2_000,
                          allowAllFailed=True)
        self.assertEqual(self.errors(), {"connect": 5_000})

    def test_two_hundred_versions_are_loaded(self):
        with servers.well_behaved() as server:
            versions = [{"name": f"v{number}", "url": server.url(f"/{number}")} for number in range(200)]
            finished = self.run_experiment({"versions": versions, "tasks": [
                {"task": "http", "with": {"numRequests": 1, "connections": 1}}]}, within=60)
            self.assert_code(finished, 0)
            self.assertEqual(server.requests, 200)

    def test_running_out_of_descriptors_counts_as_connect(self):
        def few_descriptors():
            resource.setrlimit(resource.RLIMIT_NOFILE, (24, 24))
        def slow(connection):
            while connection.read_request() is not None:
                connection.pause(0.2)
                connection.send(response())
        with Server(slow) as server:
            load = {"url": server.url(), "numRequests": 60, "connections": 60, "qps": 5000, "allowAllFailed": True}
            finished = self.run_experiment({"tasks": [{"task": "http", "with": load}]}, preexec_fn=few_descriptors)
        self.assertIn(finished.code, (0, 1), finished.story())
        if finished.code == 1:
            self.assert_says(finished, "descriptor|open files")
        else:
            self.assert_books_balance(60)


class PayloadServers(LoadCase):
    """The server that `payloadURL` names: what it does not give is a failed task, in bounded time."""

    def assert_payload_fails(self, script, pattern, **entry):
        with servers.well_behaved() as target, Server(script) as server:
            load = {"url": target.url(), "numRequests": 1, "payloadURL": server.url()}
            finished = self.run_experiment({"tasks": [{"task": "http", "with": load, **entry}]})
            self.assertEqual(target.connections, 0, "load was sent without its payload")
        self.assert_code(finished, 1)
        self.assert_says(finished, pattern)
        return finished

    def test_an_error_status_fails_the_task(self):
        self.assert_payload_fails(answering(response(status="404 Not Found")), "404")

    def test_a_server_that_hangs_up_fails_the_task(self):
        self.assert_payload_fails(lambda connection: connection.read_request(), "127.0.0.1")

    def test_a_server_that_never_answers_is_ended_by_the_timeout_of_the_task(self):
        finished = self.assert_payload_fails(answering_then_silent(b""), "time", timeout="500ms")
        self.assertLess(finished.wall_seconds, 10)

    def test_an_endless_payload_takes_no_endless_memory(self):
        def pour(connection):
            connection.read_request()
            connection.send(b"HTTP/1.1 200 OK\r\n\r\n")
            while True:
                connection.send(b"x" * 1_000_000)
        finished = self.assert_payload_fails(pour, "large|limit|bytes")
        self.assertLess(finished.peak_mebibytes, 256, finished.story())

    def test_a_redirect_to_another_host_is_not_followed(self):
        with servers.well_behaved() as elsewhere:
            answer = response(status="302 Found", headers=[f"Location: {elsewhere.url(host='localhost')}"])
            self.assert_payload_fails(answering(answer), "redirect|302|host")
            self.assertEqual(elsewhere.connections, 0)


if __name__ == "__main__":
    unittest.main(verbosity=2)
