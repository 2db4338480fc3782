"""HTTP/2 servers that misbehave: no crash, no hang, every request accounted for once."""

import ssl
import struct
import tempfile
import unittest

from harness import http2
from harness.certificates import Authority
from harness.http2 import Http2Peer, answering_streams
from harness.servers import Server, response
from load_case import IMPATIENT, REQUESTS, LoadCase

CLOSED = {"arrival": "closed", "qps": None}
folder = tempfile.TemporaryDirectory(prefix="iter8-certificates-")
authority = Authority(folder.name)


def tearDownModule():
    folder.cleanup()


class Http2Case(LoadCase):

    def serve(self, script):
        server = Server(script)
        self.addCleanup(server.stop)
        return server

    def load_script(self, script, **options):
        server = self.serve(script)
        self.load(server.url(), **{"http": "2", "streams": 4, **options})
        return server

    def fails(self, script, *classes, **options):
        self.load_script(script, **options)
        errors = self.errors()
        self.assertEqual(sum(errors.values()), options.get("numRequests", REQUESTS), errors)
        self.assertLessEqual(set(errors), set(classes), errors)

    def succeeds(self, script, **options):
        server = self.load_script(script, **options)
        self.assertEqual(self.errors(), {})
        return server


class WellBehaved(Http2Case):

    def test_answers_in_any_order_and_in_pieces_are_complete(self):
        def script(connection):
            peer = Http2Peer(connection)
            peer.greet()
            waiting = []
            for stream in peer.requests():
                waiting.append(stream)
                if len(waiting) < 2:
                    continue
                late, early = waiting
                connection.send(http2.headers(late) + http2.headers(early) + http2.data(late, b"a", 0)
                                + http2.data(early) + http2.data(late, b"", http2.END_STREAM))
                waiting.clear()
        self.succeeds(script, numRequests=100, connections=1, **CLOSED)

    def test_every_byte_may_come_alone(self):
        def script(connection):
            peer = Http2Peer(connection)
            peer.greet()
            for stream in peer.requests():
                for byte in http2.answer(stream):
                    connection.send(bytes([byte]))
        self.succeeds(script)

    def test_interim_answers_trailers_and_unknown_frames_are_no_answers(self):
        def reply(stream, _number):
            return (http2.frame(0xfa, 0, stream, b"?") + http2.headers(stream, b"\x08\x03103")
                    + http2.headers(stream) + http2.data(stream, b"ok", 0)
                    + http2.headers(stream, http2.literal(b"x-sum", b"1"), http2.END_HEADERS | http2.END_STREAM))
        self.succeeds(answering_streams(reply))
        self.assertEqual(self.metric("http/status-200"), REQUESTS)

    def test_an_error_status_is_an_error(self):
        self.fails(answering_streams(lambda stream, _: http2.answer(stream, block=http2.STATUS_503)), "status")

    def test_a_reset_after_the_answer_does_no_harm(self):
        self.succeeds(answering_streams(lambda stream, _: http2.answer(stream) + http2.rst(stream, http2.NO_ERROR)))


class Limits(Http2Case):

    def test_no_more_streams_are_opened_than_the_server_allows(self):
        def script(connection):
            peer = Http2Peer(connection)
            peer.greet(http2.settings(MAX_CONCURRENT_STREAMS=1))
            open_streams = set()
            while (got := peer.read_frame()) is not None:
                kind, flags, stream, _ = got
                if kind == http2.SETTINGS and not flags & http2.ACK:
                    connection.send(http2.frame(http2.SETTINGS, http2.ACK))
                elif kind == http2.SETTINGS:
                    connection.acknowledged = True
                elif kind == http2.HEADERS:
                    if hasattr(connection, "acknowledged") and open_streams:
                        connection.send(http2.goaway(0, http2.PROTOCOL_ERROR))
                        return
                    open_streams.add(stream)
                    connection.server.note_request()
                    connection.send(http2.answer(stream))
                    open_streams.discard(stream)
        self.succeeds(script, numRequests=50, connections=1, streams=8, **CLOSED)

    def test_a_server_that_allows_no_stream_lets_requests_time_out(self):
        script = answering_streams(lambda stream, _: http2.answer(stream), http2.settings(MAX_CONCURRENT_STREAMS=0))
        server = self.load_script(script, timeout=IMPATIENT, connections=1, numRequests=6, streams=2, **CLOSED)
        self.assertLessEqual(set(self.errors()), {"timeout"})
        self.assertLess(server.requests, 6)

    def test_bodies_wait_for_the_window_and_go_on_when_it_opens(self):
        def script(connection):
            peer = Http2Peer(connection)
            peer.greet(http2.settings(INITIAL_WINDOW_SIZE=10))
            while (got := peer.read_frame()) is not None:
                kind, flags, stream, payload = got
                if kind == http2.SETTINGS and not flags & http2.ACK:
                    connection.send(http2.frame(http2.SETTINGS, http2.ACK))
                elif kind == http2.DATA:
                    more = struct.pack(">I", max(len(payload), 1))
                    connection.send(http2.frame(http2.WINDOW_UPDATE, 0, 0, more))
                    if flags & http2.END_STREAM:
                        connection.server.note_request()
                        connection.send(http2.answer(stream))
                    else:
                        connection.send(http2.frame(http2.WINDOW_UPDATE, 0, stream, more))
        self.succeeds(script, payloadStr="x" * 2000, numRequests=20, connections=2)

    def test_settings_may_change_between_requests(self):
        def reply(stream, number):
            return http2.settings(MAX_CONCURRENT_STREAMS=1 + number % 3, INITIAL_WINDOW_SIZE=1000 * number,
                                  MAX_FRAME_SIZE=16384 + number) + http2.answer(stream)
        self.succeeds(answering_streams(reply), numRequests=60, connections=2, **CLOSED)


class Refusals(Http2Case):

    def test_requests_that_a_goaway_leaves_out_are_sent_again(self):
        def reply(stream, number):
            return http2.answer(stream) + (http2.goaway(stream) if number == 5 else b"")
        server = self.succeeds(answering_streams(reply), numRequests=100, connections=2, **CLOSED)
        self.assertGreaterEqual(server.connections, 18)

    def test_a_refused_stream_is_sent_again(self):
        def reply(stream, number):
            return http2.rst(stream, http2.REFUSED_STREAM) if number % 3 == 0 else http2.answer(stream)
        self.succeeds(answering_streams(reply), numRequests=60, connections=1)

    def test_a_server_that_refuses_everything_ends(self):
        script = answering_streams(lambda stream, _: http2.rst(stream, http2.REFUSED_STREAM))
        self.fails(script, "refused", **CLOSED)

    def test_a_goaway_at_once_ends(self):
        def script(connection):
            peer = Http2Peer(connection)
            peer.greet(http2.settings() + http2.goaway(0))
            connection.wait_for_close()
        self.fails(script, "refused", "timeout", timeout=IMPATIENT)


class Http1Required(Http2Case):

    def serve_both(self, refusal):
        """Offers HTTP/2 and HTTP/1.1, and refuses every request of the former."""
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(*authority.issue("both", "IP:127.0.0.1"))
        context.set_alpn_protocols(["h2", "http/1.1"])

        def script(connection):
            if connection.stream.selected_alpn_protocol() != "h2":
                while connection.read_request():
                    connection.send(response())
                return
            peer = Http2Peer(connection)
            peer.greet()
            for stream in peer.requests():
                connection.send(refusal(stream))
        server = Server(script, wrap=lambda stream: context.wrap_socket(stream, server_side=True))
        self.addCleanup(server.stop)
        return {"url": server.url(scheme="https"), "tls": {"ca": str(authority.certificate)}, "streams": 4,
                "numRequests": 40, "connections": 4}

    def test_auto_goes_on_with_http_1(self):
        for name, refusal in {"goaway": lambda stream: http2.goaway(0, http2.HTTP_1_1_REQUIRED),
                              "reset": lambda stream: http2.rst(stream, http2.HTTP_1_1_REQUIRED)}.items():
            with self.subTest(name):
                finished = self.load(**self.serve_both(refusal), http="auto", **CLOSED)
                self.assertEqual(self.errors(), {})
                self.assertEqual(self.metric("http/status-200"), 40)
                self.assert_says(finished, "asks for HTTP/1.1")

    def test_http_2_alone_names_the_code(self):
        options = self.serve_both(lambda stream: http2.goaway(0, http2.HTTP_1_1_REQUIRED))
        self.assert_says(self.load(**options, http="2", **CLOSED), r"HTTP_1_1_REQUIRED \(13\); set http: 1.1")
        self.assertEqual(self.errors(), {"refused": 40})


class Faults(Http2Case):

    def test_resets_are_counted_each(self):
        for code in (http2.CANCEL, http2.INTERNAL_ERROR):
            self.fails(answering_streams(lambda stream, _, code=code: http2.rst(stream, code)), "stream",
                       numRequests=200, **CLOSED)

    def test_a_reset_in_the_middle_of_an_answer_is_no_answer(self):
        for code in (http2.NO_ERROR, http2.CANCEL, http2.REFUSED_STREAM):
            script = answering_streams(lambda stream, _, code=code: http2.headers(stream)
                                       + http2.data(stream, b"o", 0) + http2.rst(stream, code))
            self.fails(script, "stream")

    def test_what_is_no_http2_is_malformed(self):
        def garbage(connection):
            connection.stream.recv(65536)
            connection.send(b"HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\n\r\n")
            connection.wait_for_close()
        self.fails(garbage, "malformed")

    def test_frames_out_of_order_are_malformed(self):
        cases = {
            "data before headers": lambda stream: http2.data(stream),
            "headers of an idle stream": lambda stream: http2.headers(stream + 1000),
            "an even stream": lambda stream: http2.headers(2),
            "a push": lambda stream: http2.frame(http2.PUSH_PROMISE, http2.END_HEADERS, stream,
                                                 struct.pack(">I", 2) + b"\x82"),
            "continuation of nothing": lambda stream: http2.frame(http2.CONTINUATION, http2.END_HEADERS, stream, b"\x88"),
            "headers cut by another frame": lambda stream: http2.headers(stream, flags=0) + http2.frame(http2.PING, payload=b"8" * 8),
            "a frame larger than allowed": lambda stream: http2.frame(http2.DATA, 0, stream, b"x" * 20000),
            "a window beyond its limit": lambda stream: http2.frame(http2.WINDOW_UPDATE, 0, 0, b"\x7f\xff\xff\xff"),
            "bad compression": lambda stream: http2.headers(stream, b"\xff\xff\xff\xff\xff\xff"),
            "no status": lambda stream: http2.headers(stream, http2.literal(b"a", b"b"), http2.END_HEADERS | http2.END_STREAM),
            "a field in capitals": lambda stream: http2.headers(stream, http2.STATUS_200 + http2.literal(b"A", b"b")),
            "settings of a wrong size": lambda stream: http2.frame(http2.SETTINGS, payload=b"12345"),
            "a reset of an idle stream": lambda stream: http2.rst(stream + 1000, http2.CANCEL),
            "a body longer than said": lambda stream: http2.headers(stream, http2.STATUS_200 + http2.literal(b"content-length", b"1"))
            + http2.data(stream, b"ok"),
        }
        for name, reply in cases.items():
            with self.subTest(name):
                self.fails(answering_streams(lambda stream, _, reply=reply: reply(stream)), "malformed", "early-close",
                           "refused")

    def test_giant_headers_are_malformed(self):
        one = http2.literal(b"x-large", b"x" * 15000)
        cases = {
            "in continuations": lambda stream: http2.headers(stream, http2.STATUS_200 + one, 0)
            + http2.frame(http2.CONTINUATION, 0, stream, one) * 5 + http2.frame(http2.CONTINUATION, http2.END_HEADERS, stream, b""),
            "endless": lambda stream: http2.headers(stream, http2.STATUS_200, 0)
            + http2.frame(http2.CONTINUATION, 0, stream, one) * 60,
            # One entry of the table, named ten thousand times: small on the wire, large in memory.
            "unpacked": lambda stream: http2.headers(stream, http2.STATUS_200 + b"\x40" + http2.literal(b"x", b"y" * 4000)[1:]
                                                     + b"\xbe" * 10000),
        }
        for name, reply in cases.items():
            with self.subTest(name):
                self.fails(answering_streams(lambda stream, _, reply=reply: reply(stream)), "malformed")

    def test_a_silent_server_is_a_timeout_and_the_connection_lives_on(self):
        def reply(stream, number):
            return http2.answer(stream) if number > 2 else b""
        server = self.load_script(answering_streams(reply), timeout=IMPATIENT, connections=1)
        self.assertEqual(self.errors(), {"timeout": 2})
        self.assertEqual(server.connections, 1)

    def test_a_connection_that_ends_fails_what_was_on_it(self):
        def closing(connection):
            peer = Http2Peer(connection)
            peer.greet()
            next(peer.requests())
        self.fails(closing, "early-close", "reset")

        def resetting(connection):
            peer = Http2Peer(connection)
            peer.greet()
            next(peer.requests())
            connection.reset()
        self.fails(resetting, "reset", "early-close")

    def test_floods_end(self):
        floods = {
            "pings": http2.frame(http2.PING, payload=b"8" * 8) * 20000,
            "settings": http2.settings() * 20000,
            "resets": b"".join(http2.rst(1, http2.CANCEL) for _ in range(20000)),
            "empty data": http2.headers(1) + http2.data(1, b"", 0) * 20000,
            "window updates": http2.frame(http2.WINDOW_UPDATE, 0, 0, b"\0\0\0\1") * 20000,
        }
        for name, flood in floods.items():
            with self.subTest(name):
                def script(connection, flood=flood):
                    peer = Http2Peer(connection)
                    peer.greet()
                    for stream in peer.requests():
                        connection.send(flood + (http2.answer(stream) if stream > 1 else b""))
                self.load_script(script, timeout="2s", connections=1, numRequests=4, streams=2)



if __name__ == "__main__":
    unittest.main()
