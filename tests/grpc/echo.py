"""What the tests of the task grpc share: the servers of this folder as processes, and a call of them."""

import os
import queue
import subprocess
import threading

from harness.case import Case
from harness.program import PATIENCE

SERVER = os.environ.get("ITER8_ECHO_SERVER", "")
BUILD = os.environ.get("ITER8_ECHO_BUILD", "")  # where the server of go_server is built
PROTO = os.path.join(os.path.dirname(os.path.abspath(__file__)), "echo.proto")


class EchoServer:
    """A server of tests/grpc as a process; ends with `case`."""

    def __init__(self, case, *arguments, program=SERVER):
        self._process = subprocess.Popen([program, *map(str, arguments)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
                                         errors="replace")
        case.addCleanup(self.stop)
        self._lines = queue.Queue()
        first = self._process.stdout.readline()
        case.assertTrue(first.startswith("port "), first)
        self.port = int(first.split()[1])
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()

    def _read(self):
        for line in self._process.stdout:
            self._lines.put(line.rstrip("\n"))

    def lines(self):
        """Everything it has said, once it has ended."""
        self.stop()
        found = []
        while not self._lines.empty():
            found.append(self._lines.get())
        return found

    def stop(self):
        if self._process.poll() is None:
            self._process.stdin.close()
            self._process.wait(20 * PATIENCE)
            self._reader.join(20 * PATIENCE)
            self._process.stdout.close()


class GrpcCase(Case):

    def setUp(self):
        super().setUp()
        if not SERVER:
            self.skipTest("no libgrpc++: ./dev install test")

    def metric(self, name):
        metric = self.result()["insights"]["metrics"].get(name)
        return metric["values"][0] if metric else None

    def call(self, port, method="Unary", task="grpc", code=0, **options):
        load = {"host": f"127.0.0.1:{port}", "call": f"iter8.test.Echo/{method}", **options}
        if task == "grpc":
            load = {"arrival": "closed", "numRequests": 40, "connections": 2, "concurrency": 8, "proto": PROTO, **load}
        load = {name: value for name, value in load.items() if value is not None}
        finished = self.run_experiment({"tasks": [{"task": task, "with": load}]})
        self.assert_code(finished, code)
        return finished

    def assert_all_good(self, count=40):
        self.assertEqual(self.metric("grpc/request-count"), count)
        self.assertEqual(self.metric("grpc/error-count"), 0)
