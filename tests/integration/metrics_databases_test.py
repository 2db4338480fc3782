"""The task `metrics` against the other real databases of Debian: VictoriaMetrics, InfluxDB 1.6, Graphite, PostgreSQL."""

import time
import unittest

from backends import counters, require, start_graphite, start_influxdb, start_postgresql, start_victoria_metrics
from metrics_case import MetricsCase

NOW = int(time.time()) // 10 * 10 - 60


class DatabasesTest(MetricsCase):
    def test_victoria_metrics(self):
        server = start_victoria_metrics(self, counters("orders_total", {'{version="stable"}': 1, '{version="candidate"}': 2},
                                                       NOW))
        self.assert_code(self.measure({
            "provider": "prometheus", "prefix": "shop", "url": server.url(), "delay": "1m", "window": "5m",
            "metrics": [{"name": "orders", "query": "sum by (version) (increase(orders_total[5m]))",
                         "versionLabel": "version"},
                        {"name": "nothing", "query": "nosuch", "onNoData": "zero"}]}), 0)
        self.assertAlmostEqual(self.value("shop/orders", 0), 300, delta=16)
        self.assertAlmostEqual(self.value("shop/orders", 1), 600, delta=32)
        self.assertEqual(self.value("shop/nothing", 0), 0)

    def test_influxdb(self):
        server = start_influxdb(self, [f"orders,version={version} amount={amount},count={count}i {when}000000000"
                                       for version, amount, count in (("stable", 2.5, 3), ("candidate", 4, 5))
                                       for when in range(NOW - 100, NOW, 10)])
        where = "WHERE version = '{{ .version.name }}' AND time >= '{{ .start }}' AND time < '{{ .end }}'"
        self.assert_code(self.measure({
            "provider": "influxdb", "url": server.url(), "database": "shop", "window": "10m",
            "metrics": [
                {"name": "amount", "query": f"SELECT sum(amount) FROM orders {where}"},
                {"name": "mean", "query": "SELECT mean(amount) FROM orders GROUP BY version", "versionLabel": "version"},
                {"name": "spent", "kind": "summary",
                 "query": f'SELECT count(amount) AS "count", mean(amount) AS "mean", spread(amount) AS "variance" '
                          f'FROM orders {where}'},
                {"name": "all", "kind": "samples", "query": f"SELECT amount FROM orders {where}"},
                {"name": "none", "query": "SELECT amount FROM nosuch", "onNoData": "zero"}]}), 0)
        self.assertEqual(self.value("influxdb/amount", 0), 25)
        self.assertEqual(self.value("influxdb/mean", 1), 4)
        self.assertEqual(self.observation("influxdb/spent", 1)["count"], 10)
        self.assertEqual(self.observation("influxdb/all", 0)["samples"], [2.5] * 10)

        finished = self.measure({"provider": "influxdb", "url": server.url(), "database": "nosuch",
                                 "metrics": [{"name": "x", "query": "SELECT a FROM b"}]})
        self.assert_code(finished, 1)
        self.assert_says(finished, "influxdb/x .*the backend says: database not found: nosuch")

    def test_graphite(self):
        server = start_graphite(self, [f"shop.{version}.orders {value} {when}"
                                       for version, value in (("stable", 3), ("candidate", 5))
                                       for when in range(NOW - 100, NOW, 10)])
        options = {"provider": "graphite", "url": server.url(), "window": "10m", "onNoData": "retry", "retryFor": "20s"}
        self.assert_code(self.measure({**options, "metrics": [
            {"name": "orders", "query": "shop.{{ .version.name }}.orders", "reduce": "sum"},
            {"name": "peak", "query": 'summarize(shop.{{ .version.name }}.orders, "1h", "max")', "reduce": "max"}]}), 0)
        self.assertEqual(self.value("graphite/orders", 0), 30)
        self.assertEqual(self.value("graphite/orders", 1), 50)
        self.assertEqual(self.value("graphite/peak", 1), 5)

        finished = self.measure({**options, "onNoData": "error", "retry": {"attempts": 1}, "metrics": [
            {"name": "none", "query": "no.such.thing"}, {"name": "bad", "query": "nosuchfunction(a)"}]})
        self.assert_code(finished, 1)
        self.assert_says(finished, "graphite/none .*no data: the answer is empty")
        self.assert_says(finished, "graphite/bad .*status [45]00")

    def test_postgresql(self):
        server = start_postgresql(self, [
            "CREATE TABLE orders (version text, amount numeric)",
            "INSERT INTO orders VALUES ('stable', 2), ('stable', 4), ('candidate', 5)"])
        options = {"provider": "sql", "url": f"postgresql://shop:${{SHOP_PASSWORD}}@127.0.0.1:{server.port}/postgres"}
        secret = {"SHOP_PASSWORD": "sesame-98765"}
        finished = self.measure({**options, "metrics": [
            {"name": "amount", "query": "SELECT sum(amount) FROM orders WHERE version = '{{ .version.name }}'"},
            {"name": "by-version", "versionLabel": "version",
             "query": "SELECT version, count(*) AS value FROM orders GROUP BY version"},
            {"name": "big", "kind": "proportion", "versionLabel": "version",
             "query": "SELECT version, count(*) FILTER (WHERE amount > 3) AS count, count(*) AS total FROM orders "
                      "GROUP BY version"},
            {"name": "spent", "kind": "samples", "query": "SELECT amount FROM orders WHERE version = '{{ .version.name }}'"},
        ]}, environment=secret)
        self.assert_code(finished, 0)
        self.assertEqual(self.value("sql/amount", 0), 6)
        self.assertEqual(self.value("sql/by-version", 0), 2)
        self.assertEqual(self.observation("sql/big", 0)["count"], 1)
        self.assertEqual(self.observation("sql/spent", 0)["samples"], [2, 4])

        finished = self.measure({**options, "timeout": "2s", "metrics": [
            {"name": "write", "query": "DELETE FROM orders RETURNING 1"},
            {"name": "two", "query": "COMMIT; DELETE FROM orders"},
            {"name": "slow", "query": "SELECT pg_sleep(60)"},
            {"name": "none", "query": "SELECT 1 WHERE false"},
            {"name": "null", "query": "SELECT NULL::int"}]}, environment=secret)
        self.assert_code(finished, 1)
        for expected in ("sql/write .*cannot execute DELETE in a read-only transaction",
                         "sql/two .*cannot insert multiple commands", "sql/slow .*(timed out after 2s|statement timeout)",
                         "sql/none .*no data: the answer is empty", "sql/null .*no data: the value is NaN"):
            self.assert_says(finished, expected)

        # Of the addresses of a name, only the one of IPv4 has a server.
        by_name = {**options, "url": options["url"].replace("127.0.0.1", "localhost"), "metrics": [{"name": "x", "query": "SELECT 1"}]}
        for allowed in ({}, {"ITER8_ALLOW_HOSTS": "localhost"}):
            self.assert_code(self.measure(by_name, environment=secret | allowed), 0)

        finished = self.measure({**options, "metrics": [{"name": "x", "query": "SELECT 1"}]},
                                environment={"SHOP_PASSWORD": "wrong-12345"})
        self.assert_code(finished, 1)
        self.assert_says(finished, "cannot connect: .*password authentication failed")
        self.assertNotIn("wrong-12345", finished.text + (self.folder / "result.yaml").read_text())


if __name__ == "__main__":
    require("victoria-metrics", "influxd", "carbon-cache", "initdb", "postgres", "psql")
    unittest.main()
