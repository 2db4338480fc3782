"""Ten thousand concurrent connections, and the warning if the limit on descriptors does not allow them."""

import resource
import selectors
import socket
import sys
import threading
import unittest

from harness.case import Case
from harness.program import PATIENCE
from harness.servers import response

MANY = 10_000
SPARE = 500


class Crowd:
    """Responds to no one until `count` connections have sent a request, then to all. One thread."""

    def __init__(self, count):
        self._count = count
        self._listener = socket.create_server(("127.0.0.1", 0), backlog=4096)
        self._listener.setblocking(False)
        self.port = self._listener.getsockname()[1]
        self._wake, self._waker = socket.socketpair()
        self._selector = selectors.DefaultSelector()
        self._selector.register(self._listener, selectors.EVENT_READ)
        self._selector.register(self._wake, selectors.EVENT_READ)
        self._waiting = []
        self.most = 0  # connections that waited at the same time
        self._thread = threading.Thread(target=self._run, daemon=True)
        self._thread.start()

    def stop(self):
        self._waker.send(b"x")
        self._thread.join(20 * PATIENCE)
        self._waker.close()
        for key in list(self._selector.get_map().values()):
            key.fileobj.close()
        self._selector.close()

    def _run(self):
        while True:
            for key, _ in self._selector.select():
                if key.fileobj is self._wake:
                    return
                if key.fileobj is self._listener:
                    self._accept()
                else:
                    self._read(key.fileobj)

    def _accept(self):
        try:
            while True:
                stream, _ = self._listener.accept()
                stream.setblocking(False)
                self._selector.register(stream, selectors.EVENT_READ)
        except BlockingIOError:
            pass

    def _read(self, stream):
        try:
            asked = stream.recv(4096)
        except ConnectionError:
            asked = b""
        if not asked:
            self._selector.unregister(stream)
            stream.close()
            return
        self._waiting.append(stream)
        self.most = max(self.most, len(self._waiting))
        if len(self._waiting) < self._count:
            return
        for each in self._waiting:
            try:
                each.send(response())
            except OSError:
                pass  # it was given up
        self._waiting.clear()


class Connections(Case):

    def load(self, server, connections, timeout=40 * PATIENCE, **popen):
        finished = self.run_experiment({"tasks": [{"task": "http", "with": {
            "url": f"http://127.0.0.1:{server.port}/", "arrival": "closed", "connections": connections,
            "numRequests": connections, "timeout": f"{timeout:.0f}s",
            "allowAllFailed": True}}]}, within=80, **popen)
        self.assert_code(finished, 0)
        return finished

    def serve(self, connections):
        server = Crowd(connections)
        self.addCleanup(server.stop)
        return server

    def value(self, name):
        metric = self.result()["insights"]["metrics"].get(name)
        return metric["values"][0] if metric else 0

    def test_ten_thousand_at_a_time(self):
        hard = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
        if hard != resource.RLIM_INFINITY and hard < MANY + SPARE:
            self.skipTest(f"the limit on descriptors is {hard}")
        soft = resource.getrlimit(resource.RLIMIT_NOFILE)[0]
        resource.setrlimit(resource.RLIMIT_NOFILE, (MANY + SPARE, hard))
        self.addCleanup(resource.setrlimit, resource.RLIMIT_NOFILE, (soft, hard))
        server = self.serve(MANY)
        finished = self.load(server, MANY,
                             preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_NOFILE, (1024, MANY + SPARE)))
        self.assertEqual(server.most, MANY)
        self.assertEqual(self.value("http/request-count"), MANY)
        self.assertEqual(self.value("http/error-count"), 0)
        self.assertNotIn("load-limits", finished.text)
        self.assertNotIn("descriptors", finished.text)

    def test_a_limit_that_cannot_be_raised_is_said(self):
        server = self.serve(MANY)  # which never come, so that nobody is answered
        finished = self.load(server, 400, timeout=2, preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_NOFILE, (200, 200)))
        self.assert_says(finished, r"400 connections need \d+ descriptors, and the limit \(ulimit -Hn\) is 200")
        self.assertEqual(self.value("http/request-count"), 400)
        self.assertGreater(self.value("http/errors-connect"), 0)
        self.assertGreater(self.value("http/errors-timeout"), 100)
        self.assertEqual(self.value("http/error-count"), 400)


if __name__ == "__main__":
    unittest.main(verbosity=2)
