"""Complete decisions, from data to the reports that people read, compared with tests/golden/decisions.

The data are given, and the mathematics knows neither clock nor chance: what differs is a change of the program. After a
wanted one, ITER8_UPDATE_GOLDEN=1 writes the files anew; then read the difference as a user would."""

import os
import re
import unittest
from pathlib import Path

from harness.case import Case

GOLDEN = Path(__file__).resolve().parents[1] / "golden/decisions"

# Answers what its `looks` hold for this iteration.
SHOP = '''#!/usr/bin/env python3
import json, sys
request = json.load(sys.stdin)
json.dump(request["with"]["looks"][request["iteration"] - 1], sys.stdout)
'''


def share(name, version, count, total, **more):
    return {"name": name, "version": version, "kind": "proportion", "count": count, "total": total, **more}


def summary(name, version, count, mean, variance, skewness, unit):
    return {"name": name, "version": version, "kind": "summary", "count": count, "mean": mean, "variance": variance,
            "skewness": skewness, "unit": unit}


def latency(version, counts, above):
    """A histogram with buckets of 50 msec, and how many values are above 250 msec."""
    return {"name": "latency", "version": version, "kind": "histogram", "unit": "msec",
            "buckets": [{"lower": 50 * i, "upper": 50 * (i + 1), "count": count} for i, count in enumerate(counts)],
            "above": [{"limit": 250, "count": above}]}


class DecisionReports(Case):
    def setUp(self):
        super().setUp()
        for name in ("shop", "http"):  # what a load measures is judged as such, whoever tells it
            self.write(f"bin/iter8-task-{name}", SHOP).chmod(0o755)

    def tell(self, story, code, looks, assess, versions=("stable", "candidate"), teller="shop", **loop):
        """Runs the experiment with its gate, and compares both reports."""
        experiment = {"name": story, "versions": [{"name": name} for name in versions],
                      **({"loop": {"iterations": len(looks), **loop}} if len(looks) > 1 else {}),
                      "tasks": [{"task": f"x-{teller}", "with": {"looks": looks}}, {"task": "assess", "with": assess}]}
        finished = self.run_experiment(experiment, "--gate", environment={"ITER8_TASK_PATH": str(self.folder / "bin")})
        self.assert_code(finished, code)
        for extension, arguments in (("txt", ()), ("md", ("-o", "markdown"))):
            report = self.iter8("report", *arguments).out
            report = re.sub(r"\d{4}-\d\d-\d\dT[\d:.]+Z", "TIME", re.sub(r"iter8 \d+\.\d+\.\d+\S*", "iter8 VERSION", report))
            file = GOLDEN / f"{story}.{extension}"
            if os.environ.get("ITER8_UPDATE_GOLDEN"):
                file.write_text(report)
            with self.subTest(file.name):
                self.assertEqual(report, file.read_text())

    def test_a_load_test_that_certifies_every_limit(self):
        self.tell("certified", 0,
                  [{"metrics": [share("errors", "app", 3, 2000), latency("app", [1200, 600, 150, 40, 7, 3], 3),
                                summary("bytes", "app", 2000, 5120, 90000, 0.4, "bytes"),
                                {"name": "queue", "version": "app", "kind": "gauge", "value": 7},
                                {"name": "cpu", "version": "app", "kind": "gauge", "unit": "%", "value": 41.5}]}],
                  {"slos": [{"metric": "shop/errors", "upper": "1%"}, {"metric": "shop/latency-p99", "upper": "250ms"},
                            {"metric": "shop/latency-mean", "upper": 60, "lower": 1},
                            {"metric": "shop/bytes", "lower": 5000}, {"metric": "shop/queue", "upper": 10}],
                   "indicators": ["shop/cpu", "shop/latency-p50"]}, versions=("app",))

    def test_a_canary_that_is_rolled_back(self):
        self.tell("violated", 1,
                  [{"metrics": [share("errors", "stable", 1, 500), share("errors", "candidate", errors, 500),
                                summary("latency", "stable", 500, 40, 100, 0.5, "msec"),
                                summary("latency", "candidate", 500, mean, 120, 0.5, "msec")]}
                   for errors, mean in ((9, 46), (19, 47), (21, 47))],
                  {"slos": [{"metric": "shop/errors", "upper": "1%"}, {"metric": "shop/latency", "upper": "+10%"}],
                   "alpha": {"pass": 0.05, "fail": 0.01}}, until="Rollback()")

    def test_a_broken_baseline_and_a_candidate_that_mends_it(self):
        self.tell("broken-baseline", 0,
                  [{"metrics": [share("errors", "stable", 50, 500), share("errors", "candidate", 0, 500),
                                summary("latency", "stable", 500, 40, 100, 0.5, "msec"),
                                summary("latency", "candidate", 500, 41, 100, 0.5, "msec")]}],
                  {"slos": [{"metric": "shop/errors", "upper": "1%"}, {"metric": "shop/latency", "upper": "+10%"}]})

    def test_too_little_to_decide(self):
        self.tell("undecided", 3,
                  [{"metrics": [share("errors", "app", 0, 120), share("timeouts", "app", 7, 1000),
                                latency("app", [80, 20, 10, 6, 3, 1], 1),
                                summary("bytes", "app", 120, 5120, 90000, 0.4, "bytes")]}],
                  {"slos": [{"metric": "shop/errors", "upper": "1%"}, {"metric": "shop/timeouts", "upper": "1%"},
                            {"metric": "shop/latency-p99", "upper": "250ms"},
                            {"metric": "shop/bytes", "upper": 5130}]}, versions=("app",))

    def test_a_winner_of_four(self):
        versions = ("stable", "red", "green", "blue")
        rates = {"stable": 0.05, "red": 0.055, "green": 0.08, "blue": 0.075}
        errors = {"stable": 2, "red": 1, "green": 2, "blue": 60}
        value = {"stable": 12.1, "red": 12.3, "green": 13.4, "blue": 12.0}
        look = {"metrics": [item for name in versions for item in (
            share("orders", name, int(2000 * rates[name]), 2000), share("errors", name, errors[name], 2000),
            summary("basket", name, 100, value[name], 16, 1, "EUR"))]}
        self.tell("winner", 0, [look] * 5,
                  {"slos": [{"metric": "shop/errors", "upper": "1%"}],
                   "rewards": [{"metric": "shop/orders", "mde": 0.2}, {"metric": "shop/basket", "direction": "high"}]},
                  versions=versions, until="WinnerFound()")

    def load(self, version, errors, mean, **counts):
        """What a load of 400 requests measures; without a mean, nobody answered."""
        metrics = [share("error-rate", version, errors, 400),
                   *({"name": name.replace("_", "-"), "version": version, "kind": "counter", "value": count}
                     for name, count in {"request-count": 400, **counts}.items())]
        if mean is not None:
            cells = [{"lower": mean - 2, "upper": mean, "count": 200}, {"lower": mean, "upper": mean + 2, "count": 200}]
            metrics += [summary("latency-mean", version, 400, mean, 1, 0, "msec"),
                        {"name": "latency", "version": version, "kind": "histogram", "unit": "msec", "buckets": cells},
                        {"name": "latency-p95", "version": version, "kind": "gauge", "unit": "msec", "value": mean + 1}]
        return metrics

    def test_a_candidate_that_is_dead(self):
        self.tell("dead", 1, [{"metrics": self.load("stable", 0, 50) + self.load("candidate", 400, None, no_answer_count=400)}],
                  {"slos": [{"metric": "http/latency-p95", "upper": "250ms"}, {"metric": "http/error-rate", "upper": "1%"}]},
                  teller="http")

    def test_a_candidate_that_fails_fast(self):
        ok = [summary("ok-latency-mean", "candidate", 160, 50, 1, 0, "msec"),
              summary("ok-latency-mean", "stable", 400, 50, 1, 0, "msec")]
        measured = {"metrics": self.load("stable", 0, 50) + self.load("candidate", 240, 20, status_503=240) + ok}
        reward = {"reward": {"metric": "http/latency-mean", "direction": "low"}}
        self.tell("fast-failures", 1, [measured], reward, teller="http")

    def test_two_equal_versions_on_a_noisy_machine(self):
        def values(seed):
            # About 5 msec; now and then a pause that twenty requests share.
            numbers = []
            state = seed
            for i in range(800):
                state = (state * 1103515245 + 12345) % 2**31
                if state % 97 == 0:
                    numbers += [50 - 2.5 * k for k in range(20)]
                numbers.append(4 + state % 1000 / 500)
            return numbers[:800]
        metrics = [{"name": "latency", "version": version, "kind": "samples", "unit": "msec", "values": values(seed)}
                   for version, seed in (("stable", 5), ("candidate", 11))]
        self.tell("noisy", 3, [{"metrics": metrics}],
                  {"slos": [{"metric": "shop/latency-mean", "upper": "+0%"}, {"metric": "shop/latency-p90", "upper": "+0%"}]})

    def test_data_that_cannot_be_trusted(self):
        def look(stable, candidate, split):
            return {"traffic": split, "metrics": [
                share("orders", "stable", *stable), share("orders", "candidate", *candidate),
                share("hits", "stable", 1, 4000, span="since-start"), share("hits", "candidate", 1, 4000, span="since-start")]}
        self.tell("suspicious", 3,
                  [look((1800, 9000), (260, 1000), {"stable": 90, "candidate": 10}),
                   look((50, 1000), (630, 9000), {"stable": 50, "candidate": 50})],
                  {"slos": [{"metric": "shop/hits", "upper": "1%"}], "reward": {"metric": "shop/orders"}})


if __name__ == "__main__":
    unittest.main()
