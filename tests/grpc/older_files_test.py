"""Files of older Iter8 with loads on services of gRPC, of every line of versions."""

import json
import sys
import unittest

from echo import PROTO, EchoServer, GrpcCase
from harness.servers import Server


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
