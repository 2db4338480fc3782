"""Limits with a unit: they are compared with values of the same kind of unit, and with nothing else."""

import unittest

from harness.case import Case


class Units(Case):
    def experiment(self, limit, **metric):
        self.write("value.json", "3.2")
        return {"tasks": [
            {"task": "metrics", "with": {"provider": "file", "prefix": "app",
                                         "metrics": [{"name": "latency-p95", "path": "value.json", "query": ".", **metric}]}},
            {"task": "assess", "with": {"slos": [{"metric": "app/latency-p95", "upper": limit}]}}]}

    def test_a_limit_whose_unit_the_metric_has_not_is_refused_with_what_to_write(self):
        for limit, metric, expected in (("250ms", {}, "250ms is a time, but app/latency-p95 has no unit.*unit: msec"),
                                        ("1%", {}, "1% is a share, but app/latency-p95 has no unit.*unit: percent"),
                                        ("250ms", {"unit": "bytes"}, "the unit of app/latency-p95 is bytes"),
                                        ("1%", {"unit": "msec"}, "the unit of app/latency-p95 is msec")):
            with self.subTest(limit=limit, **metric):
                self.write("experiment.yaml", self.experiment(limit, **metric))
                self.assert_refused(self.iter8("validate"), expected)

    def test_a_limit_whose_kind_of_unit_the_metric_has_is_converted(self):
        for limit, unit, code in (("250ms", "s", 1), ("4s", "seconds", 0), ("250ms", "msec", 0), ("5%", "percent", 0),
                                  ("5%", "share", 1), (4, "", 0), (3, "", 1)):
            with self.subTest(limit=limit, unit=unit):
                self.assert_code(self.run_experiment(self.experiment(limit, unit=unit), "--gate"), code)

    def test_aggregates_have_the_unit_of_their_histogram_and_their_count_has_none(self):
        self.write("samples.csv", "took\n100\n200\n")
        experiment = {"tasks": [
            {"task": "metrics", "with": {"provider": "file", "prefix": "app", "metrics": [
                {"name": "took", "kind": "samples", "unit": "msec", "path": "samples.csv", "query": "took"}]}},
            {"task": "assess", "with": {"evidence": "point", "slos": [{"metric": "app/took-p95", "upper": "1s"}]}}]}
        self.assert_code(self.run_experiment(experiment, "--gate"), 0)
        experiment["tasks"][1]["with"]["slos"][0]["metric"] = "app/took-count"
        self.assert_refused(self.run_experiment(experiment, "--gate"), "app/took-count has no unit")


if __name__ == "__main__":
    unittest.main()
