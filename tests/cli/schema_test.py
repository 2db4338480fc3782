"""The JSON Schema that editors use and the program say the same of a file."""

import json
import unittest

import jsonschema
import yaml

from harness.case import Case

DURATIONS = [0, "0", "0s", "5s", "1m30s", "250ms", "1.5h", ".5s", "5.s", "10us", "10µs", "10μs", "7ns", "+5s", "0.0", "${PAUSE}",
             "${PAUSE:-5s}", 5, 0.5, "5", "5 s", "5sec", "s", "", "1d", "5S", "1h30", True, [5], {"s": 5}]
LIMITS = [1, 0.5, "1", "1e3", "+5", "-5", "1%", "0.5%", "+10%", "-5%", "250ms", "1.5s", "1m30s", "+5s", "${LIMIT:-1}", "${LIMIT}", "soon",
          "%", "1 %", "1%%", "5sec", "--1", "+-1%", "", True, [1]]
NUMBERS = [1, 1.5, "${RATE:-5}", "${RATE}", "5", "many", True, [1], {}]
COUNTS = [1, "${COUNT:-5}", 1.5, "5", "many", True, [1]]
FLAGS = [True, False, "${FLAG:-true}", "true", "yes", 1, "maybe"]
ENVIRONMENT = {"PAUSE": "5s", "LIMIT": "1", "RATE": "5", "COUNT": "5", "FLAG": "true"}


class Agreement(Case):

    def setUp(self):
        super().setUp()
        self.schema = jsonschema.Draft202012Validator(json.loads(self.iter8("schema").out))

    def load(self, **options):
        return {"tasks": [{"task": "http", "with": {"url": "http://127.0.0.1:1"} | options}]}

    def limit(self, value):
        """On a metric with a unit of the same kind, which a schema knows nothing of."""
        text = str(value)
        unit = "percent" if text.endswith("%") else "msec" if text.endswith("s") else ""
        return {"versions": [{"name": "a"}, {"name": "b"}], "tasks": [*self.load()["tasks"], {"task": "metrics", "with": {
            "provider": "file", "metrics": [{"name": "x", "path": "data.csv", "query": "x", "unit": unit}]}},
            {"task": "assess", "with": {"slos": [{"metric": "file/x", "upper": value}]}}]}

    def agree(self, what, experiment):
        """Both take it, or neither does. Returns whether they take it."""
        text = yaml.safe_dump(experiment, allow_unicode=True)
        self.write("experiment.yaml", text)
        finished = self.iter8("validate", environment=ENVIRONMENT)
        with self.subTest(what):
            self.assertIn(finished.code, (0, 2))
            self.assertEqual(self.schema.is_valid(yaml.safe_load(text)), finished.code == 0, text + finished.story())
        return finished.code == 0

    def agree_on(self, what, values, made):
        """Some of the values are good, and some are not."""
        taken = [self.agree((what, value), made(value)) for value in values]
        self.assertIn(True, taken)
        self.assertIn(False, taken)

    def test_durations(self):
        self.agree_on("resolveEvery", DURATIONS, lambda value: self.load(resolveEvery=value))
        self.agree_on("interval", DURATIONS, lambda value: {"loop": {"iterations": 2, "interval": value}, **self.load()})

    def test_calls_of_files_of_an_older_shape(self):
        self.write("x.proto", 'syntax = "proto3"; package p; message M { string t = 1; } service S { rpc C(M) returns (M); }')
        load = {"host": "127.0.0.1:1", "call": "p.S.C", "proto": "x.proto"}
        self.agree_on("grpc", [{"total": 5, "rps": 3, "connect-timeout": "1s"}, {"numRequests": 5, "qps": 3}, {"totl": 5}, {"total": "many"}],
                      lambda options: {"spec": [{"task": "grpc", "with": load | options}]})

    def test_limits(self):
        self.write("data.csv", "time,x\n")
        self.agree_on("upper", LIMITS, self.limit)

    def test_numbers_counts_and_flags(self):
        self.agree_on("qps", NUMBERS, lambda value: self.load(qps=value))
        self.agree_on("connections", COUNTS, lambda value: self.load(connections=value))
        self.agree_on("keepAlive", FLAGS, lambda value: self.load(keepAlive=value))

    def test_places_of_the_authors_own(self):
        for key in ("x-anchors", "x-", "y-anchors", "X-anchors"):
            self.agree(key, {key: {"a": [1]}, **self.load()})
        for experiment in ({"tasks": []}, [], {"setup": [], **self.load()}, {"tasks": {}}, {}):
            self.agree("shape", experiment)
        self.agree("inside", {"tasks": [{"x-own": 1, **self.load()["tasks"][0]}]})


if __name__ == "__main__":
    unittest.main()
