"""The task `metrics` with backends that respond badly: each is an error that says why, or what onNoData says."""

import json
import unittest

from harness.case import Case
from harness.servers import Server, answering, response

TRUNCATED = b'{"orders": [1, 2'
GOOD = b'{"orders": 12, "text": "twelve", "list": [1, 2], "nan": null}'


def json_response(body, status="200 OK"):
    return response(body, status, ["Content-Type: application/json"])


class MetricsFaultsTest(Case):
    def ask(self, content, jq=".orders", environment=None, **options):
        """One metric from a backend that always answers these bytes."""
        server = Server(answering(content))
        self.addCleanup(server.stop)
        self.server = server
        metric = {"name": "orders", "jq": jq, **options.pop("metric", {})}
        return self.run_experiment({"tasks": [{"task": "metrics", "with": {
            "provider": "rest", "prefix": "shop", "url": server.url(), "retry": {"attempts": 1}, "timeout": "2s",
            "metrics": [metric], **options}}]}, environment=environment)

    def assert_failed(self, finished, pattern):
        """The message names metric, provider, query and window."""
        self.assert_code(finished, 1)
        self.assert_says(finished, rf"shop/orders \(rest\): .*{pattern}.*query: GET http\S+ \| jq .*window: 20\S+Z to 20\S+Z")

    def test_refused_credentials_are_named_and_not_shown(self):
        body = b'{"message": "token sesame-open-77 is not valid"}'
        for status, meaning in (("401 Unauthorized", "status 401: .*missing or wrong"),
                                ("403 Forbidden", "status 403: .*do not permit")):
            with self.subTest(status):
                finished = self.ask(json_response(body, status), auth={"bearer": "${TOKEN}"},
                                    environment={"TOKEN": "sesame-open-77"})
                self.assert_failed(finished, meaning)
                self.assertNotIn("sesame", finished.text + (self.folder / "result.yaml").read_text())

    def test_what_is_no_json_is_named(self):
        for body, expected in ((b"<html><title>Sign in</title></html>", "expected JSON, found HTML: <html>"),
                               (TRUNCATED, "expected JSON, found Unfinished"), (b"", "expected JSON, found an empty answer"),
                               (b"\x00\xff\xfe", "expected JSON")):
            with self.subTest(body):
                self.assert_failed(self.ask(json_response(body)), expected)

    def test_what_jq_finds_must_be_a_number(self):
        for jq, expected in ((".text", 'jq: expected a number, found "twelve"'), ("empty", "no data: the answer is empty"),
                             (".nan", "no data: the value is NaN"), (".list", r"jq: expected a number, found \[1,2\]"),
                             (".list[]", "2 numbers where one is expected"), (".text.x", "jq: Cannot index string"),
                             ("infinite", r"no data: the value is \+Inf|expected a number")):
            with self.subTest(jq):
                self.assert_code(self.ask(json_response(GOOD), jq), 1)
                self.assertRegex(self.result()["tasks"][0]["message"], expected)

    def test_a_slow_backend_ends_with_the_timeout(self):
        def script(connection):
            connection.read_request()
            connection.wait_for_close()
        server = Server(script)
        self.addCleanup(server.stop)
        finished = self.run_experiment({"tasks": [{"task": "metrics", "with": {
            "provider": "rest", "prefix": "shop", "url": server.url(), "retry": {"attempts": 1}, "timeout": "300ms",
            "metrics": [{"name": "orders", "jq": "."}]}}]})
        self.assert_failed(finished, "timed out")
        self.assertLess(finished.wall_seconds, 5)

    def test_large_answers_are_read_up_to_the_limit(self):
        large = json.dumps({"orders": 12, "padding": "x" * 10_000_000}).encode()
        self.assert_code(self.ask(json_response(large)), 0)
        self.assertEqual(self.result()["insights"]["metrics"]["shop/orders"]["values"], [12])
        too_large = json.dumps({"orders": 12, "padding": "x" * 20_000_000}).encode()
        self.assert_failed(self.ask(json_response(too_large)), "larger than 16777216 bytes")

    def test_a_program_without_an_end_is_stopped(self):
        self.assert_failed(self.ask(json_response(GOOD), "def f: f; f"), "jq: no end after 5s")

    def test_a_template_without_an_end_is_an_error_at_load_time(self):
        finished = self.ask(json_response(GOOD), metric={
            "path": "/{{ range 1000000 }}{{ range 1000000 }}x{{ end }}{{ end }}"})
        self.assert_refused(finished, "metric 'orders'")

    def test_an_unknown_provider_is_never_a_default(self):
        finished = self.run_experiment({"tasks": [{"task": "metrics", "with": {
            "provider": "promethius", "url": "http://127.0.0.1:1", "metrics": [{"name": "x", "query": "up"}]}}]})
        self.assert_refused(finished, "unknown provider .*did you mean 'prometheus'")

    def judge(self, answers, policy, kind="gauge", **limit):
        """The exit code of a gate on a metric of two versions from a Prometheus that answers {word of the query: value}; none
        of the words = no series."""
        def script(connection):
            while (request := connection.read_request()) is not None:
                found = [value for word, value in answers.items() if word.encode() in request]
                result = [{"metric": {}, "value": [1700000000, str(found[0])]}] if found else []
                connection.send(json_response(json.dumps({"status": "success", "data": {"resultType": "vector",
                                                                                        "result": result}}).encode()))
        server = Server(script)
        self.addCleanup(server.stop)
        queries = {"gauge": {"query": "errors_{{ .version.name }}"},
                   "proportion": {"count": "errors_{{ .version.name }}", "total": "requests_{{ .version.name }}"}}[kind]
        return self.run_experiment({"versions": [{"name": "stable"}, {"name": "candidate"}], "tasks": [
            {"task": "metrics", "with": {"provider": "prometheus", "url": server.url(), "method": "GET", "metrics": [
                {"name": "errors", "kind": kind, "onNoData": policy, **queries}]}},
            {"task": "assess", "with": {"slos": [{"metric": "prometheus/errors", **limit}]}}]}, "--gate")

    def test_no_data_can_leave_the_verdict_open(self):
        for answers, limit, code in (({}, 20, 3), ({"stable": 12}, 20, 3), ({"candidate": 12}, "+10%", 3),
                                     ({"candidate": 30}, 20, 1), ({"candidate": 12, "stable": 12}, 20, 0)):
            with self.subTest(answers=answers, limit=limit):
                self.assert_code(self.judge(answers, "inconclusive", upper=limit), code)
        self.assert_code(self.judge({}, "error", upper=20), 1)

    def test_what_never_happened_is_0_of_a_total_that_is_there(self):
        self.assert_code(self.judge({"requests": 5000}, "zero", "proportion", upper="1%"), 0)
        observation = self.result()["insights"]["metrics"]["prometheus/errors"]["observations"][0]
        self.assertEqual((observation["count"], observation["total"]), (0, 5000))
        self.assert_code(self.judge({"requests": 5000, "errors": 200}, "zero", "proportion", upper="1%"), 1)
        self.assert_code(self.judge({"requests": 5000}, "error", "proportion", upper="1%"), 1)
        self.assert_code(self.judge({"requests": 5000}, "inconclusive", "proportion", upper="1%"), 3)
        self.assert_code(self.judge({}, "zero", "proportion", upper="1%"), 1)

    def test_a_busy_backend_is_asked_again(self):
        def script(connection):
            while connection.read_request() is not None:
                busy = connection.number == 1
                connection.send(response(b"busy", "503 Service Unavailable", ["Retry-After: 0"]) if busy
                                else json_response(GOOD))
        server = Server(script)
        self.addCleanup(server.stop)
        finished = self.run_experiment({"tasks": [{"task": "metrics", "with": {
            "provider": "rest", "url": server.url(), "metrics": [{"name": "orders", "jq": ".orders"}]}}]})
        self.assert_code(finished, 0)
        self.assertEqual(server.requests, 2)


if __name__ == "__main__":
    unittest.main()
