"""When requests are due and what happens if they cannot be sent then: stages, poisson, traces, queues, pauses.

What falls due is exact however busy the machine is; when it was sent is not, and is only compared with wide bounds."""

import sys
import unittest

from harness.case import Case
from harness.program import PATIENCE
from harness.servers import Server, response
from nginx import Nginx, installed

PATIENT = f"{20 * PATIENCE:.0f}s"


class ScheduleCase(Case):

    def load(self, **options):
        """Runs http with these options; nothing times out unless they say so."""
        options = {key: value for key, value in {"timeout": PATIENT, **options}.items() if value is not None}
        finished = self.run_experiment({"tasks": [{"task": "http", "with": options}]}, within=60)
        self.assert_code(finished, 0)
        self.assert_books_balance()
        return finished

    def metric(self, name, version=0):
        metric = self.result()["insights"]["metrics"].get(f"http/{name}")
        return metric["values"][version] if metric else None

    def courses(self):
        return self.result()["insights"]["series"]

    def course(self, figure, version=0):
        return next(each for each in self.courses() if each["version"] == version)[figure]

    def warnings(self):
        return {each["code"]: each["message"] for task in self.result()["tasks"] for each in task.get("warnings", [])}

    def assert_books_balance(self):
        """Sent = completed + errors + in flight, and every request counts in one block of the series."""
        result = self.result()
        for version in range(len(result["insights"]["versions"])):
            metrics = {name: metric["values"][version] for name, metric in result["insights"]["metrics"].items()
                       if "values" in metric}
            answered = sum(value for name, value in metrics.items() if name.startswith("http/status-") and value)
            failed = sum(value for name, value in metrics.items() if name.startswith("http/errors-") and value
                         and name not in ("http/errors-status", "http/errors-expect"))
            self.assertEqual(metrics["http/request-count"], answered + failed)
            self.assertEqual(sum(self.course("completed", version)), answered)
            self.assertEqual(sum(self.course("sent", version)),
                             answered + failed + (metrics.get("http/in-flight-count") or 0))
            self.assertEqual(sum(self.course("latency", version)["count"]), answered + failed)

    def slow(self, seconds):
        """A server that takes so long for an answer, on any number of connections."""
        def script(connection):
            while connection.read_request() is not None:
                connection.pause(seconds)
                connection.send(response())
        server = Server(script)
        self.addCleanup(server.stop)
        return server


class Schedules(ScheduleCase):

    def test_stages_are_ramps_and_steps(self):
        server = Nginx(self)
        self.load(url=server.url(), connections=8, stages=[
            {"duration": "1s", "qps": 200}, {"duration": "0s", "qps": 50}, {"duration": "1s", "qps": 50},
            {"duration": "1s", "qps": 0}])
        self.assertEqual(self.course("asked")[:3], [100, 50, 25])
        self.assertEqual(self.metric("request-count"), 175)
        self.assertEqual(len(server.asked()), 175)
        self.assertAlmostEqual(self.metric("rate-asked"), 175 / 3, places=3)

    def test_a_ramp_that_a_number_of_requests_ends_was_asked_for_less(self):
        server = Nginx(self)
        self.load(url=server.url(), stages=[{"duration": "10s", "qps": 200}], numRequests=10)
        self.assertEqual(self.metric("request-count"), 10)
        self.assertAlmostEqual(self.metric("rate-asked"), 10, places=3)  # 10 t² = 10 after one second

    def test_poisson_arrivals_repeat_with_their_seed(self):
        server = Nginx(self)
        counts = []
        for seed in (7, 7, 8):
            self.load(url=server.url(), qps=400, duration="1s", arrival="poisson", seed=seed)
            counts.append(sum(self.course("asked")))
            self.assertEqual(counts[-1], self.metric("request-count"))
        self.assertEqual(counts[0], counts[1])
        self.assertNotEqual(counts[0], counts[2])
        for count in counts:
            self.assertAlmostEqual(count, 400, delta=5 * 400 ** 0.5)

    def test_a_trace_is_followed_to_the_letter_by_every_version(self):
        self.write("trace.csv", "at,what\n0,a\n# a comment\n250ms,b\n0.25,c\n1.5s,d\n2,e\n")
        server = Nginx(self)
        self.write("experiment.yaml", {
            "versions": [{"name": "a", "url": server.url()}, {"name": "b", "url": server.url(version=1)}],
            "tasks": [{"task": "http", "with": {"trace": "trace.csv", "timeout": PATIENT}}]})
        self.assert_code(self.iter8("run"), 0)
        self.assert_books_balance()
        for version in (0, 1):
            self.assertEqual(self.course("asked", version)[:3], [3, 1, 1])
            self.assertEqual(self.metric("request-count", version), 5)
        self.assertEqual([each["startTime"] for each in self.courses()], [self.course("startTime")] * 2)

    def test_a_rate_of_one_a_second(self):
        server = Nginx(self)
        self.load(url=server.url(), qps=1, duration="2s")
        self.assertEqual(self.metric("request-count"), 2)
        self.assertEqual(self.metric("rate-asked"), 1)
        self.assertAlmostEqual(self.metric("rate-ratio"), 1, delta=0.25)
        self.assertAlmostEqual(self.metric("rate-achieved"), 1, delta=0.25)


class Courses(ScheduleCase):

    def test_versions_have_blocks_of_the_same_time(self):
        server = Nginx(self)
        self.write("experiment.yaml", {
            "versions": [{"name": "a", "url": server.url()}, {"name": "b", "url": server.url("/fail")}],
            "loop": {"iterations": 2},
            "tasks": [{"task": "http", "with": {"qps": 40, "duration": "2s", "timeout": PATIENT}}]})
        self.assert_code(self.iter8("run"), 0)
        courses = self.courses()
        self.assertEqual([(each["iteration"], each["version"]) for each in courses], [(1, 0), (1, 1), (2, 0), (2, 1)])
        for one, other in (courses[:2], courses[2:]):
            self.assertEqual((one["startTime"], one["interval"]), (other["startTime"], other["interval"]))
            self.assertEqual([len(one["asked"]), one["asked"][:2]], [len(other["asked"]), other["asked"][:2]])
        self.assertEqual(courses[0]["asked"][:2], [40, 40])
        self.assertEqual(courses[0]["errors"], {})
        self.assertEqual(sum(courses[1]["errors"]["status"]), 80)
        self.assertLess(courses[0]["startTime"], courses[2]["startTime"])
        for latency in (each["latency"] for each in courses):
            for p50, p95, p99, count in zip(latency["p50"], latency["p95"], latency["p99"], latency["count"]):
                self.assertEqual(p50 is None, count == 0)
                if count:
                    self.assertLessEqual(p50, p95)
                    self.assertLessEqual(p95, p99)

    def test_the_course_is_in_the_json_report_and_results_without_one_are_read(self):
        server = Nginx(self)
        self.load(url=server.url(), qps=100, numRequests=50)
        report = self.iter8("report", "-o", "json")
        self.assert_code(report, 0)
        self.assertIn('"series"', report.out)
        document = self.result()
        del document["insights"]["series"]
        self.write("result.yaml", document)
        for form in ("text", "markdown", "html", "json"):
            self.assert_code(self.iter8("report", "-o", form), 0)

    def test_one_version_after_the_other_has_other_times(self):
        server = Nginx(self)
        self.write("experiment.yaml", {
            "versions": [{"name": "a", "url": server.url()}, {"name": "b", "url": server.url(version=1)}],
            "tasks": [{"task": "http", "with": {"qps": 100, "numRequests": 20, "sequential": True, "timeout": PATIENT}}]})
        self.assert_code(self.iter8("run"), 0)
        self.assertLess(self.course("startTime", 0), self.course("startTime", 1))


class Shortage(ScheduleCase):

    def test_more_than_may_wait_is_an_overflow_of_at_least_the_timeout(self):
        server = self.slow(0.05)
        finished = self.load(url=server.url(), qps=200, duration="1s", connections=1, queue=5)
        overflow = self.metric("errors-overflow")
        self.assertEqual(sum(self.course("asked")), 200)
        self.assertEqual(self.metric("request-count"), 200)
        self.assertGreater(overflow, 150)  # at most 20 a second are answered, and 5 wait
        self.assertEqual(self.metric("error-count"), overflow)
        self.assertEqual(server.connections, 1)
        self.assertEqual(server.requests, 200 - overflow)
        self.assertGreaterEqual(self.metric("latency-p50"), 20_000 * PATIENCE)
        self.assert_says(finished, f"{overflow} overflow")

    def test_more_connections_are_opened_while_requests_wait(self):
        server = self.slow(0.05)
        self.load(url=server.url(), qps=200, duration="1s", connections=1, maxConnections=1000)
        self.assertEqual(self.metric("error-count"), 0)
        self.assertEqual(server.requests, 200)
        self.assertGreater(server.connections, 5)  # 200/s for 50 ms are 10 at a time
        self.assertGreater(max(self.course("connections")), 1)

    def test_there_are_never_more_connections_than_may_be(self):
        server = self.slow(0.05)
        self.load(url=server.url(), qps=400, duration="1s", connections=2, maxConnections=4)
        self.assertEqual(server.connections, 4)
        self.assertLessEqual(max(self.course("connections")), 4)
        self.assertGreater(self.metric("errors-overflow"), 250)
        self.assertEqual(self.metric("request-count"), 400)

    def test_waiting_for_a_connection_is_latency_and_said(self):
        server = self.slow(0.05)
        self.load(url=server.url(), qps=100, numRequests=40, connections=1)
        self.assertEqual(self.metric("error-count"), 0)
        self.assertGreater(self.metric("latency-max"), 1000)  # the last one waits for 39 others, 1.95 s less 0.39 s
        self.assertGreater(self.metric("queued-count"), 20)
        self.assertIn("waited-for-connections", self.warnings())

    def test_a_closed_loop_pauses(self):
        server = Nginx(self)
        self.load(url=server.url(), arrival="closed", numRequests=12, connections=2, thinkTime="100ms")
        self.assertGreaterEqual(self.result()["tasks"][0]["seconds"], 0.5)  # six on each, five pauses between
        self.assertEqual(len({each.connection for each in server.asked()}), 2)

    def test_pauses_are_drawn_between_two_times(self):
        server = Nginx(self)
        self.load(url=server.url(), arrival="closed", numRequests=5, connections=1, thinkTime="50ms", thinkTimeMax="150ms")
        self.assertGreaterEqual(self.result()["tasks"][0]["seconds"], 0.2)


class Ends(ScheduleCase):

    def stopped(self, server, rule, path="/", **options):
        """A load of a minute that the rule ends."""
        finished = self.load(url=server.url(path), **{"qps": 200, "duration": "1m", "stopWhen": rule, **options})
        self.assertIn(rule.split()[0], self.warnings()["stopped-early"])
        self.assert_says(finished, "ended after")
        self.assertLess(self.result()["tasks"][0]["seconds"], 40)
        self.assertGreater(self.metric("request-count"), 0)

    def test_each_number_can_end_a_load(self):
        server = Nginx(self)
        for rule, path in (("error-rate > 50%", "/fail"), ("error-count >= 20", "/fail"), ("request-count >= 30", "/"),
                           ("latency-mean > 0", "/"), ("latency-max > 1us", "/"), ("latency-p99 >= 0.001", "/"),
                           ("lateness-p99 > 1ns", "/"), ("elapsed > 300ms", "/")):
            with self.subTest(rule):
                self.stopped(server, rule, path)

    def test_a_slow_service_ends_it(self):
        self.stopped(self.slow(0.1), "latency-p99 > 50ms", connections=8)

    def test_a_rate_that_is_not_achieved_ends_it(self):
        self.stopped(self.slow(0.1), "achieved-ratio < 0.8 and elapsed > 200ms", connections=1)

    def test_one_of_two_reasons_is_enough_and_both_are_needed_where_it_says_and(self):
        server = Nginx(self)
        self.stopped(server, "request-count >= 30 or error-rate > 50%")
        self.load(url=server.url(), qps=200, numRequests=60, stopWhen="request-count >= 30 and error-rate > 50%")
        self.assertNotIn("stopped-early", self.warnings())
        self.assertEqual(self.metric("request-count"), 60)

    def test_the_error_budget_is_hard(self):
        server = Nginx(self)
        finished = self.load(url=server.url("/fail"), arrival="closed", connections=1, duration="1m", errorBudget=5)
        failed = self.metric("error-count")
        self.assertIn(failed, (6, 7))  # the connection that failed begins one more request before it is told
        self.assertIn("error-budget", self.warnings())
        self.assert_says(finished, "more requests failed than errorBudget allows")
        self.assertEqual(len(server.asked()), failed)

    def test_a_budget_that_is_not_spent_changes_nothing(self):
        server = Nginx(self)
        self.load(url=server.url("/fail"), qps=200, numRequests=20, errorBudget=20)
        self.assertEqual(self.metric("error-count"), 20)
        self.assertNotIn("error-budget", self.warnings())

    def test_drain_waits_for_what_is_in_flight_and_cut_accounts_for_it(self):
        server = self.slow(0.4)
        options = {"url": server.url(), "qps": 50, "duration": "500ms", "connections": 25}
        self.load(**options)
        self.assertEqual(self.metric("request-count"), 25)
        self.assertIsNone(self.metric("in-flight-count"))

        finished = self.load(**options, drain="cut")
        self.assertEqual(sum(self.course("asked")), 25)
        self.assertEqual(self.metric("error-count") or 0, 0)
        self.assertGreater(self.metric("in-flight-count"), 5)  # those due in the last 400 ms, if not all
        self.assertLess(self.metric("request-count"), 20)
        self.assert_says(finished, "in flight")


class SelfCheck(ScheduleCase):

    def test_a_rate_that_the_server_cannot_reach_is_said(self):
        server = self.slow(0.03)
        finished = self.load(url=server.url(), qps=100, duration="1s", connections=1)
        self.assertEqual(self.metric("rate-asked"), 100)
        self.assertLess(self.metric("rate-ratio"), 0.5)  # it can do 33/s
        self.assertLess(self.metric("rate-achieved"), 50)
        self.assertEqual(self.metric("degraded"), 1)
        self.assertRegex(self.warnings()["degraded"], r"[0-9.]+ % of the asked rate was achieved")
        self.assert_says(finished, "degraded")
        self.assert_says(self.iter8("report"), "degraded")

    def test_a_rate_that_no_generator_reaches_is_said(self):
        server = Nginx(self)
        self.load(url=server.url(), qps=10_000_000, numRequests=50_000, connections=64)
        self.assertEqual(self.metric("request-count"), 50_000)
        self.assertEqual(self.metric("degraded"), 1)
        self.assertLess(self.metric("rate-ratio"), 0.9)


if __name__ == "__main__":
    if not installed():
        print("cannot run here: nginx is not installed")
        sys.exit(77)
    unittest.main(verbosity=2)
