"""Responses that are not HTTP, and responses that are unusual but valid."""

import gzip
import unittest

from harness import servers
from harness.servers import Server, answering, answering_once, answering_then_silent, response
from load_case import IMPATIENT, REQUESTS, LoadCase


class AnswersThatAreNotHttp(LoadCase):
    """Each response is sent once, and the connection then stays open, so that only its bytes show what is wrong."""

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


if __name__ == "__main__":
    unittest.main(verbosity=2)
