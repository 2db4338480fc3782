"""Backends that page, or that give a part of what they have: all pages are read, and a part decides nothing that the rest could
change. Against fake servers, as vendors document their responses."""

import unittest

from harness.case import Case
from stand_ins import StandIn

ONE = [{"name": "app"}]
AWS = {"AWS_ACCESS_KEY_ID": "AKIDEXAMPLE", "AWS_SECRET_ACCESS_KEY": "aws+secret/key", "AWS_REGION": "eu-west-1"}


class PartialCase(Case):
    def judge(self, answer, metric, environment=None, slo=None, policy="error", versions=ONE, **options):
        """Runs one metric from this stand-in and a gate on it; without an objective nothing judges it."""
        self.server = StandIn(self, answer)
        tasks = [{"task": "metrics", "with": {"url": self.server.url, "prefix": "shop", **options,
                                              "metrics": [{"name": "m", "onNoData": policy, **metric}]}}]
        if slo:
            tasks.append({"task": "assess", "with": {"slos": [{"metric": "shop/m", **slo}]}})
        finished = self.run_experiment({"versions": versions, "tasks": tasks}, "--gate", environment=environment)
        self.assertEqual(self.server.problems, [])
        return finished

    def value(self):
        return self.result()["insights"]["metrics"]["shop/m"]["values"][0]


class Cloudwatch(PartialCase):
    metric = {"namespace": "Shop", "metric": "Errors", "dimensions": {"App": "x"}, "stat": "Sum", "reduce": "sum"}

    def pages(self, *pages):
        """The pages of one series as (status, values); every one but the last names the next."""
        def answer(call):
            at = int(call.json().get("NextToken", "0"))
            status, values = pages[at]
            result = {"MetricDataResults": [{"Id": "q", "Label": "Errors", "StatusCode": status, "Values": values,
                                             "Timestamps": [1700000000 + 60 * at + i for i in range(len(values))]}]}
            return {**result, "NextToken": str(at + 1)} if at + 1 < len(pages) else result
        return answer

    def errors(self, pages, **options):
        return self.judge(self.pages(*pages), {**self.metric, **options.pop("metric", {})}, AWS, provider="cloudwatch",
                          **options)

    def test_all_pages_are_read_and_the_last_one_says_whether_something_is_missing(self):
        pages = (("PartialData", [3.0]), ("Complete", [40.0]))
        self.assert_code(self.errors(pages, slo={"upper": 5}), 1)
        self.assertEqual(self.value(), 43)
        self.assert_code(self.errors(pages, slo={"upper": 50}), 0)
        self.assert_code(self.errors((("PartialData", [3.0]), ("Complete", [])), slo={"upper": 5}), 0)
        self.assertEqual([call.headers["x-amz-target"] for call in self.server.calls],
                         ["GraniteServiceVersion20100801.GetMetricData"] * 2)

    def test_what_stays_partial_is_no_data_for_a_limit_that_it_could_change(self):
        for value, slo, policy, code in ((3.0, {"upper": 5}, "error", 1), (3.0, {"upper": 5}, "inconclusive", 3),
                                         (3.0, {"upper": 5}, "zero", 1), (3.0, {"lower": 5}, "inconclusive", 3),
                                         (3.0, {"upper": "+10%"}, "inconclusive", 3)):
            with self.subTest(value=value, slo=slo, policy=policy):
                two = {"versions": [{"name": "stable"}, {"name": "candidate"}]} if "%" in str(slo) else {}
                finished = self.errors([("PartialData", [value])], slo=slo, policy=policy, **two)
                self.assert_code(finished, code)
                self.assert_says(finished, "a part of the data only")
                self.assertEqual(self.result().get("insights", {}).get("metrics", {}).get("shop/m", {}).get("observations", []), [])

    def test_a_partial_sum_can_only_grow_so_that_some_limits_are_settled(self):
        for value, slo, code in ((7.0, {"upper": 5}, 1), (7.0, {"lower": 5}, 0)):
            with self.subTest(value=value, slo=slo):
                self.assert_code(self.errors([("PartialData", [value])], slo=slo, policy="inconclusive"), code)
                self.assertEqual(self.value(), 7)
        finished = self.errors([("PartialData", [7.0])], slo={"upper": 5}, policy="inconclusive", metric={"reduce": "avg"})
        self.assert_code(finished, 3)  # the mean of all may be below 5

    def test_a_part_that_nobody_judges_is_recorded_with_a_warning(self):
        finished = self.errors([("PartialData", [3.0])])
        self.assert_code(finished, 3)  # nothing is judged
        self.assert_says(finished, "a part of the data only")
        self.assertEqual(self.value(), 3)

    def test_pages_without_an_end_are_read_up_to_a_bound(self):
        def endless(call):
            return {"NextToken": "more", "MetricDataResults": [{"Id": "q", "Label": "Errors", "StatusCode": "Complete",
                                                                "Timestamps": [1700000000], "Values": [0.0]}]}
        finished = self.judge(endless, self.metric, AWS, provider="cloudwatch", slo={"upper": 5}, policy="inconclusive")
        self.assert_code(finished, 3)
        self.assert_says(finished, "more pages than the 50 that were read")
        self.assertEqual(len(self.server.calls), 50)


class Others(PartialCase):
    def test_dynatrace_pages_are_asked_for_by_their_key_alone(self):
        def answer(call):
            key = call.query.get("nextPageKey")
            if key and len(call.query) > 1:
                raise AssertionError(call.query)
            data = {"dimensionMap": {"host": key or "first"}, "timestamps": [1700000000000], "values": [40 if key else 3]}
            return {"nextPageKey": None if key else "second", "result": [{"metricId": "m", "data": [data]}]}
        for limit, code in ((5, 1), (50, 0)):
            self.assert_code(self.judge(answer, {"query": "errors", "expectSeries": "many"}, provider="dynatrace", token="dt0c01.secret",
                                        slo={"upper": limit}), code)
            self.assertEqual(self.value(), 43)

    def newrelic(self, query, rows, **metric):
        def answer(call):
            return {"data": {"actor": {"account": {"nrql": {"results": rows}}}}}
        return self.judge(answer, {"query": query, **metric}, provider="newrelic", account=1, apiKey="NRAK-secret", slo={"upper": 50},
                          policy="inconclusive")

    def test_newrelic_facets_up_to_the_limit_may_be_some_of_many(self):
        rows = [{"facet": f"h{i}", "host": f"h{i}", "count": 1} for i in range(10)]
        for query, used, code in (("SELECT count(*) FROM Errors FACET host", rows, 3),
                                  ("SELECT count(*) FROM Errors FACET host LIMIT MAX", rows, 0),
                                  ("SELECT count(*) FROM Errors FACET host LIMIT 10", rows, 3),
                                  ("SELECT count(*) FROM Errors FACET host", rows[:9], 0)):
            with self.subTest(query=query, rows=len(used)):
                self.assert_code(self.newrelic(query, used, expectSeries="many"), code)

    def test_newrelic_versions_that_are_among_the_facets_are_whole(self):
        rows = [{"facet": f"v{i}", "host": f"v{i}", "count": 1} for i in range(9)] + [{"facet": "app", "host": "app", "count": 2}]
        query = "SELECT count(*) FROM Errors FACET host"
        self.assert_code(self.newrelic(query, rows, versionLabel="host"), 0)
        self.assertEqual(self.value(), 2)
        rows[-1]["host"] = "v9"
        self.assert_code(self.newrelic(query, rows, versionLabel="host"), 3)

    def elasticsearch(self, relation, aggregations=None, query='{"size": 0}', **metric):
        def answer(call):
            self.asked = call.json()
            return {"timed_out": False, "_shards": {"failed": 0}, "hits": {"total": {"value": 4, "relation": relation}},
                    "aggregations": aggregations or {}}
        return self.judge(answer, {"index": "shop", "query": query, **metric}, provider="elasticsearch", slo={"upper": 50},
                          policy="inconclusive")

    def test_elasticsearch_counts_all_hits(self):
        self.assert_code(self.elasticsearch("eq"), 0)
        self.assertIs(self.asked["track_total_hits"], True)
        self.assert_code(self.elasticsearch("gte", query='{"track_total_hits": 3}'), 3)
        self.assertEqual(self.asked["track_total_hits"], 3)

    def test_elasticsearch_buckets_beyond_the_size_are_missed(self):
        jq = "[.aggregations.hosts.buckets[].doc_count] | add"
        for others, code in ((0, 0), (7, 3)):
            aggregation = {"hosts": {"sum_other_doc_count": others, "buckets": [{"key": "a", "doc_count": 2}]}}
            with self.subTest(others=others):
                self.assert_code(self.elasticsearch("gte", aggregation, jq=jq), code)
        self.assertNotIn("track_total_hits", self.asked)

    def test_a_warning_of_loki_and_a_field_of_victoriametrics_say_that_series_are_missing(self):
        for extra, code in (({}, 0), ({"warnings": ["maximum of series (500) reached; returning partial results"]}, 3),
                            ({"isPartial": True}, 3), ({"isPartial": False, "warnings": ["a metric has no type"]}, 0)):
            def answer(call):
                return {"status": "success", **extra, "data": {"resultType": "vector", "result": [
                    {"metric": {}, "value": [1700000000, "4"]}]}}
            with self.subTest(extra=extra):
                self.assert_code(self.judge(answer, {"query": "sum(count_over_time({a=\"b\"}[1m]))"}, provider="loki",
                                            slo={"upper": 50}, policy="inconclusive"), code)

    def test_datadog_answers_that_are_not_ok_are_errors(self):
        for status, code in (("ok", 0), ("timeout", 1)):
            def answer(call):
                return {"status": status, "series": [{"tag_set": [], "pointlist": [[1700000000000, 4]]}]}
            with self.subTest(status):
                self.assert_code(self.judge(answer, {"query": "sum:errors{*}"}, provider="datadog", apiKey="key-a",
                                            applicationKey="key-b", slo={"upper": 50}), code)


if __name__ == "__main__":
    unittest.main()
