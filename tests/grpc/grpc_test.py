"""The task grpc against real servers (libgrpc++, grpc-go), directly and behind nginx and haproxy: all four kinds, descriptions, TLS. What
iter8 claims to have sent is what the server got."""

import os
import shutil
import subprocess
import sys
import unittest

from echo import BUILD, PROTO, EchoServer, GrpcCase
from harness import daemons
from harness.certificates import Authority
from harness.daemons import free_port


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


if __name__ == "__main__":
    unittest.main(argv=sys.argv)
