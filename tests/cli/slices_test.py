"""A load in slices of time, by when its requests fell due: what a result, a merged one and a history keep of it."""

import base64
import concurrent.futures
import json
import threading
import time
import unittest
import zlib

from harness.case import Case
from harness.servers import Server, response

WIDTH = 0.05
STALL = 0.3


class Slices:
    """Of one series of a result."""

    def __init__(self, series):
        self.document = series["slices"]
        self.width = self.document["width"]
        self.first = self.document["first"]
        self.lines = zlib.decompress(base64.b64decode(self.document["data"])).decode().split("\n")[:-1]

    def ok(self, line):
        """COUNT, SUM, SQUARES, …, of the responses that are not errors."""
        figures = line.split(";")[0].split("/")[0]
        return [float(figure) for figure in figures.split(",")] if figures else [0] * 6

    def total(self, figure=0):
        return sum(self.ok(line)[figure] for line in self.lines)


class StallingServer(Server):
    """Answers at once, but for 300 ms after a second, when it holds back every response."""

    def __init__(self):
        self._lock = threading.Lock()
        self.stall = None  # when it begins and ends, seconds since 1970
        super().__init__(self._answer)

    def _answer(self, connection):
        while connection.read_request() is not None:
            now = time.time()
            with self._lock:
                self.stall = self.stall or (now + 1, now + 1 + STALL)
            if self.stall[0] <= now < self.stall[1]:
                connection.pause(self.stall[1] - now)
            connection.send(response())


class SlicesCase(Case):

    def write_experiment(self, url, slos=(), versions=("v1",), more=None, **load):
        assess = {"slos": list(slos) or [{"metric": "http/error-rate", "upper": "5%"}], **load.pop("assess", {})}
        self.write("experiment.yaml", {
            "versions": [{"name": name, "url": url} for name in versions],
            "tasks": [{"task": "http", "with": {"qps": 200, "connections": 16, **load}},
                      {"task": "assess", "with": assess}], **(more or {})})

    def run_it(self, *arguments, **options):
        self.assert_code(self.iter8("run", "--no-gate", *arguments, **options), 0)

    def slices(self, version=0):
        return [Slices(series) for series in self.result()["insights"]["series"] if series["version"] == version]


class Stall(SlicesCase):

    def test_a_stall_stands_where_its_requests_fell_due(self):
        with StallingServer() as server:
            self.write_experiment(server.url(), [{"metric": "http/latency-p99", "upper": "100ms"}], duration="2s",
                                  latencyCap="50ms")
            self.run_it()
        slices, = self.slices()
        self.assertEqual(slices.width, WIDTH)
        self.assertEqual(slices.total(), 400)
        self.assertEqual(slices.document["limits"], [100, 50])
        self.assertEqual(slices.document["cap"], 50)
        within = int(server.stall[0] / WIDTH) + 1 - slices.first
        count, total, _, capped = slices.ok(slices.lines[within])[:4]
        self.assertEqual(count, 10)
        self.assertGreater(total / count, 150)
        self.assertLessEqual(capped / count, 50)
        self.assertEqual(slices.ok(slices.lines[within])[5:], [10, 10])

        # Metrics are of the same sums.
        metrics = self.result()["insights"]["metrics"]
        mean = metrics["http/latency-mean-capped"]["observations"][0]
        self.assertEqual(mean["count"], 400)
        self.assertAlmostEqual(mean["mean"], slices.total(3) / 400)
        self.assertLess(mean["mean"], metrics["http/latency-mean"]["values"][0])
        share = metrics["http/latency-above-cap"]["observations"][0]
        self.assertEqual((share["count"], share["total"]), (slices.total(6), 400))
        self.assertGreaterEqual(share["count"], 40)

    def test_shards_share_their_stalls(self):
        with StallingServer() as server:
            self.write_experiment(server.url(), duration="2s", shard="auto")
            names = ["one.yaml", "two.yaml"]
            with concurrent.futures.ThreadPoolExecutor() as pool:
                runs = [pool.submit(self.iter8, "run", "--no-gate", "--result", name,
                                    environment={"ITER8_SHARD": f"{number}/2"})
                        for number, name in enumerate(names, 1)]
            for run in runs:
                self.assert_code(run.result(), 0)
        self.assert_code(self.iter8("merge", *names), 0)
        slices, = self.slices()
        self.assertEqual(slices.total(), 400)
        within = int(server.stall[0] / WIDTH) + 1 - slices.first
        count, total = slices.ok(slices.lines[within])[:2]
        self.assertGreaterEqual(count, 5)
        self.assertGreater(total / count, 150)


class Kept(SlicesCase):

    def setUp(self):
        super().setUp()
        self.server = Server(self.answer)
        self.addCleanup(self.server.stop)

    @staticmethod
    def answer(connection):
        while connection.read_request() is not None:
            connection.send(response())

    def test_a_loop_has_slices_for_each_iteration(self):
        self.write_experiment(self.server.url(), versions=("v1", "v2"), numRequests=40, more={"loop": {"iterations": 3}})
        self.run_it()
        for version in (0, 1):
            slices = self.slices(version)
            self.assertEqual([each.total() for each in slices], [40, 40, 40])
            self.assertEqual({each.width for each in slices}, {WIDTH})

    def test_a_resumed_run_keeps_them(self):
        load = {"task": "http", "with": {"url": self.server.url(), "numRequests": 40, "qps": 200}}
        self.write("experiment.yaml", {"tasks": [load, {"run": "test -f go"}, load]})
        self.assert_code(self.iter8("run"), 1)
        first, = [each.document for each in self.slices()]
        self.write("go", "")
        self.run_it("--resume")
        documents = [each.document for each in self.slices()]
        self.assertEqual(len(documents), 2)
        self.assertEqual(documents[0], first)

    def test_a_history_keeps_them(self):
        self.write_experiment(self.server.url(), numRequests=40, assess={"history": "history.json"})
        self.run_it()
        self.run_it()
        runs = json.loads((self.folder / "history.json").read_text())["runs"]
        series = [run["result"]["insights"]["series"][0] for run in runs]
        self.assertEqual([Slices(each).total() for each in series], [40, 40])
        self.assertEqual([each["asked"] for each in series], [[], []])

    def test_a_result_without_them_is_readable_and_one_with_nonsense_is_refused(self):
        self.write_experiment(self.server.url(), numRequests=40)
        self.run_it()
        result = self.result()
        result["insights"]["series"][0]["slices"]["data"] = "AAAA"
        self.write("result.yaml", result)
        self.assert_says(self.iter8("report"), r"slices\.data: expected packed slices")
        del result["insights"]["series"][0]["slices"]
        self.write("result.yaml", result)
        self.assert_code(self.iter8("report"), 0)


class Cap(SlicesCase):

    def validate(self, metric, limit, **load):
        self.write_experiment("http://127.0.0.1:1/", [{"metric": metric, "upper": limit}], numRequests=10, **load)
        return self.iter8("validate")

    def test_metrics_of_a_cap_need_one(self):
        self.assert_code(self.validate("http/latency-mean-capped", "20ms", latencyCap="50ms"), 0)
        self.assert_code(self.validate("http/latency-above-cap", "1%", latencyCap="50ms"), 0)
        self.assert_says(self.validate("http/latency-mean-capped", "20ms"), "no task of this file produces")
        self.assert_says(self.validate("http/latency-above-cap", "1%"), "no task of this file produces")
        endpoints = {"a": {"latencyCap": "5ms"}, "b": {}}
        self.assert_code(self.validate("http-a/latency-above-cap", "1%", endpoints=endpoints), 0)
        self.assert_says(self.validate("http-b/latency-above-cap", "1%", endpoints=endpoints), "no task of this file")

    def test_a_cap_is_a_time_and_the_share_above_it_is_a_share(self):
        self.assert_says(self.validate("http/latency-above-cap", "50ms", latencyCap="50ms"), "expected a number")
        self.assert_says(self.validate("http/latency-mean-capped", "1%", latencyCap="50ms"), "expected a time")
        self.assert_says(self.validate("http/latency-above-cap", "150%", latencyCap="50ms"), "is not a share")
        self.assert_says(self.validate("http/latency-above-cap", "1%", latencyCap="0s"), "latencyCap")
        self.assert_says(self.validate("http/latency-above-cap", "1%", latencyCap="6s"), "longer than the timeout")

    def test_a_reward_on_a_capped_mean(self):
        with Server(Kept.answer) as server:
            self.write_experiment(server.url(), versions=("v1", "v2"), numRequests=40, latencyCap="50ms",
                                  assess={"reward": {"metric": "http/latency-mean-capped", "direction": "low"}})
            self.run_it()
        self.assertEqual(self.result()["insights"]["metrics"]["http/latency-mean-capped"]["observations"][1]["count"], 40)


if __name__ == "__main__":
    unittest.main()
