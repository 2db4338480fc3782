"""Several processes generate one load, and their results are merged and judged as a whole."""

import re
import unittest

from harness import hdr_log
from harness.case import Case
from harness.servers import Server, response

LOAD = {"numRequests": 101, "qps": 1000, "path": "/{{seq}}", "shard": "auto"}
SLOS = [{"metric": "http/error-rate", "upper": "60%"}]
ASSESS = {"task": "assess", "with": {"slos": SLOS, "evidence": "point"}}


def matrix(number, count):
    return {"ITER8_SHARD": f"{number}/{count}"}


class MergeCase(Case):

    def setUp(self):
        super().setUp()
        self.asked = []  # the numbers of requests
        self.told = []   # other paths

        def script(connection):
            while (request := connection.read_request()) is not None:
                found = re.match(rb"GET /(\d+)", request)
                if not found:
                    self.told.append(request.split()[1].decode())
                    connection.send(response())
                    continue
                number = int(found.group(1))
                self.asked.append(number)
                connection.send(response(status="503 No" if number % 10 == 0 else "200 OK"))
        self.server = Server(script)
        self.addCleanup(self.server.stop)

    def experiment(self, *others, versions=("v1",), **options):
        """One load, its assessment, and other tasks."""
        more = {key: options.pop(key) for key in ("loop", "finally", "name") if key in options}
        assess = options.pop("assess", ASSESS)
        self.write("experiment.yaml", {
            "name": "sharded",
            "versions": [{"name": name, "url": self.server.url()} for name in versions],
            "tasks": [{"task": "http", "with": {**LOAD, **options}}, assess, *others], **more})

    def shards(self, count, environment=matrix, numbers=None):
        """Runs shards of experiment.yaml and returns the names of their results."""
        names = []
        for number in numbers or range(1, count + 1):
            name = f"result-{number}.yaml"
            self.assert_code(self.iter8("run", "--result", name, environment=environment(number, count)), 0)
            names.append(name)
        return names

    def metric(self, name):
        return self.result()["insights"]["metrics"][name]

    def value(self, name):
        return self.metric(name)["values"][0]

    def missing(self):
        """What the load says of shards that are missing; a busy machine may add warnings of its own."""
        return [warning["message"] for warning in self.result()["tasks"][0].get("warnings", [])
                if warning["code"] == "missing-shards"]

    def statuses(self):
        return [(task["task"], task["iteration"], task["status"]) for task in self.result()["tasks"]]

    def assert_not_merged(self, names, *patterns):
        (self.folder / "merged.yaml").unlink(missing_ok=True)
        finished = self.iter8("merge", *names, "-o", "merged.yaml")
        self.assert_code(finished, 2)
        for pattern in patterns:
            self.assert_says(finished, pattern)
        self.assertFalse((self.folder / "merged.yaml").exists())


class Sum(MergeCase):

    def test_shards_send_every_request_once_and_their_results_are_those_of_one_process(self):
        self.experiment()
        names = self.shards(3)
        self.assertEqual(sorted(self.asked), list(range(101)))
        self.assert_code(self.iter8("merge", *names), 0)
        counts = {name: metric["values"] for name, metric in self.result()["insights"]["metrics"].items()
                  if metric["kind"] in ("counter", "proportion") and "switches" not in name and "queued" not in name}
        self.assertEqual(counts["http/request-count"], [101])
        self.assertEqual(counts["http/errors-status"], [11])
        self.assertAlmostEqual(self.value("http/rate-asked"), 1000)
        latency = self.metric("http/latency")["observations"][0]
        self.assertEqual(sum(bucket["count"] for bucket in latency["buckets"]), 101)
        self.assertEqual(self.metric("http/latency-mean")["observations"][0]["count"], 101)

        series, = self.result()["insights"]["series"]
        self.assertEqual(sum(series["asked"]), 101)
        self.assertEqual(sum(series["sent"]), 101)
        self.assertEqual(sum(series["latency"]["count"]), 101)
        self.assertEqual(sum(series["errors"]["status"]), 11)

        self.assert_code(self.iter8("run"), 0)
        alone = self.result()["insights"]["metrics"]
        for name, values in counts.items():
            self.assertEqual(alone[name]["values"], values, name)

    def test_percentiles_are_in_order_and_extremes_are_those_of_all(self):
        self.experiment()
        names = self.shards(3)
        self.assert_code(self.iter8("merge", *names), 0)
        ordered = [self.value(f"http/latency-{which}") for which in ("min", "p50", "p75", "p90", "p95", "p99", "p99.9", "max")]
        self.assertEqual(ordered, sorted(ordered))
        self.assertEqual(ordered[-1], self.metric("http/latency-mean")["observations"][0]["max"])

    def test_versions_stay_apart(self):
        self.experiment(versions=("v1", "v2"))
        self.assert_code(self.iter8("merge", *self.shards(3)), 0)
        self.assertEqual(self.metric("http/request-count")["values"], [101, 101])
        self.assertEqual(sorted(self.asked), sorted(2 * list(range(101))))

    def test_merging_in_any_order_and_in_steps_comes_to_the_same(self):
        self.experiment()
        names = self.shards(4)
        self.assert_code(self.iter8("merge", *names), 0)
        at_once = self.result()["insights"]["metrics"]
        self.assert_code(self.iter8("merge", "--partial", names[3], names[1], "-o", "half.yaml"), 0)
        self.assert_code(self.iter8("merge", "half.yaml", "-o", "same.yaml", "--partial"), 0)
        self.assert_code(self.iter8("merge", "half.yaml", names[0], names[2]), 0)
        self.assertEqual(self.missing(), [])
        in_steps = self.result()["insights"]["metrics"]
        self.assertEqual(set(at_once), set(in_steps))
        for name in ("http/latency", "http/service"):
            self.assertEqual(at_once[name]["observations"][0]["hdr"], in_steps[name]["observations"][0]["hdr"])
        for name in ("http/latency-p50", "http/latency-p99", "http/latency-max", "http/service-p99", "http/request-count"):
            self.assertEqual(at_once[name]["values"], in_steps[name]["values"], name)

    def test_the_ci_systems_own_numbers_are_understood(self):
        self.experiment(numRequests=20)
        for environment in (
                lambda n, count: {"CI_NODE_INDEX": str(n), "CI_NODE_TOTAL": str(count)},
                lambda n, count: {"JOB_COMPLETION_INDEX": str(n - 1), "JOB_COMPLETIONS": str(count)},
                lambda n, count: {"CIRCLE_NODE_INDEX": str(n - 1), "CIRCLE_NODE_TOTAL": str(count)},
                lambda n, count: {"BUILDKITE_PARALLEL_JOB": str(n - 1), "BUILDKITE_PARALLEL_JOB_COUNT": str(count)}):
            self.asked.clear()
            self.assert_code(self.iter8("merge", *self.shards(3, environment)), 0)
            self.assertEqual(sorted(self.asked), list(range(20)))

    def test_histograms_are_read_by_a_second_implementation(self):
        self.experiment()
        self.assert_code(self.iter8("merge", *self.shards(2)), 0)
        finished = self.iter8("report", "-o", "hdr")
        self.assert_code(finished, 0)
        histograms = hdr_log.parse(finished.out)
        self.assertEqual(set(histograms), {f"http/{name}:v1" for name in ("latency", "ok-latency", "service", "transfer", "ttfb")})
        latency = histograms["http/latency:v1"]
        self.assertEqual(latency.total, 101)
        for p in (50, 90, 95, 99):
            shown = self.value(f"http/latency-p{p}")  # never above the exact maximum, as buckets may be
            self.assertAlmostEqual(latency.percentile(p) / 1e6, shown, delta=shown / 1000)


class Judgement(MergeCase):

    def test_a_part_is_not_judged_and_the_whole_is_judged_once(self):
        self.experiment({"task": "webhook", "with": {"url": self.server.url("/told")}},
                        **{"finally": [{"if": "SLOs()", "task": "webhook", "with": {"url": self.server.url("/promoted")}}]})
        names = self.shards(3)
        self.assertEqual(self.told, [])
        finished = self.iter8("run", "--gate", "--result", "part.yaml", environment=matrix(1, 3))
        self.assert_code(finished, 3)
        self.assert_says(finished, "a shard is not judged")
        self.asked.clear()

        merged = self.iter8("merge", *names)
        self.assert_code(merged, 0)
        self.assert_says(merged, "next: iter8 run --resume")
        self.assertNotIn("assessment", self.result()["insights"])
        self.assertNotIn("endTime", self.result())
        self.assertEqual(self.statuses(), [("http", 1, "completed")])

        self.assert_code(self.iter8("run", "--resume", "--gate"), 0)
        self.assertEqual(self.asked, [])
        self.assertEqual(self.told, ["/told", "/promoted"])
        assessment = self.result()["insights"]["assessment"]
        self.assertEqual(assessment["verdict"], "pass")
        self.assertAlmostEqual(assessment["slos"][0]["versions"][0]["value"], 11 / 101)
        self.assert_code(self.iter8("assert", "-c", "completed", "-c", "nofailure", "-c", "slos"), 0)

    def test_what_no_shard_saw_alone_fails_the_whole(self):
        self.experiment({"task": "assess", "with": {"slos": [{"metric": "http/request-count", "upper": 50}]}})
        self.assert_code(self.iter8("merge", *self.shards(3)), 0)
        self.assert_code(self.iter8("run", "--resume", "--gate"), 1)

    def test_the_verdict_of_a_single_process_is_given_anew(self):
        self.experiment()
        self.assert_code(self.iter8("run", "--result", "whole.yaml"), 0)
        (self.folder / "result.yaml").write_bytes((self.folder / "whole.yaml").read_bytes())
        alone = self.result()
        self.assertIn("assessment", alone["insights"])
        self.assert_code(self.iter8("merge", "whole.yaml"), 0)
        merged = self.result()
        self.assertNotIn("assessment", merged["insights"])
        self.assertEqual(merged["insights"]["metrics"], alone["insights"]["metrics"])

    def test_after_a_loop_the_whole_is_judged_with_the_last_iteration(self):
        self.experiment(loop={"iterations": 3}, numRequests=31)
        names = self.shards(2)
        self.assertEqual(sorted(self.asked), sorted(3 * list(range(31))))
        self.assert_code(self.iter8("merge", *names), 0)
        self.assertEqual(len(self.metric("http/request-count")["observations"]), 3)
        self.asked.clear()
        self.assert_code(self.iter8("run", "--resume", "--gate"), 0)
        self.assertEqual(self.asked, [])
        self.assertEqual([each for each in self.statuses() if each[0] == "assess"],
                         [("assess", 1, "skipped"), ("assess", 2, "skipped"), ("assess", 3, "completed")])
        self.assert_code(self.iter8("assert", "-c", "completed", "-c", "slos"), 0)

    def test_without_anything_to_judge_the_merged_run_is_finished(self):
        self.write("experiment.yaml", {"tasks": [{"task": "http", "with": {**LOAD, "url": self.server.url()}}]})
        merged = self.iter8("merge", *self.shards(2))
        self.assert_code(merged, 0)
        self.assert_says(merged, "next: iter8 report")
        self.assertIn("endTime", self.result())
        self.assert_code(self.iter8("assert", "-c", "completed", "-c", "nofailure"), 0)

    def test_ci_merges_and_judges_in_one_step(self):
        """By evidence, for which each shard alone is too short."""
        self.experiment(assess={"task": "assess", "with": {"slos": SLOS}}, qps=100)
        self.shards(3)
        self.asked.clear()
        finished = self.iter8("ci", "--merge", "result-*.yaml", "--report", "json=whole.json")
        self.assert_code(finished, 0)
        self.assert_says(finished, r"verdict: yes \(pass\)")
        self.assertEqual(self.asked, [])
        finished = self.iter8("ci", environment={"ITER8_MERGE": "result-1.yaml\nresult-3.yaml"})
        self.assert_code(finished, 2)
        self.assert_says(finished, "shard 2 of 3 is missing")


class Mistakes(MergeCase):

    def test_what_is_no_shard_is_refused(self):
        for text in ("0/2", "3/2", "1", "x/y", "1/0", "-1/3", "1/2/3"):
            self.experiment(shard=text)
            self.assert_refused(self.iter8("validate"), "which of how many")
        self.experiment()
        self.assert_refused(self.iter8("validate", environment={"JOB_COMPLETION_INDEX": "1"}), "JOB_COMPLETIONS")
        self.assert_refused(self.iter8("validate", environment={"ITER8_SHARD": "5/4"}), "which of how many")

    def test_the_same_shard_twice_is_refused(self):
        self.experiment()
        names = self.shards(2)
        self.assert_not_merged([*names, names[0]], "shard 1 of 2 is in both result-1.yaml and result-1.yaml")

    def test_a_missing_shard_is_named_unless_the_rest_is_wanted(self):
        self.experiment()
        names = self.shards(4, numbers=[1, 3])
        self.assert_not_merged(names, "shards 2, 4 of 4 are missing", "--partial")
        self.assert_code(self.iter8("merge", "--partial", *names), 0)
        self.assertEqual(self.value("http/request-count"), 51)
        self.assertEqual(self.missing(), ["shards 2, 4 of 4 are missing"])
        self.assert_code(self.iter8("run", "--resume", "--gate"), 0)

    def test_another_number_of_shards_is_refused(self):
        self.experiment()
        self.shards(2, numbers=[1])
        self.shards(3, numbers=[2])
        self.assert_not_merged(["result-1.yaml", "result-2.yaml"], "result-1.yaml is one of 2 shards, but result-2.yaml one of 3")

    def test_a_shard_that_failed_is_refused_or_left_out(self):
        self.experiment()
        names = self.shards(2, numbers=[1])
        self.experiment({"run": "exit 1"}, name="sharded")
        self.assert_code(self.iter8("run", "--result", "result-2.yaml", environment=matrix(2, 2)), 1)
        failed = (self.folder / "result-2.yaml").read_text()
        digest = re.search("sha256:[0-9a-f]+", (self.folder / names[0]).read_text()).group(0)
        self.write("result-2.yaml", re.sub("sha256:[0-9a-f]+", digest, failed))
        self.assert_not_merged([*names, "result-2.yaml"], "result-2.yaml: task run failed", "--partial")
        self.assert_code(self.iter8("merge", "--partial", *names, "result-2.yaml"), 0)
        self.assertEqual(self.value("http/request-count"), 51)

    def test_results_of_different_experiments_files_and_versions_are_refused(self):
        self.experiment()
        self.shards(2, numbers=[1])
        self.experiment(name="other")
        self.shards(2, numbers=[2])
        self.assert_not_merged(["result-1.yaml", "result-2.yaml"],
                               "result-1.yaml is a result of experiment 'sharded', but result-2.yaml of 'other'")
        self.experiment(versions=("v2",))
        self.shards(2, numbers=[2])
        self.assert_not_merged(["result-1.yaml", "result-2.yaml"], "has the versions v1, but result-2.yaml has v2")
        self.experiment(numRequests=50)
        self.shards(2, numbers=[2])
        self.assert_not_merged(["result-1.yaml", "result-2.yaml"], "different contents of the experiment file")

    def test_a_result_without_shards_is_refused_beside_others(self):
        self.experiment()
        self.experiment(shard="1/1")
        self.write("experiment.yaml", (self.folder / "experiment.yaml").read_text().replace("    shard: 1/1\n", ""))
        self.shards(1)
        self.assert_not_merged(["result-1.yaml", "result-1.yaml"], "result-1.yaml is not the result of a shard")

    def test_what_is_no_result_is_refused(self):
        self.experiment()
        names = self.shards(1)
        self.assert_not_merged(["gone.yaml"], "cannot find a file gone.yaml")
        self.assert_not_merged([names[0], "experiment.yaml"], "experiment.yaml")
        self.assert_code(self.iter8("merge"), 2)
        def as_shard(number, text):
            return re.sub(r"(numbers:[\s\[-]+)1([\s\]]+of: )1", rf"\g<1>{number}\g<2>2", text)

        text = (self.folder / names[0]).read_text()
        self.write("first.yaml", as_shard(1, text))
        self.write("broken.yaml", as_shard(2, text.replace("HISTFAAA", "HISTFAAB")))
        self.assert_not_merged(["first.yaml", "broken.yaml"], "broken.yaml: HdrHistogram")


if __name__ == "__main__":
    unittest.main()
