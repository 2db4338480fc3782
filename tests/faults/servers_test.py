"""Servers that misbehave: the run ends in bounded time, every request is counted once, and nobody calls it a success."""

import gzip
import os
import resource
import tempfile
import unittest

from harness import servers
from harness.servers import Server, answering, answering_once, answering_then_silent, response
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
            options = {"duration": "300ms", "qps": 50}
            url = f"http://127.0.0.1:{port}/"
            finished = self.run_experiment({"tasks": [{"task": "http", "with": {"url": url, **options}}]})
        self.assert_code(finished, 0)
        self.assertEqual(self.metric("http/error-rate"), 1)
        self.assert_books_balance(self.metric("http/request-count"))

    def test_a_dead_service_does_not_make_a_closed_loop_spin(self):
        with servers.refused_port() as port:
            options = {"duration": "500ms", "arrival": "closed", "connections": 2}
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
        self.assert_code(finished, 0)
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


class AnswersThatAreNotHttp(LoadCase):
    """Each answer is sent once and the connection then stays open, so that only its bytes can give it away."""

    MALFORMED = {
        "plain garbage": b"\x00\x01\x02\xff\xfe garbage\r\n\r\n",
        "text that is no protocol": b"220 mail.example ESMTP ready\r\n",
        "HTTP/2 settings": b"\x00\x00\x12\x04\x00\x00\x00\x00\x00" + b"\x00" * 18 + b"\r\n\r\n",
        "HTTP/0.9": b"<html>hello</html>\r\n\r\n",
        "an unknown version": b"HTTP/3.7 200 OK\r\nContent-Length: 0\r\n\r\n",
        "a status of letters": b"HTTP/1.1 abc OK\r\nContent-Length: 0\r\n\r\n",
        "a status of two digits": b"HTTP/1.1 20 OK\r\nContent-Length: 0\r\n\r\n",
        "a status of four digits": b"HTTP/1.1 2000 OK\r\nContent-Length: 0\r\n\r\n",
        "a negative status": b"HTTP/1.1 -20 OK\r\nContent-Length: 0\r\n\r\n",
        "no status": b"HTTP/1.1\r\nContent-Length: 0\r\n\r\n",
        "a header without a colon": b"HTTP/1.1 200 OK\r\nnonsense\r\nContent-Length: 0\r\n\r\n",
        "a header without a name": b"HTTP/1.1 200 OK\r\n: value\r\nContent-Length: 0\r\n\r\n",
        "a space before the colon": b"HTTP/1.1 200 OK\r\nContent-Length : 0\r\n\r\n",
        "a zero byte in the head": b"HTTP/1.1 200 OK\r\nX: a\x00b\r\nContent-Length: 0\r\n\r\n",
        "conflicting lengths": b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\nContent-Length: 3\r\n\r\nok",
        "a list of conflicting lengths": b"HTTP/1.1 200 OK\r\nContent-Length: 2, 3\r\n\r\nok",
        "a negative length": b"HTTP/1.1 200 OK\r\nContent-Length: -2\r\n\r\nok",
        "a signed length": b"HTTP/1.1 200 OK\r\nContent-Length: +2\r\n\r\nok",
        "a length in hex": b"HTTP/1.1 200 OK\r\nContent-Length: 0x2\r\n\r\nok",
        "an empty length": b"HTTP/1.1 200 OK\r\nContent-Length:\r\n\r\nok",
        "a length beyond 64 bits": b"HTTP/1.1 200 OK\r\nContent-Length: 99999999999999999999\r\n\r\nok",
        "a chunk size of letters": b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nxyz\r\nok\r\n0\r\n\r\n",
        "an empty chunk size": b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n\r\nok\r\n0\r\n\r\n",
        "a negative chunk size": b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n-2\r\nok\r\n0\r\n\r\n",
        "a chunk size beyond 64 bits":
            b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nffffffffffffffffff\r\nok\r\n0\r\n\r\n",
        "a chunk longer than its size": b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nokay\r\n0\r\n\r\n",
        "both a length and chunks":
            b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nok\r\n0\r\n\r\n",
        "an unknown transfer coding": b"HTTP/1.1 200 OK\r\nTransfer-Encoding: teleport\r\n\r\nok",
        "more than the length": b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nokay",
        "two answers to one request": response() + response(),
        "an upgrade that nobody asked for": b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: h2c\r\n\r\n",
    }

    def test_answers_that_are_not_http_count_as_malformed(self):
        for what, answer in self.MALFORMED.items():
            with self.subTest(what), Server(answering_then_silent(answer)) as server:
                self.load(server.url())
                self.assertEqual(self.errors(), {"malformed": REQUESTS})

    def test_garbage_fails_the_objectives_and_is_named_in_the_report(self):
        with Server(answering_then_silent(self.MALFORMED["plain garbage"])) as server:
            self.assert_all_fail(server.url(), "malformed")

    def test_a_greeting_before_the_request_is_malformed(self):
        def greet(connection):
            connection.send(b"220 mail.example ESMTP ready\r\n")
            connection.wait_for_close()
        with Server(greet) as server:
            self.assert_all_fail(server.url(), "malformed", "early-close")

    def test_a_body_that_follows_an_answer_to_head_is_malformed(self):
        with Server(answering_then_silent(response())) as server:
            self.assert_all_fail(server.url(), "malformed", method="HEAD")

    def test_a_huge_chunk_size_is_never_allocated(self):
        answer = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n7fffffffffffffff\r\nok"
        with Server(answering_then_silent(answer)) as server:
            finished = self.assert_all_fail(server.url(), "timeout", "malformed", timeout=IMPATIENT)
        self.assertLess(finished.peak_mebibytes, 256, finished.story())

    def test_a_huge_length_is_never_allocated(self):
        answer = b"HTTP/1.1 200 OK\r\nContent-Length: 9223372036854775807\r\n\r\nok"
        with Server(answering_then_silent(answer)) as server:
            finished = self.assert_all_fail(server.url(), "timeout", "malformed", timeout=IMPATIENT)
        self.assertLess(finished.peak_mebibytes, 256, finished.story())

    def test_terminal_escapes_of_a_server_reach_no_terminal(self):
        answer = b"\x1b]0;owned\x07\x1b[2JHTTP\r\n\r\n"
        with Server(answering_then_silent(answer)) as server:
            finished = self.assert_all_fail(server.url(), "malformed")
        for text in (finished.text, self.iter8("report").text, (self.folder / "result.yaml").read_text()):
            self.assertNotIn("\x1b", text)


class UnusualButGoodAnswers(LoadCase):

    GOOD = {
        "no reason phrase": b"HTTP/1.1 200\r\nContent-Length: 2\r\n\r\nok",
        "an empty reason phrase": b"HTTP/1.1 200 \r\nContent-Length: 2\r\n\r\nok",
        "HTTP/1.0 keep-alive": b"HTTP/1.0 200 OK\r\nConnection: keep-alive\r\nContent-Length: 2\r\n\r\nok",
        "one interim answer first": b"HTTP/1.1 100 Continue\r\n\r\n" + response(),
        "early hints first": b"HTTP/1.1 103 Early Hints\r\nLink: </x>\r\n\r\n" + response(),
        "the same length twice": b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\nContent-Length: 2\r\n\r\nok",
        "chunks with extensions and a trailer":
            b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2;a=\"b\"\r\nok\r\n0\r\nX-Sum: 1\r\n\r\n",
        "chunk sizes in capitals": b"HTTP/1.1 200 OK\r\nTransfer-Encoding: Chunked\r\n\r\n00A\r\n0123456789\r\n0\r\n\r\n",
        "a compressed body": response(gzip.compress(b"hello" * 100), headers=["Content-Encoding: gzip"]),
        "no content": b"HTTP/1.1 204 No Content\r\n\r\n",
        "a redirect": b"HTTP/1.1 302 Found\r\nLocation: /elsewhere\r\nContent-Length: 0\r\n\r\n",
        "not modified, with the length of what it stands for": b"HTTP/1.1 304 Not Modified\r\nContent-Length: 9\r\n\r\n",
    }

    def test_unusual_answers_that_are_good_http_are_no_errors(self):
        for what, answer in self.GOOD.items():
            with self.subTest(what), Server(answering(answer)) as server:
                self.assert_none_fail(server.url())

    def test_an_answer_in_many_small_parts_is_one_answer(self):
        def script(connection):
            while connection.read_request() is not None:
                for byte in response(b"ok"):
                    connection.send(bytes([byte]))
        with Server(script) as server:
            self.assert_none_fail(server.url())

    def test_a_body_that_ends_with_the_connection_is_whole(self):
        with Server(answering_once(b"HTTP/1.1 200 OK\r\n\r\nuntil the end")) as server:
            self.assert_none_fail(server.url())

    def test_head_answers_have_no_body(self):
        with Server(answering(b"HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n")) as server:
            self.assert_none_fail(server.url(), method="HEAD")

    def test_a_body_of_ten_megabytes_is_received_and_not_kept(self):
        with Server(answering(response(b"x" * 10_000_000))) as server:
            finished = self.assert_none_fail(server.url())
        self.assertLess(finished.peak_mebibytes, 64, finished.story())

    def test_a_redirect_is_not_followed(self):
        with servers.well_behaved() as elsewhere:
            answer = response(status="302 Found", headers=[f"Location: {elsewhere.url()}"])
            with Server(answering(answer)) as server:
                self.assert_none_fail(server.url())
                self.assertEqual(server.requests, REQUESTS)
            self.assertEqual(elsewhere.connections, 0)

    def test_a_redirect_is_an_error_where_the_file_says_so(self):
        with Server(answering(response(status="302 Found"))) as server:
            self.assert_all_fail(server.url(), "status", errorRanges=[{"lower": 300, "upper": 399}])

    def test_error_statuses_are_complete_answers_that_count_as_errors(self):
        for status in ("404 Not Found", "500 Internal Server Error", "999 Odd"):
            with self.subTest(status), Server(answering(response(status=status))) as server:
                self.assert_all_fail(server.url(), "status")
                self.assertEqual(self.metric(f"http/status-{status[:3]}"), REQUESTS)

    def test_an_answer_before_the_whole_request_was_read_is_an_answer_or_a_reset(self):
        def hasty(connection):
            connection.stream.recv(1)
            connection.send(response(status="413 Content Too Large", headers=["Connection: close"]))
        with Server(hasty) as server:
            self.assert_all_fail(server.url(), "status", "reset", payloadStr="x" * 3_000_000)

    def test_an_empty_list_of_error_ranges_makes_no_status_an_error(self):
        with Server(answering(response(status="500 Internal Server Error"))) as server:
            self.assert_none_fail(server.url(), errorRanges=[])


class ScarceResources(LoadCase):

    def run_load(self, **load):
        finished = self.run_experiment({"tasks": [{"task": "http", "with": load}]}, within=30)
        self.assert_code(finished, 0)
        self.assert_books_balance(self.metric("http/request-count"))
        return finished

    def test_a_rate_that_nobody_can_send_ends_in_time_and_says_so(self):
        with servers.well_behaved() as server:
            finished = self.run_load(url=server.url(), qps=10_000_000, duration="100ms", timeout=IMPATIENT, connections=2)
        self.assert_says(finished, "warning: .*rate|achieved|late")
        self.assertLess(finished.peak_mebibytes, 256, finished.story())

    def test_many_connections_to_a_dead_port_end(self):
        with servers.refused_port() as port:
            self.run_load(url=f"http://127.0.0.1:{port}/", qps=100_000, numRequests=5_000, connections=2_000)
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
            load = {"url": server.url(), "numRequests": 60, "connections": 60, "qps": 5000}
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
