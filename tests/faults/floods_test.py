"""Servers that send faster than anybody reads, beside a healthy version: the flood is that version's failure and nobody else's."""

import contextlib
import signal
import time
import unittest

from harness import http2
from harness.http2 import Http2Peer, answering_streams
from harness.program import PATIENCE
from harness.servers import Server, well_behaved
from load_case import LoadCase

REPEATS = 30_000
SOON = 1.0  # seconds from a signal to the end of a run


def flooding_http2(frames):
    """A script that answers the first request of a connection with these frames, again and again, without end."""
    flood = frames * REPEATS

    def script(connection):
        peer = Http2Peer(connection)
        peer.greet()
        for _ in peer.requests():
            while not connection.server.stopped.is_set():
                connection.send(flood)
    return script


def endless_body(connection):
    if connection.read_request() is not None:
        connection.send(b"HTTP/1.1 200 OK\r\n\r\n")
        while not connection.server.stopped.is_set():
            connection.send(b"x" * (1 << 20))


FLOODS = {
    "priorities": http2.frame(http2.PRIORITY, stream=1, payload=b"\0\0\0\0\1"),
    "unknown frames": http2.frame(0xfa),
    "empty continuations": http2.frame(http2.CONTINUATION, stream=1),
    "empty data": http2.frame(http2.DATA, stream=1),
    "resets of what ended": http2.rst(1, http2.CANCEL),
    "settings": http2.settings(),
    "interim answers": http2.headers(1, b"\x08\x03103"),
    "windows": http2.frame(http2.WINDOW_UPDATE, stream=1, payload=b"\0\0\0\1"),
}


class Floods(LoadCase):

    def versions(self, good, bad):
        return [{"name": "stable", "url": good.url()}, {"name": "candidate", "url": bad.url()}]

    def run_beside(self, good, bad, **options):
        """40 requests to each of two versions; those to the good one have no part in what the bad one does."""
        load = {"numRequests": 40, "qps": 40, "timeout": "500ms", "connections": 2, **options}
        finished = self.run_experiment({"versions": self.versions(good, bad), "tasks": [{"task": "http", "with": load}]}, "--no-gate")
        self.assert_code(finished, 0)
        self.assertEqual(self.metric("http/request-count", 0), 40)
        self.assertEqual(self.metric("http/error-count", 0), 0, finished.story())
        self.assertEqual(self.metric("http/error-count", 1), 40, finished.story())
        self.assertLess(self.metric("http/latency-p99", 0), 200 * PATIENCE)
        return finished

    def test_frames_without_end_are_cut_and_counted_to_the_version_that_sent_them(self):
        for name, frames in FLOODS.items():
            with self.subTest(name), Server(answering_streams(lambda stream, _: http2.answer(stream))) as good, \
                    Server(flooding_http2(frames)) as bad:
                self.run_beside(good, bad, http="2", streams=2)
                cut = [self.metric(f"http/errors-{name}", 1) or 0 for name in ("malformed", "stream")]
                self.assertGreater(sum(cut), 20)

    def test_a_body_without_end_takes_nobody_elses_time(self):
        with well_behaved() as good, Server(endless_body) as bad:
            self.run_beside(good, bad)
            self.assertEqual(self.metric("http/errors-timeout", 1), 40)

    def test_a_body_that_goes_on_after_its_request_was_cancelled_is_cut(self):
        def script(connection):
            peer = Http2Peer(connection)
            peer.greet()
            for stream in peer.requests():
                connection.send(http2.headers(stream))
                while not connection.server.stopped.is_set():
                    connection.send(http2.data(stream, b"x" * 16384, 0) * 64)
        with Server(answering_streams(lambda stream, _: http2.answer(stream))) as good, Server(script) as bad:
            self.run_beside(good, bad, http="2", streams=2)
            self.assertGreater(bad.connections, 2, "the connection of a cancelled request was kept")

    def test_sigterm_is_answered_soon_during_a_flood(self):
        scripts = {"priorities": (flooding_http2(FLOODS["priorities"]), {"http": "2"}), "body": (endless_body, {})}
        for name, (script, options) in scripts.items():
            with self.subTest(name), Server(script) as bad:
                load = {"url": bad.url(), "duration": "10m", "qps": 40, "connections": 4, "timeout": "10s", **options}
                self.write("experiment.yaml", {"tasks": [{"task": "http", "with": load}]})
                running = self.start("run")
                with contextlib.suppress(AssertionError):
                    bad.wait_for_requests(4)
                begin = time.monotonic()
                running.send(signal.SIGTERM)
                self.assert_code(running.finish(), 143)
                self.assertLess(time.monotonic() - begin, SOON * PATIENCE)


if __name__ == "__main__":
    unittest.main()
