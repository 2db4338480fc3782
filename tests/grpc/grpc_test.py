"""The task grpc against a real server (libgrpc++), directly and behind nginx and haproxy: all four kinds, descriptions, TLS, older
files, and servers that misbehave. What iter8 claims to have sent is what the server got."""

import itertools
import json
import os
import queue
import shutil
import struct
import subprocess
import sys
import threading
import unittest

from harness import daemons
from harness.case import Case
from harness.certificates import Authority
from harness.daemons import free_port
from harness.program import PATIENCE
from harness.servers import Server

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


class Kinds(GrpcCase):

    def setUp(self):
        super().setUp()
        self.server = EchoServer(self)

    def received(self, method):
        return sorted(line.split(" ", 2)[2] for line in self.server.lines() if line.startswith(f"in {method} "))

    def test_unary(self):
        self.call(self.server.port, data={"text": "call {{seq}}"}, percentiles=[97.5])
        self.assert_all_good()
        self.assertEqual(self.metric("grpc/messages-sent"), 40)
        self.assertEqual(self.metric("grpc/messages-received"), 40)
        self.assertGreater(self.metric("grpc/latency-p97.5"), 0)
        self.assertEqual(self.received("Unary"), sorted(f"call {number}" for number in range(40)))

    def test_messages_in_turn(self):
        self.call(self.server.port, data=[{"text": "a"}, {"text": "b"}])
        self.assert_all_good()
        self.assertEqual(self.received("Unary"), ["a"] * 20 + ["b"] * 20)

    def test_rows_and_metadata(self):
        self.write("people.csv", 'name,color\nAnna,"re""d"\nBo,blue\n')
        self.call(self.server.port, data={"text": "{{row.name}} likes {{row.color}}"}, rows="people.csv",
                  metadata={"x-who": "{{row.name}}", "x-iteration": "{{ .iteration }}", "x-time": "{{.TimestampUnix}}"})
        self.assert_all_good()
        lines = self.server.lines()
        self.assertEqual(sorted({line for line in lines if line.startswith("in ")}),
                         ["in Unary Anna likes re\"d", "in Unary Bo likes blue"])
        calls = [line for line in lines if line.startswith("call ")]
        self.assertEqual(sum(" x-who=Anna" in line for line in calls), 20)
        self.assertTrue(all(" x-iteration=1" in line for line in calls), calls[0])

    def test_client_stream(self):
        self.call(self.server.port, method="Collect", data=[{"text": "a"}, {"text": "b"}],
                  stream={"count": 3, "interval": "2ms"})
        self.assert_all_good()
        self.assertEqual(self.received("Collect"), ["a"] * 80 + ["b"] * 40)
        self.assertGreaterEqual(self.metric("grpc/latency-min"), 4)

    def test_server_stream(self):
        self.call(self.server.port, method="Expand", data={"text": "x", "replies": 6, "delayMs": 1})
        self.assert_all_good()
        self.assertEqual(self.metric("grpc/messages-received"), 240)

    def test_both(self):
        self.call(self.server.port, method="Chat", data=[{"text": "a"}, {"text": "b"}, {"text": "c"}])
        self.assert_all_good()
        self.assertEqual(self.received("Chat"), ["a"] * 40 + ["b"] * 40 + ["c"] * 40)

    def test_open_loop_endpoints_and_objectives(self):
        tasks = [{"task": "grpc", "with": {
            "host": f"127.0.0.1:{self.server.port}", "proto": PROTO, "qps": 100, "numRequests": 30, "endpoints": {
                "one": {"call": "iter8.test.Echo.Unary", "data": {"text": "a"}},
                "all": {"call": "iter8.test.Echo/Expand", "data": {"text": "a", "replies": 3}}}}},
            {"task": "assess", "with": {"slos": [{"metric": "grpc-all/latency/p97.5", "upper": 5000}]}}]
        finished = self.run_experiment({"tasks": tasks})
        self.assertIn(finished.code, (0, 3), finished.story())  # so few calls need not settle anything
        self.assertGreater(self.metric("grpc-all/latency-p97.5"), 0)
        self.assertGreater(self.metric("grpc-all/time-to-first-message-p50"), 0)
        self.assertEqual(self.metric("grpc-one/request-count"), 30)
        self.assertEqual(self.metric("grpc-all/messages-received"), 90)

    def test_errors_by_status(self):
        self.call(self.server.port, data=[{"text": "a"}, {"text": "b", "status": 14, "statusText": "no luck"},
                                          {"text": "c", "status": 5}, {"text": "d"}])
        self.assertEqual(self.metric("grpc/request-count"), 40)
        self.assertEqual(self.metric("grpc/error-count"), 20)
        self.assertEqual(self.metric("grpc/errors-unavailable"), 10)
        self.assertEqual(self.metric("grpc/errors-not-found"), 10)
        self.assertIsNone(self.metric("grpc/errors-internal"))


class GoServer(GrpcCase):
    """All four kinds against grpc-go, which echoes bytes."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.program = None
        go = shutil.which("go", path=os.environ["PATH"] + ":/usr/local/go/bin")
        if not go or not BUILD:
            return
        built = os.path.join(BUILD, "go_echo_server")
        done = subprocess.run([go, "build", "-o", built, "."], cwd=os.path.join(os.path.dirname(PROTO), "go_server"),
                              stdin=subprocess.DEVNULL, capture_output=True, timeout=170, check=False)
        cls.program = built if done.returncode == 0 else None

    def setUp(self):
        super().setUp()
        if self.program is None:
            self.skipTest("no Go, or no way to its modules")

    def test_all_kinds(self):
        texts = ["first", "second", "third"]
        data = [{"text": text} for text in texts]
        encoded = {text: (b"\x0a" + bytes([len(text)]) + text.encode()).hex() for text in texts}
        for gzip in (False, True):
            for method, sent, received, size in (
                    ("Unary", [encoded[texts[number % 3]] for number in range(40)], 40, None),
                    ("Collect", [each for each in encoded.values() for _ in range(40)], 40, 22),
                    ("Expand", [encoded[texts[number % 3]] for number in range(40)], 120, None),
                    ("Chat", [each for each in encoded.values() for _ in range(40)], 120, 22 / 3)):
                with self.subTest(method=method, gzip=gzip):
                    server = EchoServer(self, program=self.program)
                    self.call(server.port, method=method, data=data, compression=gzip)
                    self.assert_all_good()
                    self.assertEqual(self.metric("grpc/messages-received"), received)
                    if size:
                        self.assertAlmostEqual(self.metric("grpc/message-size-received"), size, 3)
                    got = sorted(line.split()[2] for line in server.lines() if line.startswith(f"in {method} "))
                    self.assertEqual(got, sorted(sent))


class Descriptions(GrpcCase):

    def test_reflection_protoset_and_binary(self):
        server = EchoServer(self)
        self.call(server.port, proto=None, data={"text": "asked"})
        self.assert_all_good()
        subprocess.run(["protoc", f"-I{os.path.dirname(PROTO)}", "--include_imports",
                        f"--descriptor_set_out={self.folder}/echo.protoset", "echo.proto"], check=True)
        self.call(server.port, proto=None, protoset="echo.protoset", data={"text": "set"})
        self.assert_all_good()
        self.write("message.bin", b"\x0a\x06binary")
        self.call(server.port, proto=None, kind="unary", binaryFile="message.bin")
        self.assert_all_good()
        self.write("messages.json", '[{"text": "json {{.RequestNumber}}"}]')
        self.call(server.port, dataFile="messages.json")
        self.assert_all_good()
        received = [line for line in server.lines() if line.startswith("in Unary ")]
        for text, count in (("asked", 40), ("set", 40), ("binary", 40)):
            self.assertEqual(received.count(f"in Unary {text}"), count)
        self.assertIn("in Unary json 39", received)

    def test_health(self):
        server = EchoServer(self)
        self.call(server.port, call="grpc.health.v1.Health/Check", proto=None)
        self.assert_all_good()
        self.call(server.port, call="grpc.health.v1.Health/Check", proto=None, data={"service": "no.such"})
        self.assertEqual(self.metric("grpc/errors-not-found"), 40)

    def test_what_does_not_fit_is_refused_before_anything_runs(self):
        base = {"host": "127.0.0.1:1", "proto": PROTO, "call": "iter8.test.Echo/Unary"}
        for change, pattern in (({"call": "iter8.test.Echo/Unari"}, "Unary"),
                                ({"call": "iter8.test.Ecko/Unary"}, "iter8.test.Echo"),
                                ({"data": {"text": "a", "inner": {"flag": "x"}}}, "inner.*flag|flag"),
                                ({"data": {"txt": "a"}}, "txt"),
                                ({"proto": "missing.proto"}, "missing.proto does not exist"),
                                ({"call": "grpc.health.v1.Health/Check", "proto": None, "data": {"name": "a"}}, "service"),
                                ({"data": {"text": "a"}, "dataFile": "x.json"}, "expected one of them"),
                                ({"metadata": {"grpc-timeout": "1S"}}, "belongs to the protocol"),
                                ({"data": {"text": "{{row.a}}"}}, "there are no rows"),
                                ({"stream": {"count": 3}}, r"stream\.count has no meaning here: iter8\.test\.Echo/Unary is unary"),
                                ({"authority": "a b"}, "authority: expected HOST or HOST:PORT"),
                                ({"data": 5}, "data: expected a map"),
                                ({"kind": "unary"}, "both kind and proto; expected proto alone"),
                                ({"concurrency": 2, "connections": 4}, "concurrency is less than connections")):
            with self.subTest(change=change):
                load = {name: value for name, value in {**base, **change}.items() if value is not None}
                self.write("experiment.yaml", {"tasks": [{"task": "grpc", "with": load}]})
                self.assert_refused(self.iter8("validate"), pattern)


class Connections(GrpcCase):

    def test_tls(self):
        authority = Authority(self.folder)
        server = EchoServer(self, *authority.issue("server", "DNS:shop.test"), authority.certificate)
        certificate, key = authority.issue("client", "DNS:client.test")
        tls = {"ca": str(authority.certificate), "cert": str(certificate), "key": str(key), "serverName": "shop.test"}
        self.call(server.port, tls=tls, authority="shop.test", data={"text": "secret"})
        self.assert_all_good()
        finished = self.call(server.port, tls={**tls, "serverName": "other.test"}, code=1)
        self.assert_says(finished, "TLS handshake")
        self.assertEqual(self.metric("grpc/errors-tls"), 40)

    def test_behind_nginx(self):
        server = EchoServer(self)
        port = free_port()
        daemons.serve_nginx(self, port, f"listen 127.0.0.1:{port} http2; location / {{ grpc_pass grpc://127.0.0.1:{server.port}; }}")
        for method, data, messages in (("Unary", {"text": "a"}, 40), ("Collect", [{"text": "a"}, {"text": "b"}], 40),
                                       ("Expand", {"text": "a", "replies": 5}, 200), ("Chat", [{"text": "a"}] * 3, 120)):
            with self.subTest(method=method):
                self.call(port, method=method, data=data)
                self.assert_all_good()
                self.assertEqual(self.metric("grpc/messages-received"), messages)
        server.stop()
        self.call(port, data={"text": "gone"})
        self.assertEqual(self.metric("grpc/errors-unavailable"), 40)

    def test_behind_haproxy(self):
        server = EchoServer(self)
        port = free_port()
        daemons.serve_haproxy(self, port, server.port, " proto h2")
        for method, data, messages in (("Unary", {"text": "a"}, 40), ("Collect", [{"text": "a"}, {"text": "b"}], 40),
                                       ("Expand", {"text": "a", "replies": 5}, 200), ("Chat", [{"text": "a"}] * 3, 120)):
            with self.subTest(method=method):
                self.call(port, method=method, data=data)
                self.assert_all_good()
                self.assertEqual(self.metric("grpc/messages-received"), messages)

    def test_a_server_of_http_1(self):
        def answer(connection):
            connection.read_request()
            connection.send(b"HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\n\r\n")
        server = Server(answer)
        self.addCleanup(server.stop)
        finished = self.call(server.port, data={"text": "a"}, code=1)
        self.assert_says(finished, "does not speak HTTP/2")

    def test_goaway_in_the_middle(self):
        def answer(connection):
            connection.stream.recv(65536)
            settings = b"\0\0\0\4\0\0\0\0\0"
            goaway = b"\0\0\x08\7\0\0\0\0\0" + struct.pack(">II", 1, 0)
            connection.send(settings + goaway)
        server = Server(answer)
        self.addCleanup(server.stop)
        self.call(server.port, data={"text": "a"}, numRequests=6, timeout="2s", code=1)
        self.assertEqual(self.metric("grpc/error-count"), 6)

    def reset_every_call(self, code, begins):
        """A server that resets every call with this code, at once or behind the first fields of its answer."""
        fields = b"\x88\x5f\x10application/grpc"  # :status 200 and the content type (RFC 7541)

        def answer(connection):
            received = connection.stream.recv(65536)[24:]
            connection.send(b"\0\0\0\4\0\0\0\0\0")
            while received:
                while len(received) >= 9 + int.from_bytes(received[:3], "big"):
                    kind, stream = received[3], received[5:9]
                    received = received[9 + int.from_bytes(received[:3], "big"):]
                    if kind == 1 and begins:
                        connection.send(len(fields).to_bytes(3, "big") + b"\1\4" + stream + fields)
                    if kind == 1:
                        connection.send(b"\0\0\4\3\0" + stream + code.to_bytes(4, "big"))
                more = connection.stream.recv(65536)
                received = received + more if more else b""
        server = Server(answer)
        self.addCleanup(server.stop)
        return server

    def test_calls_that_the_server_resets(self):
        for name, code, begins, error in (("CANCEL", 8, True, "stream"), ("INTERNAL_ERROR", 2, False, "stream"),
                                          ("REFUSED_STREAM", 7, False, "refused"), ("REFUSED_STREAM", 7, True, "stream")):
            with self.subTest(reset=name, begins=begins):
                server = self.reset_every_call(code, begins)
                finished = self.call(server.port, data={"text": "a"}, numRequests=12, connections=1, timeout="5s", code=1)
                self.assertEqual(self.metric("grpc/error-count"), 12)
                self.assertEqual(self.metric(f"grpc/errors-{error}"), 12)
                self.assert_says(finished, rf"reset the stream: {name} \({code}\)" if error == "stream" else "refused the request")

    def answer_every_call(self, answer, content_type="application/grpc", endless=False):
        """A server that answers every call with these frames, DATA and then HEADERS, given by a function as pairs of kind and payload;
        or repeats the DATA without end."""
        head = bytes([0x88, 0x5F, len(content_type)]) + content_type.encode()  # :status 200 (RFC 7541)

        def frame(kind, flags, stream, payload):
            return len(payload).to_bytes(3, "big") + bytes([kind, flags]) + stream + payload

        def reply(connection, stream):
            connection.send(frame(1, 4, stream, head))
            frames = b"".join(frame(kind, 5 if kind == 1 else 0, stream, payload) for kind, payload in answer())
            while True:
                connection.send(frames)
                if not endless:
                    return

        def serve(connection):
            received = connection.stream.recv(65536)[24:]
            connection.send(b"\0\0\0\4\0\0\0\0\0")
            while received:
                while len(received) >= 9 + int.from_bytes(received[:3], "big"):
                    kind, flags, stream = received[3], received[4], received[5:9]
                    received = received[9 + int.from_bytes(received[:3], "big"):]
                    if kind in (0, 1) and flags & 1:
                        reply(connection, stream)
                more = connection.stream.recv(65536)
                received = received + more if more else b""
        server = Server(serve)
        self.addCleanup(server.stop)
        return server

    @staticmethod
    def status_field(text):
        """The block of trailers with this grpc-status."""
        return b"\0\x0bgrpc-status" + bytes([len(text)]) + text.encode()

    def test_more_answers_than_one_end_the_call(self):
        """The server's endless answers are not read until the time is over: of reflection, of a unary call, of a stream of the client."""
        for proto, method in ((None, "Unary"), (PROTO, "Unary"), (PROTO, "Collect")):
            with self.subTest(proto=proto, method=method):
                server = self.answer_every_call(lambda: [(0, b"\0\0\0\0\0" * 3000)], endless=True)
                finished = self.call(server.port, method=method, proto=proto, data={}, numRequests=2, connections=1, timeout="20s",
                                     code=1)
                self.assert_says(finished, "a response of 2 messages, expected one")
                self.assert_says(finished, r"reflection of http://127" if proto is None else "malformed")
                if proto:
                    self.assertEqual(self.metric("grpc/errors-malformed"), 2)
                    self.assertLess(self.metric("grpc/messages-received"), 10)
                server.stop()

    def test_a_server_that_describes_more_than_there_can_be(self):
        """Each file imports another one, and has 10 MiB; or one has more messages than memory has room for."""
        numbers = itertools.count()

        def field(number, content):
            key, length = number << 3 | 2, len(content)
            varint = b""
            while length > 127:
                varint += bytes([length & 127 | 128])
                length >>= 7
            return bytes([key]) + varint + bytes([length]) + content

        def answer():
            number = next(numbers)
            file = field(1, b"f%d.proto" % number) + field(3, b"f%d.proto" % (number + 1)) + rest
            message = field(4, field(1, file))
            body = b"\0" + len(message).to_bytes(4, "big") + message
            return [(0, body[at:at + 16384]) for at in range(0, len(body), 16384)] + [(1, self.status_field("0"))]
        server = self.answer_every_call(answer)
        rest = field(15, bytes(10 << 20))
        self.assert_says(self.call(server.port, proto=None, data={}, code=1), "reflection of .*: the server's answers have more than 64 MiB")
        self.assertEqual(next(numbers), 7)
        rest = field(4, b"") * 1_000_000
        self.assert_says(self.call(server.port, proto=None, data={}, code=1), "reflection of .*: the server describes more than 1000000 parts")

    def test_answers_that_say_strange_things(self):
        message = b"\0\0\0\0\0"
        for answer, content_type, pattern, code in (
                ([(0, message), (1, self.status_field("0"))], "application/json", "not gRPC by its Content-Type", 1),
                ([(1, self.status_field("99"))], "application/grpc", "unknown: grpc-status is '99'", 0),
                ([(1, self.status_field("abc"))], "application/grpc", "unknown: grpc-status is 'abc'", 0)):
            with self.subTest(pattern):
                server = self.answer_every_call(lambda answer=answer: answer, content_type)
                self.assert_says(self.call(server.port, data={}, numRequests=3, connections=1, code=code), pattern)
                self.assertEqual(self.metric("grpc/error-count"), 3)

    def test_hosts_that_are_not_allowed(self):
        server = EchoServer(self)
        for proto in (PROTO, None):
            with self.subTest(proto=proto):
                load = {"host": f"127.0.0.1:{server.port}", "call": "iter8.test.Echo/Unary", "proto": proto}
                self.write("experiment.yaml", {"tasks": [{"task": "grpc", "with": {k: v for k, v in load.items() if v}}]})
                finished = self.iter8("run", environment={"ITER8_ALLOW_HOSTS": "example.com"})
                self.assertIn(finished.code, (1, 2), finished.story())
                self.assert_says(finished, "ITER8_ALLOW_HOSTS")
        self.assertEqual(server.lines(), [])

    def test_ceilings(self):
        self.write("experiment.yaml", {"tasks": [{"task": "grpc", "with": {
            "host": "127.0.0.1:1", "proto": PROTO, "call": "iter8.test.Echo/Unary", "qps": 500}}]})
        self.assert_refused(self.iter8("validate", environment={"ITER8_MAX_QPS": "100"}), "ITER8_MAX_QPS allows 100")


class OlderFiles(GrpcCase):

    def test_a_file_of_older_iter8(self):
        server = EchoServer(self)
        finished = self.run_experiment({"spec": [
            {"task": "gen-load-and-collect-metrics-grpc", "with": {
                "host": f"127.0.0.1:{server.port}", "call": "iter8.test.Echo.Unary", "proto": PROTO, "total": 60,
                "concurrency": 5, "data": {"text": "{{.RequestNumber}} {{.UUID}} {{.WorkerID}}"},
                "metadata": {"x-number": "{{.RequestNumber}}"}, "timeout": "5s", "connect-timeeout": "3s",
                "count-errors": True, "name": "old", "tags": {"a": "b"}}},
            {"task": "assess-app-versions", "with": {"SLOs": {"upper": [
                {"metric": "grpc/error-rate", "limit": 0}, {"metric": "grpc/latency/mean", "limit": 5000},
                {"metric": "grpc/latency/p97.5", "limit": 5000}, {"metric": "built-in/grpc-latency/p90", "limit": 5000}]}}}]})
        self.assert_code(finished, 0)
        self.assert_says(finished, "connect-timeeout")
        self.assertEqual(self.metric("grpc/request-count"), 60)
        received = sorted((line for line in server.lines() if line.startswith("in ")), key=lambda line: int(line.split()[2]))
        self.assertEqual([int(line.split()[2]) for line in received], list(range(60)))
        self.assertTrue(all(len(line.split()[3]) == 36 and line.split()[4].startswith("c") for line in received))

    def test_the_forms_of_every_line(self):
        """How v0.8 to v0.15 wrote the same load, with the names of tasks, metrics and limits of their time."""
        server = EchoServer(self)
        load = {"host": f"127.0.0.1:{server.port}", "call": "iter8.test.Echo.Unary", "proto": PROTO, "total": 30, "concurrency": 3,
                "data": {"text": "a"}}
        long, short = "gen-load-and-collect-metrics-grpc", "grpc"
        listed = {"SLOs": [{"metric": "built-in/grpc-error-rate", "upperLimit": 0}]}
        limits = {"upper": [{"metric": "grpc/error-rate", "limit": 0}, {"metric": "grpc/latency/p97.5", "limit": 5000}]}
        forms = {
            "v0.8": [{"task": long, "with": {**load, "host": None, "call": None, "versionInfo": [{"host": load["host"], "call": load["call"]}]}},
                     {"task": "assess-app-versions", "with": listed}],
            "v0.9": {"spec": [{"task": long, "with": {**load, "count-errors": True, "insecure": True}},
                              {"task": "assess-app-versions", "with": {"SLOs": limits}}]},
            "v0.10": {"spec": [{"task": long, "with": {**load, "rps": 500, "connect-timeeout": "5s"}},
                               {"task": "assess-app-versions", "with": {"SLOs": limits}}]},
            "v0.11": {"spec": [{"task": short, "with": {**load, "connections": 2, "skipFirst": 0}}, {"task": "assess", "with": {"SLOs": limits}}]},
            "v0.13": {"spec": [{"task": short, "with": {**load, "warmup": True}},
                               {"task": short, "with": load}, {"task": "assess", "with": {"SLOs": {"Upper": limits["upper"]}}}]},
            "v0.15": {"spec": [{"task": short, "with": {**load, "max-duration": "30s", "stream-call-count": 1}},
                               {"task": "assess", "with": {"SLOs": limits}}]},
        }
        for form, document in forms.items():
            with self.subTest(form):
                text = json.loads(json.dumps(document))
                for each in text if isinstance(text, list) else text["spec"]:
                    each["with"] = {name: value for name, value in each["with"].items() if value is not None}
                finished = self.run_experiment(text)
                self.assert_code(finished, 0)
                self.assertEqual(self.metric("grpc/request-count"), 30)
                self.assert_code(self.iter8("assert", "-c", "completed", "-c", "nofailure", "-c", "slos"), 0)
                for misspelt in ("connect-timeeout", "Upper"):
                    self.assertEqual(f"'{misspelt}' is read as" in finished.err, misspelt in str(document))

    def test_older_defaults_hold_where_the_name_is_that_of_today(self):
        server = EchoServer(self)
        load = {"host": f"127.0.0.1:{server.port}", "call": "iter8.test.Echo.Unary", "proto": PROTO, "data": {"text": "a"}}
        self.assert_code(self.run_experiment({"spec": [{"task": "grpc", "with": load}]}), 0)
        self.assertEqual(self.metric("grpc/request-count"), 200)
        self.assert_code(self.run_experiment({"spec": [{"task": "grpc", "with": {**load, "qps": 100, "numRequests": 7}}]}), 0)
        self.assertEqual(self.metric("grpc/request-count"), 7)
        self.write("experiment.yaml", {"tasks": [{"task": "grpc", "with": {**load, "total": 10}}]})
        self.assert_refused(self.iter8("validate"), "unknown key 'total'")

    def test_files_that_are_fetched(self):
        server = EchoServer(self)
        with open(PROTO, "rb") as file:
            files = {"echo.proto": file.read(), "data.json": b'{"text": "fetched {{.RequestNumber}}"}',
                     "metadata.json": b'{"x-from": "a file"}'}

        def answer(connection):
            request = connection.read_request()
            content = files[request.split()[1].decode().lstrip("/")]
            connection.send(b"HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: %d\r\n\r\n" % len(content) + content)
        web = Server(answer)
        self.addCleanup(web.stop)
        url = f"http://127.0.0.1:{web.port}"
        finished = self.run_experiment({"spec": [{"task": "gen-load-and-collect-metrics-grpc", "with": {
            "total": 10, "concurrency": 2, "protoURL": f"{url}/echo.proto", "JSONDataURL": f"{url}/data.json",
            "MetadataURL": f"{url}/metadata.json",
            "versionInfo": [{"host": f"127.0.0.1:{server.port}", "call": "iter8.test.Echo.Unary"}]}}]})
        self.assert_code(finished, 0)
        lines = server.lines()
        self.assertEqual(sorted(line for line in lines if line.startswith("in ")),
                         sorted(f"in Unary fetched {number}" for number in range(10)))
        self.assertTrue(all(" x-from=a file" in line for line in lines if line.startswith("call ")))

    def test_versions_schedules_and_endpoints(self):
        server = EchoServer(self)
        host = f"127.0.0.1:{server.port}"
        finished = self.run_experiment({"spec": [{"task": "gen-load-and-collect-metrics-grpc", "with": {
            "proto": PROTO, "call": "iter8.test.Echo.Unary", "total": 20, "data": {"text": "a"},
            "versionInfo": [{"host": host}, {"host": host, "call": "iter8.test.Echo.Expand"}, None]}}]})
        self.assert_code(finished, 0)
        self.assertEqual(self.result()["insights"]["metrics"]["grpc/request-count"]["values"][:2], [20, 20])
        finished = self.run_experiment({"spec": [{"task": "gen-load-and-collect-metrics-grpc", "with": {
            "host": host, "proto": PROTO, "call": "iter8.test.Echo.Unary", "total": 60, "load-schedule": "step",
            "skipFirst": 10, "load-start": 50, "load-step": 50, "load-end": 150, "load-step-duration": "200ms",
            "endpoints": {"a": {"data": {"text": "x"}}}}}]})
        self.assert_code(finished, 0)
        self.assertEqual(self.metric("grpc-a/request-count"), 50)


if __name__ == "__main__":
    unittest.main(argv=sys.argv)
