"""Servers that cannot be reached, hang up or never finish: no crash, no hang, every request accounted for once."""

import os
import tempfile
import unittest

from harness import servers
from harness.servers import Server, answering_once, answering_then_silent, response
from load_case import IMPATIENT, REQUESTS, LoadCase


class UnreachableServers(LoadCase):

    def test_a_refused_connection_counts_as_connect(self):
        with servers.refused_port() as port:
            self.assert_all_fail(f"http://127.0.0.1:{port}/", "connect")

    def test_a_host_under_invalid_counts_as_resolve(self):
        self.assert_all_fail("http://no-such-host.invalid/", "resolve", "timeout")

    def test_a_host_name_that_no_resolver_takes_counts_as_resolve(self):
        self.assert_all_fail(f"http://{'x' * 64}.invalid/", "resolve")

    def test_a_full_backlog_counts_as_a_timeout(self):
        with servers.full_backlog() as port:
            self.assert_all_fail(f"http://127.0.0.1:{port}/", "timeout", "connect", timeout=IMPATIENT)

    def test_a_missing_unix_socket_counts_as_connect(self):
        self.assert_all_fail(f"unix:{self.folder}/none.sock:/", "connect")

    def test_a_path_that_is_no_socket_counts_as_connect(self):
        self.write("file", "")
        self.assert_all_fail(f"unix:{self.folder}/file:/", "connect")
        self.assert_all_fail(f"unix:{self.folder}:/", "connect")

    def test_an_address_of_the_other_family_counts_as_connect(self):
        with servers.well_behaved() as server:
            self.assert_all_fail(server.url(host="[::1]"), "connect")

    def test_a_dead_service_is_also_dead_in_a_timed_run(self):
        with servers.refused_port() as port:
            options = {"duration": "300ms", "qps": 50, "allowAllFailed": True}
            url = f"http://127.0.0.1:{port}/"
            finished = self.run_experiment({"tasks": [{"task": "http", "with": {"url": url, **options}}]})
        self.assert_code(finished, 0)
        self.assertEqual(self.metric("http/error-rate"), 1)
        self.assert_books_balance(self.metric("http/request-count"))

    def test_a_dead_service_does_not_make_a_closed_loop_spin(self):
        with servers.refused_port() as port:
            options = {"duration": "500ms", "arrival": "closed", "connections": 2, "allowAllFailed": True}
            url = f"http://127.0.0.1:{port}/"
            finished = self.run_experiment({"tasks": [{"task": "http", "with": {"url": url, **options}}]})
        self.assert_code(finished, 0)
        self.assertEqual(self.metric("http/error-rate"), 1)
        self.assert_books_balance(self.metric("http/request-count"))

    def test_one_dead_version_does_not_hide_behind_a_living_one(self):
        with servers.refused_port() as port, servers.well_behaved() as alive:
            versions = [{"name": "alive", "url": alive.url()}, {"name": "dead", "url": f"http://127.0.0.1:{port}/"}]
            load = {"numRequests": REQUESTS, "qps": 500}
            slos = [{"metric": "http/error-rate", "upper": 0}]
            finished = self.run_experiment({"versions": versions, "tasks": [
                {"task": "http", "with": load}, {"task": "assess", "with": {"slos": slos}}]})
        self.assert_code(finished, 1)
        self.assertEqual([self.metric("http/error-rate", 0), self.metric("http/error-rate", 1)], [0, 1])
        self.assert_objectives(unmet=True)
        self.assert_code(self.iter8("assert", "-c", "slosby=alive"), 0)
        self.assert_code(self.iter8("assert", "-c", "slosby=dead"), 1)


class ServersThatHangUp(LoadCase):

    def assert_script_fails(self, script, *classes, **options):
        with Server(script) as server:
            return self.assert_all_fail(server.url(), *classes, **options)

    def test_closing_at_once_counts_as_early_close_or_reset(self):
        self.assert_script_fails(lambda connection: None, "early-close", "reset")

    def test_closing_after_the_request_counts_as_early_close(self):
        self.assert_script_fails(lambda connection: connection.read_request(), "early-close")

    def test_resetting_after_the_request_counts_as_reset(self):
        def script(connection):
            connection.read_request()
            connection.reset()
        self.assert_script_fails(script, "reset")

    def test_closing_within_the_head_counts_as_early_close(self):
        self.assert_script_fails(answering_once(b"HTTP/1.1 200 OK\r\nContent-Le"), "early-close")

    def test_less_than_content_length_counts_as_early_close(self):
        self.assert_script_fails(answering_once(b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nhalf"), "early-close")

    def test_closing_within_a_chunk_counts_as_early_close(self):
        chunked = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"
        self.assert_script_fails(answering_once(chunked + b"10\r\nhalf"), "early-close")

    def test_closing_before_the_last_chunk_counts_as_early_close(self):
        chunked = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"
        self.assert_script_fails(answering_once(chunked + b"4\r\npart\r\n"), "early-close")

    def test_closing_after_a_100_continue_counts_as_early_close(self):
        self.assert_script_fails(answering_once(b"HTTP/1.1 100 Continue\r\n\r\n"), "early-close")

    def test_thirty_percent_resets_are_counted_exactly(self):
        with Server(resetting_three_of_ten) as server:
            self.load(server.url(), numRequests=100, qps=1000)
        self.assertEqual(self.errors(), {"reset": 30})
        self.assert_objectives(unmet=True)

    def test_a_server_that_dies_during_the_run_leaves_balanced_books(self):
        def dies_after_twenty(connection):
            while connection.read_request() is not None:
                connection.send(response())
                if connection.server.requests >= 20:
                    connection.server.stop()
        with Server(dies_after_twenty) as server:
            self.load(server.url(), numRequests=100, qps=1000)
        # How many it still answers while it dies is a race of its threads; it read every request that it answered.
        answered = self.metric("http/status-200")
        self.assertEqual(answered + self.metric("http/error-count"), 100)
        self.assertGreater(answered, 0)
        self.assertLessEqual(answered, server.requests)
        self.assertLess(server.requests, 100)
        self.assertLessEqual(set(self.errors()), {"connect", "reset", "early-close"})
        self.assert_objectives(unmet=True)

    def test_a_server_that_closes_between_requests_causes_no_error(self):
        polite = answering_once(response(headers=["Connection: close"]))
        with Server(polite) as server:
            self.assert_none_fail(server.url())

    def test_a_server_that_closes_idle_connections_unannounced_causes_at_most_counted_errors(self):
        with Server(answering_once(response())) as server:
            self.load(server.url())


def resetting_three_of_ten(connection):
    while connection.read_request() is not None:
        if connection.number % 10 < 3:
            return connection.reset()
        connection.send(response())


class ServersThatNeverFinish(LoadCase):

    def assert_times_out(self, script, *others, **options):
        with Server(script) as server:
            finished = self.assert_all_fail(server.url(), "timeout", *others, timeout=IMPATIENT, **options)
        return finished

    def test_never_answering_counts_as_timeout_and_as_a_latency(self):
        self.assert_times_out(answering_then_silent(b""))
        self.assertGreaterEqual(self.metric("http/latency-min"), 400)

    def test_one_byte_at_a_time_counts_as_timeout(self):
        def drip(connection):
            connection.read_request()
            for byte in response(b"x" * 1000):
                connection.send(bytes([byte]))
                connection.pause(0.05)
        self.assert_times_out(drip)

    def test_an_endless_body_without_a_length_counts_as_timeout(self):
        def pour(connection):
            connection.read_request()
            connection.send(b"HTTP/1.1 200 OK\r\n\r\n")
            while True:
                connection.send(b"x" * 65536)
        finished = self.assert_times_out(pour, "malformed")
        self.assertLess(finished.peak_mebibytes, 256, finished.story())

    def test_a_flood_that_never_lets_the_client_breathe_counts_as_timeout(self):
        """The kernel sends faster than the client reads: every receive fills its buffer."""
        with tempfile.TemporaryFile() as zeros:
            zeros.truncate(1 << 30)
            def flood(connection):
                connection.read_request()
                connection.send(b"HTTP/1.1 200 OK\r\n\r\n")
                while True:
                    os.sendfile(connection.stream.fileno(), zeros.fileno(), 0, 1 << 30)
            self.assert_times_out(flood, "malformed", connections=4)

    def test_an_endless_chunked_body_counts_as_timeout(self):
        def pour(connection):
            connection.read_request()
            connection.send(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n")
            while True:
                connection.send(b"1000\r\n" + b"x" * 4096 + b"\r\n")
        self.assert_times_out(pour, "malformed")

    def test_an_endless_head_is_malformed_and_takes_no_memory(self):
        def pour(connection):
            connection.read_request()
            connection.send(b"HTTP/1.1 200 OK\r\n")
            while True:
                connection.send(b"X-More: " + b"y" * 1000 + b"\r\n")
        finished = self.assert_times_out(pour, "malformed")
        self.assertLess(finished.peak_mebibytes, 256, finished.story())

    def test_one_endless_header_line_is_malformed(self):
        def pour(connection):
            connection.read_request()
            connection.send(b"HTTP/1.1 200 OK\r\nX: ")
            while True:
                connection.send(b"y" * 65536)
        self.assert_times_out(pour, "malformed")

    def test_endless_interim_answers_end(self):
        def pour(connection):
            connection.read_request()
            while True:
                connection.send(b"HTTP/1.1 100 Continue\r\n\r\n" * 100)
        self.assert_times_out(pour, "malformed")

    def test_an_endless_trailer_ends(self):
        def pour(connection):
            connection.read_request()
            connection.send(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nok\r\n0\r\n")
            while True:
                connection.send(b"X-More: y\r\n" * 100)
        self.assert_times_out(pour, "malformed")

    def test_an_endless_chunk_extension_ends(self):
        def pour(connection):
            connection.read_request()
            connection.send(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2;")
            while True:
                connection.send(b"x" * 65536)
        self.assert_times_out(pour, "malformed")

    def test_a_server_that_never_reads_a_large_payload_times_out(self):
        def deaf(connection):
            connection.server.stopped.wait()
        self.assert_times_out(deaf, payloadStr="x" * 3_000_000)

    def test_a_body_that_waits_for_the_timeout_counts_as_timeout(self):
        self.assert_times_out(answering_then_silent(b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nhalf"))


if __name__ == "__main__":
    unittest.main(verbosity=2)
