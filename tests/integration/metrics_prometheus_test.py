"""The task `metrics` against a real Prometheus with data that the test created with promtool."""

import time
import unittest

from backends import counters, free_port, require, start_prometheus
from metrics_case import MetricsCase

NOW = int(time.time()) - 30
RATES = {'{version="stable"}': 1, '{version="candidate"}': 2}


def buckets(per_second):
    """Cumulative buckets of a histogram that gets so many observations per second in each."""
    samples = []
    for version, rates in per_second.items():
        below = 0
        for edge, rate in rates.items():
            below += rate
            samples += counters("latency_seconds_bucket", {f'{{version="{version}",le="{edge}"}}': below}, NOW)
    return samples


class PrometheusTest(MetricsCase):
    def prometheus(self):
        return start_prometheus(self, [
            *counters("orders_total", RATES, NOW),
            *counters("visits_total", {labels: 10 * rate for labels, rate in RATES.items()}, NOW),
            *buckets({"stable": {"0.1": 4, "0.5": 1, "+Inf": 1}, "candidate": {"0.1": 8, "0.5": 2, "+Inf": 0}}),
            ("temperature", NOW, 21.5)])

    def ask(self, metrics, server, **options):
        return self.measure({"provider": "prometheus", "url": server.url(), "delay": "30s", "window": "5m",
                             "metrics": metrics, **options})

    def test_every_kind_of_metric(self):
        server = self.prometheus()
        increase = 'sum(increase(%s{version="{{ .version.name }}"}[{{ .window }}]))'
        finished = self.ask([
            {"name": "orders", "query": increase % "orders_total"},
            {"name": "conversion", "kind": "proportion", "count": increase % "orders_total",
             "total": increase % "visits_total"},
            {"name": "total", "kind": "counter", "query": "sum(orders_total) by (version)", "versionLabel": "version"},
            {"name": "range", "query": 'orders_total{version="{{ .version.name }}"}', "range": True, "step": "1m",
             "reduce": "max"},
            {"name": "latency", "kind": "histogram", "unit": "sec",
             "query": 'sum by (le) (increase(latency_seconds_bucket{version="{{ .version.name }}"}[5m]))'},
            {"name": "temperature", "query": "temperature"},
        ], server)

        self.assert_code(finished, 0)
        self.assertAlmostEqual(self.value("prometheus/orders", 0), 300, delta=3)
        self.assertAlmostEqual(self.value("prometheus/orders", 1), 600, delta=6)
        self.assertAlmostEqual(self.value("prometheus/conversion", 1), 0.1, places=2)
        self.assertAlmostEqual(self.value("prometheus/total", 1), 2 * self.value("prometheus/total", 0), delta=1)
        self.assertAlmostEqual(self.value("prometheus/range", 0), 1200, delta=200)
        self.assertEqual(self.value("prometheus/temperature", 0), 21.5)
        observation = self.observation("prometheus/latency", 0)
        self.assertAlmostEqual(observation["buckets"][0]["count"], 1200, delta=12)
        self.assertEqual(len(observation["buckets"]), 3)
        self.assertIn("le", observation["query"])
        self.assertEqual(observation["window"], 300)
        self.assertAlmostEqual(observation["sampleCount"], 1800, delta=18)

    def test_what_is_no_answer_is_named_and_the_rest_is_recorded(self):
        server = self.prometheus()
        finished = self.ask([
            {"name": "good", "query": "temperature"},
            {"name": "nothing", "query": "nosuch_total"},
            {"name": "wrong", "query": "sum(("},
            {"name": "nan", "query": "temperature * 0 / 0"},
            {"name": "several", "query": "orders_total"},
            {"name": "zero", "query": "nosuch_total", "onNoData": "zero"},
        ], server)

        self.assert_code(finished, 1)
        self.assertEqual(self.value("prometheus/good", 0), 21.5)
        self.assertEqual(self.value("prometheus/zero", 1), 0)
        for expected in (r"prometheus/nothing of version 'stable' \(prometheus\): no data: the answer is empty; "
                         r"query: nosuch_total; window: 20\S+Z to 20\S+Z",
                         r"prometheus/wrong .*status 400: .*bad_data.*parse error",
                         r"prometheus/nan .*no data: the value is NaN",
                         r"prometheus/several .*2 series where one is expected: \{__name__=\"orders_total\""):
            self.assertRegex(self.result()["tasks"][0]["message"], expected)

    def test_a_server_that_is_not_there_is_said_to_be_so(self):
        finished = self.measure({"provider": "prometheus", "url": f"http://127.0.0.1:{free_port()}",
                                 "retry": {"attempts": 2}, "metrics": [{"name": "x", "query": "up"}]})

        self.assert_code(finished, 1)
        self.assert_says(finished, r"prometheus/x .*Couldn't connect to server \(2 attempts\)")

    def test_a_dry_run_shows_the_requests_masked_and_sends_none(self):
        finished = self.run_experiment(self.experiment({
            "provider": "prometheus", "url": f"http://127.0.0.1:{free_port()}", "method": "GET",
            "auth": {"bearer": "${METRICS_TOKEN}"}, "headers": {"X-Scope-OrgID": "{{ .version.name }}"},
            "metrics": [{"name": "orders", "query": 'sum(orders{v="{{ .version.name }}"}[{{ .window }}])'}]}),
            "--dry-run", environment={"METRICS_TOKEN": "sesame-open-12345"})

        self.assert_code(finished, 0)
        self.assert_says(finished, r'prometheus/orders candidate: sum\(orders\{v="candidate"\}\[60s\]\)')
        self.assert_says(finished, r"GET http://127.0.0.1:\d+/api/v1/query\?query=sum%28orders")
        self.assert_says(finished, r"X-Scope-OrgID: candidate")
        self.assert_says(finished, r"Authorization: Bearer \*\*\*")
        self.assertNotIn("sesame", finished.text)


if __name__ == "__main__":
    require("prometheus", "promtool")
    unittest.main()
