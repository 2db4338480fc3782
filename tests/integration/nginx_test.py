"""From a file to a verdict against a real server: what iter8 claims to have sent is what nginx received."""

import sys
import unittest

from harness.case import Case
from harness.certificates import Authority
from nginx import Nginx, installed

QUICK = {"numRequests": 60, "qps": 300}


class NginxCase(Case):

    def metric(self, name, version=0):
        metric = self.result()["insights"]["metrics"].get(name)
        return metric["values"][version] if metric else None

    def load(self, options, slos=(), **more):
        """Runs http with these options, and assess when there are objectives."""
        tasks = [{"task": "http", "with": {**QUICK, **options}}]
        if slos:
            tasks.append({"task": "assess", "with": {"slos": list(slos)}})
        finished = self.run_experiment({"tasks": tasks, **more}, "--no-gate")
        self.assert_code(finished, 0)
        return finished


class OneVersion(NginxCase):

    def test_every_request_is_sent_once_and_measured(self):
        server = Nginx(self)
        self.load({"url": server.url("/x?y=1"), "qps": 30}, [{"metric": "http/error-rate", "upper": 0},
                                                  {"metric": "http/latency-p95", "upper": "2s"},
                                                  {"metric": "http/latency-p97.5", "lower": 0}])
        self.assertEqual(self.metric("http/request-count"), 60)
        self.assertEqual(self.metric("http/error-count"), 0)
        self.assertEqual(self.metric("http/status-200"), 60)
        self.assertEqual(self.metric("http/rate-asked"), 30)
        self.assertGreater(self.metric("http/latency-p95"), 0)
        self.assertLessEqual(self.metric("http/latency-p50"), self.metric("http/latency-p99.9"))
        self.assert_code(self.iter8("assert", "-c", "completed", "-c", "nofailure", "-c", "slos"), 0)
        report = self.iter8("report")
        for line in ("http/error-rate <= 0 .*true", "http/latency-p95 \\(msec\\) <= 2000 .*true", "rate asked .*30"):
            self.assert_says(report, line)

        asked = server.asked()
        self.assertEqual({(each.method, each.uri) for each in asked}, {("GET", "/x?y=1")})
        self.assertEqual(len(asked), 60)
        self.assertLessEqual(len({each.connection for each in asked}), 4)

    def test_error_statuses_are_errors_as_the_ranges_say(self):
        server = Nginx(self)
        self.load({"url": server.url("/fail")}, [{"metric": "http/error-rate", "upper": 0}])
        self.assertEqual(self.metric("http/error-rate"), 1)
        self.assertEqual(self.metric("http/errors-status"), 60)
        self.assert_code(self.iter8("assert", "-c", "slos"), 1)

        self.load({"url": server.url("/fail"), "errorRanges": []})
        self.assertEqual(self.metric("http/error-rate"), 0)
        self.load({"url": server.url("/moved"), "errorRanges": [{"lower": 300, "upper": 399}]})
        self.assertEqual(self.metric("http/error-rate"), 1)

    def test_answers_with_and_without_a_body_and_large_ones(self):
        server = Nginx(self)
        self.load({"endpoints": {"empty": {"url": server.url("/empty")}, "large": {"url": server.url("/file")},
                                 "head": {"url": server.url("/file"), "method": "HEAD"}}})
        for endpoint, status in (("empty", 204), ("large", 200), ("head", 200)):
            self.assertEqual(self.metric(f"http-{endpoint}/status-{status}"), 60)
            self.assertEqual(self.metric(f"http-{endpoint}/error-count"), 0)

    def test_payloads_headers_and_methods_arrive(self):
        server = Nginx(self)
        self.write("body.json", b"x" * 70_000)
        self.load({"url": server.url(), "payloadFile": "body.json", "headers": {"Host": "shop.example", "X-Version": "7"}})
        self.load({"url": server.url(), "payloadURL": server.url("/x"), "method": "PUT"})
        asked = server.asked()
        self.assertEqual({(each.method, each.length, each.host, each.version) for each in asked if each.method == "POST"},
                         {("POST", "70000", "shop.example", "7")})
        self.assertEqual({each.length for each in asked if each.method == "PUT"}, {"1024"})
        self.assertEqual(len(asked), 121)

    def test_a_connection_a_request_without_keep_alive(self):
        server = Nginx(self)
        self.load({"url": server.url(), "keepAlive": False})
        self.assertEqual(len({each.connection for each in server.asked()}), 60)

    def test_a_duration_ends_the_load(self):
        server = Nginx(self)
        self.load({"url": server.url(), "numRequests": None, "duration": "500ms", "qps": 100})
        self.assertEqual(self.metric("http/request-count"), 50)

    def test_a_closed_loop_sends_the_number_it_was_asked_for(self):
        server = Nginx(self)
        self.load({"url": server.url(), "numRequests": 500, "qps": None, "arrival": "closed"})
        self.assertEqual(self.metric("http/request-count"), 500)
        self.assertIsNone(self.metric("http/rate-asked"))
        self.assertEqual(len(server.asked()), 500)

    def test_a_warm_up_is_sent_and_not_counted(self):
        server = Nginx(self)
        self.load({"url": server.url(), "warmupDuration": "200ms"})
        self.assertEqual(self.metric("http/request-count"), 60)
        asked = len(server.asked())  # on a busy machine not all of the 60 of the warm-up fall into its time
        self.assertGreater(asked, 60)
        self.assertLessEqual(asked, 120)

    def test_a_warm_up_task_leaves_no_metrics(self):
        server = Nginx(self)
        self.load({"url": server.url(), "warmup": True})
        self.assertNotIn("insights", self.result())
        self.assertEqual(len(server.asked()), 60)

    def test_a_unix_socket_is_a_way_to_the_server(self):
        server = Nginx(self)
        self.load({"url": f"unix:{server.folder}/nginx.sock:/x"})
        self.assertEqual(self.metric("http/error-rate"), 0)
        self.assertEqual({each.uri for each in server.asked()}, {"/x"})

    def test_https_with_a_certificate_of_an_own_authority(self):
        authority = Authority(self.folder)
        server = Nginx(self, authority.issue("here", "IP:127.0.0.1"))
        url = f"https://127.0.0.1:{server.tls_port}/"
        self.load({"url": url, "tls": {"ca": str(authority.certificate)}})
        self.assertEqual(self.metric("http/error-rate"), 0)
        self.load({"url": url, "allowAllFailed": True})
        self.assertEqual(self.metric("http/errors-tls"), 60)
        finished = self.load({"url": url, "tls": {"insecure": True}})
        self.assertEqual(self.metric("http/error-rate"), 0)
        self.assert_says(finished, "not verified")


class SeveralVersions(NginxCase):

    def versions(self, server):
        return [{"name": "stable", "url": server.url()}, {"name": "candidate", "url": server.url(version=1)}]

    def test_versions_are_loaded_in_the_same_window_and_a_good_candidate_wins(self):
        server = Nginx(self)
        self.load({"headers": {"X-Version": "{{ .version.name }}"}}, [{"metric": "http/error-rate", "upper": 0}],
                  versions=self.versions(server))
        self.assertEqual([self.metric("http/request-count", version) for version in (0, 1)], [60, 60])
        self.assert_code(self.iter8("assert", "-c", "slos", "-c", "winner=candidate"), 0)

        asked = server.asked()
        names = [each.version for each in asked]
        self.assertLess(names.index("candidate"), 10)
        self.assertLess(names.index("stable"), 10)
        ports = {(each.version, each.port) for each in asked}
        self.assertEqual(ports, {("stable", str(server.ports[0])), ("candidate", str(server.ports[1]))})

    def test_one_after_another_when_asked_to(self):
        server = Nginx(self)
        self.load({"sequential": True}, versions=self.versions(server))
        ports = [each.port for each in server.asked()]
        self.assertEqual(ports, [str(server.ports[0])] * 60 + [str(server.ports[1])] * 60)

    def test_a_failing_candidate_loses(self):
        server = Nginx(self)
        self.load({"path": "/half"}, [{"metric": "http/error-rate", "upper": "1%", "evidence": "point"}],
                  versions=self.versions(server))
        self.assertEqual([self.metric("http/error-rate", version) for version in (0, 1)], [0, 1])
        self.assertEqual(self.result()["insights"]["assessment"]["verdict"], "fail")
        self.assert_code(self.iter8("assert", "-c", "slosby=stable", "-c", "winner=stable"), 0)
        self.assert_code(self.iter8("assert", "-c", "slosby=candidate"), 1)
        self.assert_says(self.iter8("report"), "http/error-rate of candidate: 1 is above the limit of 0.01")

    def test_older_files_with_version_info_run_unchanged(self):
        server = Nginx(self)
        self.write("experiment.yaml", [
            {"task": "gen-load-and-collect-metrics",
             "with": {**QUICK, "versionInfo": [{"url": server.url()}, {"url": server.url("/fail"), "headers": {"X-Version": "b"}}]}},
            {"task": "assess-app-versions", "with": {"SLOs": [{"metric": "built-in/error-rate", "upperLimit": 0},
                                                              {"metric": "built-in/p95.0", "upperLimit": 2000}]}}])
        self.assert_code(self.iter8("run"), 0)
        self.assert_code(self.iter8("assert", "-c", "completed", "-c", "nofailure", "-c", "slosby=0"), 0)
        self.assert_code(self.iter8("assert", "-c", "slosby=1"), 1)
        self.assertEqual({each.version for each in server.asked() if each.uri == "/fail"}, {"b"})


if __name__ == "__main__":
    if not installed():
        print("cannot run here: nginx is not installed")
        sys.exit(77)
    unittest.main(verbosity=2)
