"""Streams of an ordinary ASGI server, direct and through nginx, over HTTP/1.1 and HTTP/2: the times that it gives them are those that
iter8 reports, and what is wrong with a stream has its own name."""

import unittest

from harness import asgi
from harness.case import Case
from harness.program import PATIENCE
from nginx import installed

MODEL = {"format": "sse", "content": ".choices[0].delta.content", "tokens": ".usage.completion_tokens", "done": "[DONE]"}
FIRST, GAP, WORDS = 120, 40, 8  # msec
QUERY = f"?first={FIRST}&gap={GAP}&words={WORDS}"
LATE = 40 * PATIENCE  # msec that a busy machine may add to a median


class StreamsTest(Case):

    def load(self, url, stream, slos=(), **options):
        tasks = [{"task": "http", "with": {"url": url, "qps": 20, "numRequests": 20, "connections": 20, "timeout": "10s",
                                           "stream": stream, **options}}]
        if slos:
            tasks.append({"task": "assess", "with": {"slos": list(slos)}})
        finished = self.run_experiment({"tasks": tasks}, "--no-gate", within=60 * PATIENCE)
        self.assert_code(finished, 0)
        self.metrics = self.result()["insights"]["metrics"]
        return finished

    def metric(self, name):
        metric = self.metrics.get("http/" + name)
        return metric["values"][0] if metric else None

    def assert_times(self, first=FIRST):
        for name, true in (("ttft-p50", first), ("inter-token-p50", GAP)):
            self.assertGreater(self.metric(name), true - 15, name)
            self.assertLess(self.metric(name), true + LATE, name)
        self.assertLess(self.metric("ttfb-p50"), self.metric("ttft-p50") - first / 2)
        self.assertGreater(self.metric("transfer-p50"), first + (WORDS - 2) * GAP - LATE)

    def test_a_model_is_measured_over_every_way(self):
        servers = asgi.StreamServers(self, installed())
        ways = [(servers.direct, {})]
        if installed():
            ways += [(servers.proxy, {}), (servers.proxy_http2, {"http": "2", "streams": 10, "connections": 2})]
        for url, options in ways:
            with self.subTest(url=url, **options):
                self.load(url + "/v1/chat/completions" + QUERY, MODEL, numRequests=80, slos=[{"metric": "http/ttft-p95", "upper": "5s"}, {"metric": "http/inter-token-p97.5", "upper": "5s"},
                           {"metric": "http/time-per-output-token-mean", "upper": "5s"}, {"metric": "http/token-rate", "lower": 1}],
                          payloadStr="{}", **options)
                self.assertEqual(self.metric("error-count"), 0)
                self.assert_times()
                self.assertEqual(self.metric("event-count"), 80 * (WORDS + 2))  # the role and the usage are events, too
                self.assertEqual(self.metric("events-p50"), WORDS + 2)
                self.assertEqual(self.metric("output-tokens-p50"), 2 * WORDS)
                self.assertEqual(self.metric("output-token-count"), 80 * 2 * WORDS)
                self.assertAlmostEqual(self.metric("time-per-output-token-p50"), (WORDS - 1) * GAP / (2 * WORDS - 1), delta=LATE / WORDS)
                self.assert_code(self.iter8("assert", "-c", "completed", "-c", "nofailure", "-c", "slos"), 0)

    def test_the_reports_have_what_is_inside_streams(self):
        servers = asgi.StreamServers(self, None)
        self.load(servers.direct + "/v1/chat/completions" + QUERY, MODEL, payloadStr="{}")
        self.assert_says(self.iter8("report"), "http/ttft-p95 \\(msec\\)")
        self.assert_says(self.iter8("report", "-o", "html"), "http/inter-token")
        self.assert_says(self.iter8("report", "-o", "json"), "http/time-per-output-token-mean")
        self.assert_says(self.iter8("report", "-o", "openmetrics"), 'iter8_metric_percentile.*metric="http/ttft".*percentile="99"')

    def test_shards_of_a_stream_load_add_up(self):
        servers = asgi.StreamServers(self, None)
        self.write("experiment.yaml", {"tasks": [{"task": "http", "with": {
            "url": servers.direct + "/v1/chat/completions" + QUERY, "payloadStr": "{}", "qps": 20, "numRequests": 20, "connections": 20,
            "shard": "auto", "stream": MODEL}}]})
        for shard in (1, 2):
            self.assert_code(self.iter8("run", "--result", f"result-{shard}.yaml", environment={"ITER8_SHARD": f"{shard}/2"},
                                        within=60 * PATIENCE), 0)
        self.assert_code(self.iter8("merge", "result-1.yaml", "result-2.yaml"), 0)
        self.metrics = self.result()["insights"]["metrics"]
        self.assertEqual(self.metric("event-count"), 20 * (WORDS + 2))
        self.assertEqual(self.metric("events-p50"), WORDS + 2)
        self.assert_times()

    def test_lines_of_json(self):
        servers = asgi.StreamServers(self, None)
        self.load(servers.direct + "/api/generate" + QUERY, payloadStr="{}",
                  stream={"format": "ndjson", "content": ".response", "tokens": ".eval_count", "done": ".done"})
        self.assertEqual(self.metric("error-count"), 0)
        self.assertEqual(self.metric("output-tokens-mean"), WORDS)
        self.assertEqual(self.metric("events-mean"), WORDS + 1)

    def test_what_is_wrong_with_a_stream_has_its_own_class(self):
        servers = asgi.StreamServers(self, installed())
        quick = {"numRequests": 4, "qps": 40, "allowAllFailed": True}
        for path, error, more, options in (
                ("/unfinished?first=5&gap=5", "unfinished", {}, {}),
                ("/broken?first=5&gap=5", "unfinished", {}, {}),
                ("/fails?first=5&gap=5", "error-event", {}, {}),
                ("/text", "not-json", {}, {}),
                ("/compressed", "malformed", {}, {}),
                ("/large", "event-too-large", {}, {}),
                ("/silent", "first-event-timeout", {"firstEventTimeout": "200ms"}, {}),
                ("/stalls?first=5&gap=5", "event-timeout", {"eventTimeout": "300ms"}, {}),
                ("/endless?gap=10", "timeout", {"eventTimeout": "5s"}, {"timeout": "500ms"})):
            for url in (servers.direct, servers.proxy_http2):
                if url == servers.proxy_http2 and not installed():
                    continue
                version = {"http": "2", "streams": 4} if url == servers.proxy_http2 else {}
                with self.subTest(path=path, url=url):
                    self.load(url + path, {**MODEL, **more}, **{**quick, **version, **options})
                    self.assertEqual(self.metric("errors-" + error), 4, self.metrics.keys())
                    self.assertEqual(self.metric("error-rate"), 1)


if __name__ == "__main__":
    asgi.need()
    unittest.main()
