"""Provider `endpoint`: metrics of the application itself, read before the first task and again after the load. Against `iter8 demo`,
Prometheus's and haproxy's own pages, and a page that says what the test wants."""

import json
import re
import unittest

from backends import Server as RealServer
from backends import free_port, program, require, start_prometheus
from harness.demo import start_demo
from harness.servers import Server, response
from metrics_case import MetricsCase

REQUESTS = 80

HAPROXY = """
defaults
  mode http
  timeout connect 5s
  timeout client 20s
  timeout server 20s
frontend shop
  bind 127.0.0.1:{port}
  http-request use-service prometheus-exporter if {{ path /metrics }}
  http-request return status 503 if {{ path /fail }}
  http-request return status 200
"""


class EndpointCase(MetricsCase):
    def endpoint(self, metrics, path="/", versions=None, requests=REQUESTS, **more):
        """A load and after it the metrics, in this order."""
        load = {"numRequests": requests, "qps": 400, "path": path, "errorRanges": []}
        return {"versions": versions, "tasks": [
            {"task": "http", "with": load}, {"task": "metrics", "with": {"provider": "endpoint", "metrics": metrics}}], **more}

    def observe(self, *arguments, **options):
        finished = self.run_experiment(self.endpoint(*arguments, **options))
        self.assert_code(finished, 0)
        return finished


class Demo(EndpointCase):
    METRICS = [
        {"name": "requests", "kind": "counter", "query": "requests_total"},
        {"name": "rate", "unit": "/s", "query": "requests_total"},
        {"name": "own", "kind": "counter", "query": 'requests_total{version="{{ .version.name }}"}'},
        {"name": "others", "kind": "counter", "query": 'requests_total{version!~"stable|candidate"}'},
        {"name": "errors", "kind": "proportion", "count": "errors_total", "total": "requests_total"},
        {"name": "latency", "kind": "histogram", "unit": "s", "query": "request_duration_seconds"},
        {"name": "since-start", "query": "requests_total", "take": "value"},
    ]

    def test_counters_histograms_and_proportions_are_those_of_the_load(self):
        urls = start_demo(self, "--version", "name=stable,latency=2ms", "--version", "name=candidate,latency=2ms,errors=0.2")
        versions = [{"name": name, "url": url} for name, url in urls.items()]
        document = self.endpoint(self.METRICS, versions=versions, loop={"iterations": 2})
        document["tasks"].append({"task": "assess", "with": {"slos": [
            {"metric": "endpoint/latency-p95", "upper": "1s"}, {"metric": "endpoint/errors", "upper": "90%"}]}})
        self.assert_code(self.run_experiment(document), 0)

        for version in (0, 1):
            observations = [each["value"] for each in self.metric("endpoint/requests")["observations"]
                            if each["version"] == version]
            self.assertEqual(observations, [REQUESTS, REQUESTS])
            self.assertEqual(self.value("endpoint/own", version), REQUESTS)
            self.assertEqual(self.value("endpoint/others", version), 0)
            self.assertEqual(self.value("endpoint/since-start", version), 2 * REQUESTS)
            latency = self.observation("endpoint/latency", version)
            self.assertEqual(sum(bucket["count"] for bucket in latency["buckets"]), REQUESTS)
            window = self.observation("endpoint/rate", version)["window"]
            self.assertAlmostEqual(self.value("endpoint/rate", version), REQUESTS / window, delta=0.2 * REQUESTS / window)
        self.assertEqual(self.value("endpoint/errors", 0), 0)
        errors = self.observation("endpoint/errors", 1)
        self.assertEqual(errors["total"], REQUESTS)
        self.assertEqual(errors["count"], self.metric("http/status-500")["values"][1])
        self.assertNotIn("firstReadings", self.result())


class RealExporters(EndpointCase):
    def test_prometheus(self):
        require("prometheus")
        server = start_prometheus(self)
        self.observe([
            {"name": "healthy", "kind": "counter", "query": 'prometheus_http_requests_total{handler="/-/healthy"}'},
            {"name": "ok", "kind": "proportion", "count": 'prometheus_http_requests_total{handler="/-/healthy",code=~"2.."}',
             "total": 'prometheus_http_requests_total{handler="/-/healthy"}'},
            {"name": "latency", "kind": "histogram", "unit": "s",
             "query": 'prometheus_http_request_duration_seconds{handler="/-/healthy"}'},
            {"name": "goroutines", "query": "go_goroutines"},
            {"name": "cpu", "unit": "s/s", "query": "process_cpu_seconds_total"},
        ], path="/-/healthy", versions=[{"name": "stable", "url": server.url()}])

        self.assertEqual(self.value("endpoint/healthy", 0), REQUESTS)
        self.assertEqual(self.value("endpoint/ok", 0), 1)
        self.assertEqual(sum(each["count"] for each in self.observation("endpoint/latency", 0)["buckets"]), REQUESTS)
        self.assertGreater(self.value("endpoint/goroutines", 0), 1)
        self.assertGreaterEqual(self.value("endpoint/cpu", 0), 0)

    def test_haproxy(self):
        require("haproxy")
        port = free_port()
        self.write("haproxy.cfg", HAPROXY.format(port=port))
        server = RealServer(self, "haproxy", [program("haproxy"), "-db", "-f", self.folder / "haproxy.cfg"], port)
        self.observe([
            {"name": "failed", "kind": "counter", "query": 'haproxy_frontend_http_responses_total{proxy="shop",code="5xx"}'},
            {"name": "requests", "kind": "counter", "query": 'haproxy_frontend_http_requests_total{proxy="shop"}'},
        ], path="/fail", versions=[{"name": "stable", "url": server.url()}])
        self.assertEqual(self.value("endpoint/failed", 0), REQUESTS)
        self.assertEqual(self.value("endpoint/requests", 0), REQUESTS + 1)  # and the first reading


class Pages(EndpointCase):
    """A server whose page is the next of a list, and the last one for ever."""

    def serve(self, *pages, kind="text/plain"):
        pages = list(pages)
        self.readings = 0

        def script(connection):
            while (request := connection.read_request()) is not None:
                if b" /metrics" not in request:
                    connection.send(response())
                    continue
                self.readings += 1
                page = pages.pop(0) if len(pages) > 1 else pages[0]
                connection.send(page if isinstance(page, bytes) else
                                response(page.encode(), headers=[f"Content-Type: {kind}"]))
        server = Server(script)
        self.addCleanup(server.stop)
        return [{"name": "stable", "url": server.url("")}]

    def test_a_page_is_read_once_for_all_its_metrics(self):
        versions = self.serve("a_total 5\nb_total 5\n", "a_total 8\nb_total 9\n")
        self.observe([{"name": "share", "kind": "proportion", "count": "a_total", "total": "b_total"},
                      {"name": "a", "kind": "counter", "query": "a_total"}], versions=versions, requests=5)
        self.assertEqual(self.value("endpoint/share", 0), 0.75)
        self.assertEqual(self.value("endpoint/a", 0), 3)
        self.assertEqual(self.readings, 2)

    def test_a_restart_is_noticed(self):
        versions = self.serve("# TYPE r counter\nr{c=\"1\"} 500\n", "# TYPE r counter\nr{c=\"1\"} 7\nr{c=\"2\"} 1\n")
        finished = self.observe([{"name": "r", "kind": "counter", "query": "r"}], versions=versions, requests=5)
        self.assertEqual(self.value("endpoint/r", 0), 8)
        self.assert_says(finished, "began anew between the two readings")

    def test_json_is_read_with_jq(self):
        versions = self.serve(json.dumps({"orders": 5, "queue": 3, "p": {"count": 1, "total": 10}}),
                              json.dumps({"orders": 25, "queue": 4, "p": {"count": 3, "total": 20}}), kind="application/json")
        self.observe([{"name": "orders", "kind": "counter", "jq": ".orders"},
                      {"name": "queue", "jq": ".queue"},
                      {"name": "p", "kind": "proportion", "jq": ".p"}], versions=versions, requests=5)
        self.assertEqual(self.value("endpoint/orders", 0), 20)
        self.assertEqual(self.value("endpoint/queue", 0), 4)
        self.assertEqual(self.value("endpoint/p", 0), 0.2)

    def test_a_metric_that_is_not_there_is_no_data_and_one_that_never_happened_is_0(self):
        versions = self.serve('r_total{code="200"} 5\n', 'r_total{code="200"} 9\n')
        finished = self.run_experiment(self.endpoint([
            {"name": "failed", "kind": "counter", "query": 'r_total{code=~"5.."}'},
            {"name": "mistyped", "kind": "counter", "query": "r_totl"}], versions=versions, requests=5))
        self.assert_code(finished, 1)
        self.assertEqual(self.value("endpoint/failed", 0), 0)
        self.assert_says(finished, "endpoint/mistyped .*no data: the answer is empty")

    def test_a_first_reading_that_fails_fails_what_needs_it(self):
        versions = self.serve(response(b"no", "404 Not Found"), "r_total 9\nqueue 3\n")
        finished = self.run_experiment(self.endpoint([{"name": "r", "kind": "counter", "query": "r_total"},
                                                      {"name": "queue", "query": "queue"}], versions=versions, requests=5))
        self.assert_code(finished, 1)
        self.assert_says(finished, "endpoint/r .*the first reading, before the first task, failed: .*status 404")
        self.assertEqual(self.value("endpoint/queue", 0), 3)

    def test_a_resumed_run_goes_on_from_the_first_reading(self):
        versions = self.serve("r_total 5\n", response(b"no", "404 Not Found"), "r_total 12\n")
        document = self.endpoint([{"name": "r", "kind": "counter", "query": "r_total"}], versions=versions, requests=5)
        self.assert_code(self.run_experiment(document), 1)
        self.assertEqual(len(self.result()["firstReadings"]), 1)
        self.assert_code(self.run_experiment(document, "--resume"), 0)
        self.assertEqual(self.value("endpoint/r", 0), 7)
        self.assertEqual(self.readings, 3)
        self.assertNotIn("firstReadings", self.result())

    def counter(self, *pages, query="r_total", **more):
        """What a run with one counter on these pages says."""
        metric = {"name": "r", "kind": "counter", "query": query, **more}
        return self.run_experiment(self.endpoint([metric], versions=self.serve(*pages), requests=5))

    def test_a_page_of_many_series_is_read_in_seconds(self):
        def page(value):
            return "".join(f'r_total{{x="{number}"}} {value}\n' for number in range(50_000))
        finished = self.run_experiment(self.endpoint([{"name": "r", "kind": "counter", "query": "r_total"}], requests=5,
                                                     versions=self.serve(page(1), page(3))), within=60)
        self.assert_code(finished, 0)  # minutes, were each series looked for among all others
        self.assertEqual(self.value("endpoint/r", 0), 100_000)

    def test_what_stands_twice_or_behind_the_end_is_an_error_at_its_line(self):
        for page, message in (('r_total{a="1"} 1\nr_total{a="1"} 2\n', r'line 2: the series stands twice: r_total\{a="1"\}'),
                              ("r_total 1\n# EOF\nr_total 2\n", "line 3: text behind # EOF")):
            finished = self.counter(page)
            self.assert_code(finished, 1)
            self.assert_says(finished, message)

    def test_a_first_reading_that_is_not_a_number_leaves_the_increase_unknown(self):
        for first in ("NaN", "+Inf"):
            finished = self.counter(f"r_total {first}\n", "r_total 7\n")
            self.assert_code(finished, 1)
            self.assert_says(finished, "endpoint/r .*no data: the value is NaN")
            self.assert_says(finished, "the first reading of {} is " + re.escape(first))

    def test_a_histogram_that_counts_too_much_says_so(self):
        page = '# TYPE h histogram\nh_bucket{{le="1"}} {0}\nh_bucket{{le="+Inf"}} {0}\n'
        finished = self.run_experiment(self.endpoint([{"name": "h", "kind": "histogram", "query": "h"}], requests=5,
                                                     versions=self.serve(page.format(0), page.format("1e19"))))
        self.assert_code(finished, 1)
        self.assert_says(finished, r'the bucket \{le="1"\} holds 10000000000000000000, more than can be counted')

    def test_names_in_quotes_and_a_byte_order_mark(self):
        page = '\ufeff# TYPE "r.total" counter\n{{"r.total",a="1"}} {}\n{{"r.total",a="2"}} 9\nr_total 1\n'
        self.assert_code(self.counter(page.format(5), page.format(15), query='{"r.total", a="1"}'), 0)
        self.assertEqual(self.value("endpoint/r", 0), 10)

    def test_labels_in_another_order_are_the_same_series(self):
        self.assert_code(self.counter('r_total{a="1",b="2"} 5\n', 'r_total{b="2",a="1"} 7\n'), 0)
        self.assertEqual(self.value("endpoint/r", 0), 2)

    def test_versions_whose_requests_differ_in_a_header_have_pages_of_their_own(self):
        def script(connection):
            while (request := connection.read_request()) is not None:
                body = b"queue 2\n" if b"X-Version: candidate" in request else b"queue 1\n"
                connection.send(response(body, headers=["Content-Type: text/plain"]))
        server = Server(script)
        self.addCleanup(server.stop)
        finished = self.measure({"provider": "endpoint", "url": server.url("/metrics"),
                                 "headers": {"X-Version": "{{ .version.name }}"},
                                 "metrics": [{"name": "queue", "query": "queue"}]})
        self.assert_code(finished, 0)
        self.assertEqual([self.value("endpoint/queue", version) for version in (0, 1)], [1, 2])

    def test_one_page_of_all_versions_is_told_apart_by_a_label(self):
        metrics = [{"name": "r", "kind": "counter", "query": 'r_total{code="200"}', "versionLabel": "version"},
                   {"name": "failed", "kind": "counter", "query": 'r_total{code="500"}', "versionLabel": "version"}]
        page = 'r_total{{code="200",version="stable"}} {}\nr_total{{code="200",version="candidate"}} {}\n'
        document = self.endpoint(metrics, versions=self.serve(page.format(1, 2), page.format(5, 9)), requests=5)
        document["tasks"][1]["with"]["url"] = document["versions"][0]["url"] + "/metrics"
        document["versions"].append({**document["versions"][0], "name": "candidate"})
        self.assert_code(self.run_experiment(document), 0)
        self.assertEqual(self.metric("endpoint/r")["values"], [4, 7])
        self.assertEqual(self.metric("endpoint/failed")["values"], [0, 0])

    def test_several_numbers_of_jq_do_not_grow(self):
        finished = self.run_experiment(self.endpoint([{"name": "r", "kind": "counter", "jq": ".[]"}], requests=5,
                                                     versions=self.serve("[1, 2]", "[3, 4]", kind="application/json")))
        self.assert_code(finished, 1)
        self.assert_says(finished, "jq: 2 numbers where one is expected")

    def test_what_is_no_page_of_metrics_says_so(self):
        versions = self.serve("<html>Sign in</html>")
        finished = self.run_experiment(self.endpoint([{"name": "r", "kind": "counter", "query": "r_total"}],
                                                     versions=versions, requests=5))
        self.assert_code(finished, 1)
        self.assert_says(finished, "endpoint/r .*line 1: expected a name, found '<html>")


class Files(EndpointCase):
    def test_a_dry_run_shows_both_readings_and_mistakes_are_found_before_anything_runs(self):
        versions = [{"name": "stable", "url": "http://127.0.0.1:9/"}]
        metric = {"name": "r", "kind": "counter", "query": 'r{a=~"x|y"}'}
        finished = self.run_experiment(self.endpoint([metric], versions=versions), "--dry-run")
        self.assert_code(finished, 0)
        self.assert_says(finished, r"GET http://127.0.0.1:9/metrics\n.*\n +before the first task, and again")
        for wrong, message in (({"query": "r{"}, "expected a selector"), ({"query": 'r{a=~"("}'}, "regular expression"),
                               ({"jq": ".a", "query": "a"}, "both query and jq"), ({}, "missing key 'query'"),
                               ({"query": "a", "take": "rat"}, "take")):
            finished = self.run_experiment(self.endpoint([{"name": "r", **wrong}], versions=versions))
            self.assert_code(finished, 2)
            self.assert_says(finished, message)
        finished = self.run_experiment(self.endpoint([metric], versions=[{"name": "stable"}]))
        self.assert_code(finished, 2)

    def test_what_can_never_work_is_found_where_it_stands(self):
        def refused(metric, **more):
            text = ("tasks:\n  - task: metrics\n    with:\n      provider: endpoint\n      url: http://127.0.0.1:9/m\n"
                    "      metrics:\n        - name: m\n" + "".join(f"          {key}: {value}\n" for key, value in metric.items()))
            self.write("experiment.yaml", text)
            finished = self.iter8("validate")
            self.assert_code(finished, 2)
            return finished
        for kind in ("counter", "histogram"):
            self.assert_says(refused({"query": "a", "kind": kind, "take": "rate"}),
                             f"experiment.yaml:10:17: error: take: expected increase or value for kind: {kind}, found rate")
        self.assert_says(refused({"kind": "proportion", "total": "b", "count": "{query: a, take: rate}"}),
                         "experiment.yaml:10:35: error: take: expected increase or value for kind: proportion")
        self.assert_says(refused({"kind": "proportion", "query": "a"}),
                         "experiment.yaml:9:18: error: kind: proportion needs two queries, count and total")
        self.assert_says(refused({"kind": "summary", "query": "a"}),
                         "experiment.yaml:9:18: error: kind: summary needs three queries, count, mean and variance")
        self.assert_says(refused({"kind": "counter", "query": "a{x=1}"}),
                         "experiment.yaml:9:18: error: metric 'm': expected a selector")
        self.assert_says(refused({"query": "a", "url": '"{{ .version.url }}"', "versionLabel": "v"}),
                         "experiment.yaml:9:16: error: metric 'm': .*with versionLabel, one query is for all versions")
        self.assert_says(refused({"kind": "counter", "url": "ftp://x", "query": "a"}),
                         "experiment.yaml:9:16: error: metric 'm': url 'ftp://x': expected one that begins with http://")


if __name__ == "__main__":
    unittest.main()
