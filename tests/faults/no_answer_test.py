"""Services that do not answer: whatever the objectives are about, nothing passes on responses that never came."""

import unittest

from harness import servers
from harness.case import Case
from harness.servers import Server, response

LATENCY = {"metric": "http/latency-p95", "upper": "5s"}
LONG = {"qps": 200}  # two seconds: for long enough to be decided on


class NoAnswerCase(Case):

    def experiment(self, slos, versions=None, **load):
        load = {"numRequests": 400, "qps": 2000, "timeout": "20s", **load}
        return {**({"versions": versions} if versions else {}),
                "tasks": [{"task": "http", "with": load}, {"task": "assess", "with": {"slos": slos}}]}

    def metric(self, name, version=0):
        metric = self.result()["insights"]["metrics"].get(f"http/{name}")
        return metric["values"][version] if metric else None

    def checks(self, objective=0):
        return self.result()["insights"]["assessment"]["slos"][objective]["versions"]

    def verdict(self):
        return self.result()["insights"]["assessment"]["verdict"]


class DeadServices(NoAnswerCase):

    def assert_fails(self, pattern, **load):
        finished = self.run_experiment(self.experiment([LATENCY], **load), "--gate")
        self.assert_code(finished, 1)
        self.assert_says(finished, pattern)
        self.assertTrue(self.result()["failure"])
        self.assertIsNone(self.metric("latency-p95"))
        for condition in ("nofailure", "slos"):
            self.assertNotEqual(self.iter8("assert", "-c", condition).code, 0)

    def test_a_service_that_is_there_passes(self):
        with servers.well_behaved() as server:
            self.assert_code(self.run_experiment(self.experiment([LATENCY], url=server.url(), **LONG), "--gate"), 0)
        self.assertEqual(self.verdict(), "pass")
        self.assertIsNone(self.metric("no-answer-count"))

    def test_refused_connections_fail_the_task(self):
        with servers.refused_port() as port:
            self.assert_fails("no answer: 400 of 400 connection refused", url=f"http://127.0.0.1:{port}/")
        self.assertEqual(self.metric("no-answer-count"), 400)
        self.assertEqual(self.metric("degraded"), 0)

    def test_a_host_that_does_not_resolve_fails_the_task(self):
        self.assert_fails("no answer: 400 of 400 unresolved", url=f"http://{'x' * 64}.invalid/")

    def test_the_oldest_spelling_fails_as_it_did(self):
        load = {"numRequests": 20, "qps": 400, "versionInfo": [{"url": f"http://{'x' * 64}.invalid/get"}]}
        finished = self.run_experiment([
            {"task": "gen-load-and-collect-metrics-http", "with": load},
            {"task": "assess-app-versions", "with": {"SLOs": [{"metric": "http/latency-p95", "upperLimit": 100}]}}])
        self.assert_code(finished, 1)
        self.assert_says(finished, "no answer: 20 of 20 unresolved")

    def test_a_file_may_go_on_and_its_latency_objectives_have_no_data(self):
        for evidence in ("fixed", "point"):
            with self.subTest(evidence), servers.refused_port() as port:
                slos = [{**LATENCY, "evidence": evidence}, {"metric": "http/latency-mean", "upper": "5s", "evidence": evidence}]
                load = {"url": f"http://127.0.0.1:{port}/", "allowAllFailed": True}
                self.assert_code(self.run_experiment(self.experiment(slos, **load), "--gate"), 1)
                self.assertFalse(self.result()["failure"])
                self.assertEqual(self.verdict(), "error")
                for objective in (0, 1):
                    self.assertEqual(self.checks(objective)[0]["verdict"], "error")
                    self.assertRegex(self.checks(objective)[0]["reason"], "no answer: 400 of 400 connection refused")

    def test_one_dead_version_is_an_error_of_its_own(self):
        with servers.refused_port() as port, servers.well_behaved() as alive:
            for names in (("alive", "dead"), ("dead", "alive")):
                with self.subTest(names):
                    urls = {"alive": alive.url(), "dead": f"http://127.0.0.1:{port}/"}
                    versions = [{"name": name, "url": urls[name]} for name in names]
                    code = 1 if names[1] == "dead" else 0  # the candidate decides
                    self.assert_code(self.run_experiment(self.experiment([LATENCY], versions, **LONG)), code)
                    verdicts = {name: check["verdict"] for name, check in zip(names, self.checks())}
                    self.assertEqual(verdicts, {"alive": "pass", "dead": "error"})
                    self.assertRegex(self.checks()[names.index("dead")]["reason"], "no answer: 400 of 400 connection refused")

    def test_a_service_that_is_dead_in_the_last_iteration_does_not_live_on_the_first(self):
        def dies_after_twenty(connection):
            while connection.read_request() is not None:
                connection.send(response())
                if connection.server.requests >= 20:
                    connection.server.stop()
        for evidence in ("hybrid", "point"):
            with self.subTest(evidence), Server(dies_after_twenty) as server:
                slos = [{"metric": "http/latency-p50", "upper": "5s", "evidence": evidence}]
                experiment = self.experiment(slos, url=server.url(), numRequests=20, connections=1, allowAllFailed=True)
                self.assert_code(self.run_experiment({**experiment, "loop": {"iterations": 2}}, "--gate"), 1)
                self.assertEqual(self.metric("no-answer-count"), 20)
                self.assertEqual(self.checks()[0]["verdict"], "error")
                self.assertRegex(self.checks()[0]["reason"], "no answer: 20 of 20")

    def test_a_limit_relative_to_a_dead_baseline_has_no_data(self):
        with servers.refused_port() as port, servers.well_behaved() as alive:
            versions = [{"name": "stable", "url": f"http://127.0.0.1:{port}/"}, {"name": "candidate", "url": alive.url()}]
            self.run_experiment(self.experiment([{"metric": "http/latency-p95", "upper": "+10%"}], versions), "--gate")
        self.assertEqual([check["verdict"] for check in self.checks()], ["error", "error"])

    def test_responses_after_the_deadline_are_timeouts_with_a_latency(self):
        def slow(connection):
            while connection.read_request() is not None:
                connection.pause(1)
                connection.send(response())
        load = {"numRequests": 20, "qps": 200, "connections": 20, "timeout": "200ms"}
        with Server(slow) as server:
            load["url"] = server.url()
            self.assert_code(self.run_experiment(self.experiment([LATENCY], **load), "--gate"), 1)
            self.assertTrue(self.result()["failure"])
            slos = [{"metric": "http/latency-p50", "upper": "100ms", "evidence": "point"}]
            self.assert_code(self.run_experiment(self.experiment(slos, allowAllFailed=True, **load)), 1)
        self.assertEqual(self.checks()[0]["verdict"], "fail")
        self.assertGreaterEqual(self.metric("latency-min"), 200)

    def test_errors_are_answers(self):
        def failing(connection):
            while connection.read_request() is not None:
                connection.send(response(status="500 Internal Server Error"))
        slos = [LATENCY, {"metric": "http/error-rate", "upper": "1%"}]
        with Server(failing) as server:
            self.assert_code(self.run_experiment(self.experiment(slos, url=server.url(), **LONG), "--gate"), 1)
        self.assertFalse(self.result()["failure"])
        self.assertEqual([self.checks(i)[0]["verdict"] for i in (0, 1)], ["pass", "fail"])
        self.assertEqual(self.verdict(), "fail")


class HungRequests(NoAnswerCase):

    P95 = {"metric": "http/latency-p95", "upper": "500ms"}

    def cut(self, script, slos, duration="2s", **load):
        """A load that does not wait for what is in flight at its end."""
        with Server(script) as server:
            load = {"url": server.url(), "numRequests": None, "duration": duration, "qps": 100, "connections": 200, "drain": "cut",
                    **load}
            load = {key: value for key, value in load.items() if value is not None}
            finished = self.run_experiment(self.experiment(slos, **load), "--gate")
        self.assertFalse(self.result()["failure"], finished.story())
        return finished

    def hanging(self, connection):
        while connection.read_request() is not None:
            if connection.number % 2 == 0:
                return connection.wait_for_close()
            connection.send(response())

    def test_half_of_all_hang_for_longer_than_the_limit(self):
        for evidence in ("fixed", "point"):
            with self.subTest(evidence):
                slos = [{**self.P95, "evidence": evidence}, {"metric": "http/latency-mean", "upper": "100ms", "evidence": evidence}]
                self.assert_code(self.cut(self.hanging, slos), 1)
                self.assertEqual([self.checks(i)[0]["verdict"] for i in (0, 1)], ["fail", "fail"])
        self.assertEqual(self.metric("error-rate"), 0)
        self.assertGreater(self.metric("in-flight-count"), 50)
        self.assert_says(self.iter8("report"), "given up in flight")

    def test_latencies_without_errors_do_not_pass_either(self):
        self.assert_code(self.cut(self.hanging, [{"metric": "http/ok-latency-p95", "upper": "500ms"}]), 3)
        self.assertRegex(self.checks()[0]["reason"], "have no known latency")

    def test_half_of_all_hang_for_less_than_the_limit(self):
        for evidence in ("fixed", "point"):
            with self.subTest(evidence):
                slos = [{**self.P95, "upper": "10s", "evidence": evidence},
                        {"metric": "http/latency-mean", "upper": "10s", "evidence": evidence}]
                self.assert_code(self.cut(self.hanging, slos, duration="2s", qps=100), 3)
                self.assertEqual([self.checks(i)[0]["verdict"] for i in (0, 1)], ["inconclusive", "inconclusive"])
                self.assertRegex(self.checks()[0]["reason"], "have no known latency")

    def test_requests_that_wait_behind_hung_ones_count_as_well(self):
        self.assert_code(self.cut(self.hanging, [self.P95], connections=2), 1)
        self.assertEqual(self.checks()[0]["verdict"], "fail")

    def test_a_service_that_is_busy_at_the_end_passes(self):
        def busy(connection):
            while connection.read_request() is not None:
                connection.pause(0.05)
                connection.send(response())
        slos = [{"metric": "http/latency-p95", "upper": "10s"}, {"metric": "http/latency-p50", "upper": "10s"}]
        self.assert_code(self.cut(busy, slos), 0)
        self.assertEqual(self.verdict(), "pass")

    def test_a_service_that_dies_in_the_middle_does_not_pass(self):
        def dying(connection):
            while connection.read_request() is not None:
                if connection.number > 200:
                    return
                connection.send(response())
        for evidence in ("fixed", "point"):
            with self.subTest(evidence), Server(dying) as server:
                slos = [{**LATENCY, "evidence": evidence}]
                self.assert_code(self.run_experiment(self.experiment(slos, url=server.url(), **LONG), "--gate"), 3)
                self.assertEqual(self.checks()[0]["verdict"], "inconclusive")
                self.assertGreater(self.metric("no-answer-count"), 100)


class FastFailures(NoAnswerCase):

    REWARD = {"reward": {"metric": "http/latency-mean", "direction": "low"}}

    def versions(self, status):
        """A baseline that takes a while, and a candidate that is fast in three of five responses, with this status."""
        def slow(connection):
            while connection.read_request() is not None:
                connection.pause(0.03)
                connection.send(response())
        def fast(connection):
            while connection.read_request() is not None:
                quick = connection.number % 5 < 3
                connection.pause(0 if quick else 0.03)
                connection.send(response(status=status if quick else "200 OK"))
        servers_ = [Server(slow), Server(fast)]
        for server in servers_:
            self.addCleanup(server.stop)
        return [{"name": name, "url": server.url()} for name, server in zip(("stable", "candidate"), servers_)]

    def assess(self, status, **assess):
        load = {"numRequests": 400, "qps": 200, "connections": 20, "timeout": "20s"}
        return self.run_experiment({"versions": self.versions(status), "tasks": [
            {"task": "http", "with": load}, {"task": "assess", "with": assess}]})

    def winner(self):
        return self.result()["insights"]["assessment"]["winner"]

    def test_a_candidate_that_is_fast_wins(self):
        finished = self.assess("200 OK", **self.REWARD)
        self.assert_says(finished, "is rewarded and no objective limits errors")
        self.assertEqual(self.winner()["version"], "candidate", self.winner())
        self.assertIsNone(self.metric("ok-latency-mean", 1))

    def test_a_candidate_that_fails_fast_does_not(self):
        self.assess("503 Service Unavailable", **self.REWARD)
        self.assertNotEqual(self.winner().get("version"), "candidate", self.winner())
        self.assertEqual(self.result()["insights"]["assessment"]["weights"]["candidate"], 0)
        self.assertIn("fails-more", [each["code"] for each in self.result()["insights"]["assessment"]["warnings"]])
        for version in (0, 1):
            self.assertGreaterEqual(self.metric("ok-latency-mean", version), 30)
        self.assertLess(self.metric("latency-mean", 1), self.metric("ok-latency-mean", 1))
        self.assert_says(self.iter8("report"), "http/ok-latency-mean")

    def test_a_limit_on_latency_alone_does_not_pass_on_failures(self):
        for evidence in ("fixed", "point"):
            with self.subTest(evidence):
                self.assess("503 Service Unavailable", slos=[{**LATENCY, "evidence": evidence}])
                self.assertEqual([check["verdict"] for check in self.checks()], ["pass", "inconclusive"])
                self.assertRegex(self.checks()[1]["reason"], "more requests fail than of 'stable'")

    def test_a_reward_on_latency_without_an_objective_on_errors_is_warned_of(self):
        reward = {"metric": "http/latency-mean", "direction": "low"}
        for slos, warned in (([], True), ([LATENCY], True), ([{"metric": "http/error-rate", "upper": "1%"}], False)):
            with self.subTest(slos):
                self.write("experiment.yaml", {
                    "versions": [{"name": "a", "url": "http://127.0.0.1:1/"}, {"name": "b", "url": "http://127.0.0.1:2/"}],
                    "tasks": [{"task": "http"}, {"task": "assess", "with": {"slos": slos, "reward": reward}}]})
                validated = self.iter8("validate")
                self.assert_code(validated, 0)
                (self.assertIn if warned else self.assertNotIn)("no objective limits errors", validated.text)

    def test_responses_that_are_all_errors_meet_no_limit_on_latency_alone(self):
        def failing(connection):
            while connection.read_request() is not None:
                connection.send(response(status="500 Internal Server Error"))
        with Server(failing) as server:
            self.assert_code(self.run_experiment(self.experiment([LATENCY], url=server.url(), **LONG), "--gate"), 3)
        self.assertRegex(self.checks()[0]["reason"], "every request failed")


class NothingHappened(NoAnswerCase):

    SLOS = [{"metric": "http/errors-timeout", "upper": 0}, {"metric": "http/status-500", "upper": 0},
            {"metric": "http/no-answer-count", "upper": 0}]

    def test_a_class_that_never_occurred_is_zero(self):
        with servers.well_behaved() as server:
            self.assert_code(self.run_experiment(self.experiment(self.SLOS, url=server.url()), "--gate"), 0)
        self.assertEqual([self.checks(i)[0]["value"] for i in range(3)], [0, 0, 0])

    def test_a_class_that_occurred_is_counted(self):
        def failing(connection):
            while connection.read_request() is not None:
                connection.send(response(status="500 Internal Server Error" if connection.number % 4 == 0 else "200 OK"))
        with Server(failing) as server:
            self.assert_code(self.run_experiment(self.experiment(self.SLOS, url=server.url()), "--gate"), 1)
        self.assertEqual([self.checks(i)[0]["value"] for i in range(3)], [0, 100, 0])
        self.assertEqual(self.verdict(), "fail")

    def test_what_stopped_happening_is_zero_in_the_latest_iteration(self):
        def failing_first(connection):
            while connection.read_request() is not None:
                connection.send(response(status="500 Internal Server Error" if connection.number <= 5 else "200 OK"))
        with Server(failing_first) as server:
            experiment = self.experiment([{"metric": "http/error-rate", "upper": 0.9, "evidence": "point"}], url=server.url(), numRequests=20)
            self.assert_code(self.run_experiment({**experiment, "loop": {"iterations": 2}}), 0)
        self.assertEqual((self.metric("status-500"), self.metric("errors-status")), (0, 0))

    def test_a_dead_service_does_not_pass_on_errors_that_never_came(self):
        with servers.refused_port() as port:
            experiment = self.experiment([self.SLOS[1]], url=f"http://127.0.0.1:{port}/", allowAllFailed=True)
            self.assert_code(self.run_experiment(experiment, "--gate"), 1)
        self.assertEqual(self.checks()[0]["verdict"], "error")
        self.assertRegex(self.checks()[0]["reason"], "no answer: 400 of 400")

    def test_names_of_classes_and_statuses_are_checked(self):
        for wrong, right in (("errors-timeouts", "errors-timeout"), ("status-5xx", ""), ("status-50", ""), ("status-5000", "")):
            with self.subTest(wrong):
                slos = [{"metric": f"http/{wrong}", "upper": 0}]
                self.write("experiment.yaml", self.experiment(slos, url="http://127.0.0.1:1/"))
                self.assert_refused(self.iter8("validate"), f"no task of this file produces the metric 'http/{wrong}'.*{right}")


if __name__ == "__main__":
    unittest.main(verbosity=2)
