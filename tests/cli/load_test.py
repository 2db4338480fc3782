"""iter8 load: one line to the first verdict, its exit codes, and what it leaves behind."""

import json
import ssl
import unittest

import yaml

from harness.case import Case
from harness.certificates import Authority
from harness.demo import start_demo
from harness.servers import Server, answering, refused_port, response, well_behaved

BRIEF = ("-d", "2s", "-q", "100")
LOCAL = "127.0.0.1"


def silent(connection):
    """Reads requests and never answers."""
    connection.wait_for_close()


class LoadCase(Case):

    def serve(self, script, **options):
        server = Server(script, **options)
        self.addCleanup(server.stop)
        return server

    def healthy(self):
        server = well_behaved()
        self.addCleanup(server.stop)
        return server

    def load(self, *arguments, code, **options):
        """Runs a load that leaves nothing behind unless it is asked to, and whose standard output is not a log."""
        before = set(self.folder.iterdir())
        for _ in range(8):  # on a machine that is busy with other things the generator may get no time: nothing can be told then
            finished = self.iter8("load", *arguments, **options)
            if code == 3 or finished.code != 3 or "the generator did not run for" not in finished.err:
                break
            for path in set(self.folder.iterdir()) - before:
                path.unlink()
        self.assert_code(finished, code)
        self.assertNotRegex(finished.out, r"(?m)^(iter8: |warning: task |error: task |task \d)", finished.story())
        self.left = {path.name for path in set(self.folder.iterdir()) - before}
        return finished


class Ends(LoadCase):
    """What the exit codes of docs/commands.md tell."""

    def test_a_healthy_service_is_shown(self):
        finished = self.load(self.healthy().url(), *BRIEF, code=0)
        self.assert_says(finished, "latency-p99")
        self.assertNotEqual(finished.out, "")
        self.assertEqual(self.left, set())

    def test_objectives_that_are_met_pass(self):
        finished = self.load(self.healthy().url(), "-d", "5s", "-q", "100", "--slo", "p99<5s", "--slo", "error-rate<5%", code=0)
        self.assertIn("pass", finished.out.lower())

    def test_objectives_that_are_missed_fail(self):
        server = self.serve(answering(response(status="404 Not Found")))
        finished = self.load(server.url(), *BRIEF, "--slo", "error-rate<1%", code=1)
        self.assertIn("fail", finished.out.lower())
        self.assertIn("gate: ", finished.err)

    def test_too_few_requests_are_inconclusive(self):
        self.load(self.healthy().url(), "-n", "20", "--slo", "error-rate<1%", code=3)

    def test_a_service_that_answers_404_is_shown_without_an_objective(self):
        server = self.serve(answering(response(status="404 Not Found")))
        finished = self.load(server.url(), *BRIEF, code=0)
        self.assertIn("404", finished.text)

    def test_nobody_listens(self):
        with refused_port() as port:
            for more in ((), ("--slo", "p99<200ms")):
                with self.subTest(more):
                    finished = self.load(f"http://{LOCAL}:{port}/", "-d", "1s", *more, code=1)
                    self.assertIn("refused", finished.text)

    def test_nobody_answers_in_time(self):
        finished = self.load(self.serve(silent).url(), "-d", "1s", "--timeout", "300ms", code=1)
        self.assertIn("timeout", finished.text)

    def test_a_slow_service_misses_its_objective(self):
        def slow(connection):
            while connection.read_request() is not None:
                connection.pause(0.3)
                connection.send(response())
        finished = self.load(self.serve(slow).url(), "-d", "4s", "-q", "20", "--slo", "p50<100ms", code=1)
        self.assertIn("fail", finished.out.lower())

    def test_a_certificate_that_nobody_trusts(self):
        files = Authority(self.folder).self_signed("server", "IP:127.0.0.1")
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(*files)
        server = self.serve(answering(response()), wrap=lambda stream: context.wrap_socket(stream, server_side=True))
        url = server.url(scheme="https")
        finished = self.load(url, "-d", "1s", code=1)
        self.assert_says(finished, "certificate")
        self.assert_says(finished, "--cacert")
        self.load(url, "-d", "1s", "-k", code=0)
        self.load(url, "-d", "1s", "--cacert", "server.pem", code=0)

    def test_a_port_without_tls(self):
        def plain(connection):
            connection.stream.recv(65536)
            connection.send(b"HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\n\r\n")
        finished = self.load(self.serve(plain).url(scheme="https"), "-d", "1s", code=1)
        self.assert_says(finished, "this port does not speak TLS")
        self.assertNotIn("--cacert", finished.text)

    def test_the_same_url_twice(self):
        url = self.healthy().url()
        finished = self.load(url, url, "-d", "1s", code=0)
        self.assert_says(finished, "only chance makes them differ: their URLs are the same")

    def test_quiet_has_no_notes(self):
        url = self.healthy().url().removeprefix("http://")
        self.assertIn("has no scheme", self.load(url, "-d", "1s", code=0).err)
        self.assertNotIn("has no scheme", self.load(url, "-d", "1s", "--quiet", code=0).err)

    def test_one_of_two_that_does_not_answer_fails(self):
        healthy = self.healthy().url()
        with refused_port() as port:
            dead = f"http://{LOCAL}:{port}/"
            for urls in ((healthy, dead), (dead, healthy)):
                with self.subTest(urls):
                    finished = self.load(*urls, "-d", "2s", code=1)
                    self.assertIn("no request to", finished.err)

    def test_a_signal_ends_it_with_what_was_measured(self):
        server = self.healthy()
        running = self.start("load", server.url(), "-d", "60s")
        server.wait_for_requests(20)
        running.send(2)
        finished = running.finish()
        self.assert_code(finished, 130)
        self.assertNotEqual(finished.out, "")


class Comparison(LoadCase):

    def test_two_versions_are_compared_with_intervals(self):
        urls = start_demo(self)
        finished = self.load(urls["stable"], urls["candidate"], *BRIEF, code=0)
        for word in ("baseline", "candidate"):
            self.assertIn(word, finished.out)
        shown = json.loads(self.load(urls["candidate"], "--against", urls["stable"], *BRIEF, "-o", "json", code=0).out)
        self.assertEqual(shown["verdict"], "skipped")
        comparisons = {each["metric"]: each for each in shown["insights"]["assessment"]["comparisons"]}
        for check in comparisons["http/latency-p50"]["versions"]:
            self.assertEqual(len(check["interval"]), 2)
        self.assertIn("lift", comparisons["http/latency-p50"]["versions"][1])

    def test_against_makes_the_other_one_the_baseline(self):
        finished = self.load("http://new.test:1", "--against", "http://old.test:2", "--dry-run", code=0)
        self.assertRegex(finished.out, r"http baseline: GET http://old\.test:2/")
        self.assertRegex(finished.out, r"http candidate: GET http://new\.test:1/")

    def test_a_relative_objective_judges_the_candidate(self):
        urls = start_demo(self)
        self.load(urls["candidate"], "--against", urls["stable"], "-d", "6s", "-q", "100", "--slo", "p50<+200%", code=0)

    def test_a_relative_objective_needs_a_baseline(self):
        finished = self.iter8("load", "http://h.test/", "--slo", "p99<+10%")
        self.assert_code(finished, 2)
        self.assertIn("--against", finished.err)


class Requests(LoadCase):

    def request_of(self, *arguments):
        """The request that the dry run shows."""
        finished = self.load("http://h.test/x?y=1", *arguments, "--dry-run", code=0)
        return [line.strip() for line in finished.out.splitlines()]

    def test_what_is_sent(self):
        lines = self.request_of("-m", "PUT", "-H", "X-A: b: c", "-H", "Accept: */*", "-b", "it's {\"a\": 1}")
        for line in ("PUT /x?y=1 HTTP/1.1", "X-A: b: c", "Accept: */*", "it's {\"a\": 1}"):
            self.assertIn(line, lines)

    def test_a_json_body_is_json(self):
        self.assertIn("Content-Type: application/json", self.request_of("-b", "{\"a\": [1, {}]}"))
        lines = self.request_of("-b", "{}", "-H", "content-type: text/x")
        self.assertIn("content-type: text/x", lines)
        self.assertNotIn("Content-Type: application/json", lines)

    def test_a_body_from_a_file(self):
        self.write("body.json", "{\"a\": 2}")
        requests = []

        def script(connection):
            while (request := connection.read_request()) is not None:
                requests.append(request)
                connection.send(response())
        self.load(self.serve(script).url(), "-n", "3", "-b", "@body.json", code=0)
        self.assertEqual(len(requests), 3)
        for request in requests:
            self.assertTrue(request.startswith(b"POST / ") and request.endswith(b"\r\n\r\n{\"a\": 2}"), request)
            self.assertIn(b"Content-Type: application/json", request)

    def test_the_pace(self):
        text = "\n".join(self.request_of("-n", "7", "-q", "3", "-c", "2"))
        self.assertIn("7 requests at 3/s over 2 connections", text)
        self.assertIn("for 10s at 50/s over 10 connections", "\n".join(self.request_of()))
        for closed in ("max", "0"):
            self.assertIn("closed loop over 10 connections", "\n".join(self.request_of("-q", closed)))

    def test_a_secret_header_from_the_environment_is_nowhere(self):
        environment = {"TOKEN": "hunter2hunter2"}
        finished = self.load("http://h.test/", "-H", "Authorization: Bearer ${TOKEN}", "--dry-run",
                             environment=environment, code=0)
        self.assertNotIn("hunter2", finished.text)
        server = self.healthy()
        self.load(server.url(), "-n", "5", "-H", "Authorization: Bearer ${TOKEN}", "--save", "e.yaml",
                  environment=environment, code=0)
        self.assertIn("${TOKEN}", (self.folder / "e.yaml").read_text())

    def test_a_missing_scheme_is_http_and_said(self):
        server = self.healthy()
        finished = self.load(f"localhost:{server.port}/x", "-n", "5", code=0)
        self.assertIn(f"taken as http://localhost:{server.port}/x", finished.err)


class Without(LoadCase):
    """`iter8 URL`."""

    def test_a_url_alone_is_loaded(self):
        server = self.healthy()
        for words in ((server.url(), "-n", "5"), (f"localhost:{server.port}", "-n", "5"), ("-n", "5", server.url())):
            with self.subTest(words):
                finished = self.iter8(*words)
                self.assert_code(finished, 0)
                self.assertNotEqual(finished.out, "")

    def test_a_file_is_not_taken_for_a_url(self):
        self.write("experiment.yaml", "tasks: []\n")
        finished = self.iter8("experiment.yaml")
        self.assert_code(finished, 2)
        self.assertIn("iter8 run experiment.yaml", finished.err)


class Saved(LoadCase):

    def test_the_saved_file_is_the_same_experiment(self):
        urls = start_demo(self)
        arguments = (urls["candidate"], "--against", urls["stable"], *BRIEF, "-H", "X: it's", "-b", "{\"a\": 1}",
                     "--slo", "p99<2s", "--slo", "error-rate<=20%")
        finished = self.iter8("load", *arguments, "--save", "experiment.yaml", "--result", "kept.yaml")
        self.assertIn(finished.code, (0, 3), finished.story())  # 3 on a machine that is busy with other things
        self.assertEqual({path.name for path in self.folder.iterdir()}, {"demo.json", "experiment.yaml", "kept.yaml"})
        text = (self.folder / "experiment.yaml").read_text()
        self.assertIn("#", text)
        self.assertEqual(list(yaml.safe_load(text)), ["name", "versions", "tasks"])

        dry = self.load(*arguments, "--dry-run", code=0).out
        self.assertEqual(self.iter8("run", "--dry-run").out, dry)
        self.assert_code(self.iter8("run", "--no-gate"), 0)
        kept, again = (yaml.safe_load((self.folder / name).read_text()) for name in ("kept.yaml", "result.yaml"))
        self.assertEqual(kept["experiment"]["digest"], again["experiment"]["digest"])
        self.assert_code(self.iter8("assert", "kept.yaml", "-c", "completed"), 0)

    def test_files_are_named_from_where_the_file_is(self):
        self.write("body.txt", "hello")
        (self.folder / "tests").mkdir()
        server = self.healthy()
        self.load(server.url(), "-n", "5", "-b", "@body.txt", "--save", "tests/e.yaml", code=0)
        self.assert_code(self.iter8("run", "tests/e.yaml"), 0)

    def test_an_existing_file_stays(self):
        self.write("e.yaml", "mine")
        self.load(self.healthy().url(), "--save", "e.yaml", code=2)
        self.assertEqual((self.folder / "e.yaml").read_text(), "mine")

    def test_reports_go_where_they_are_asked_to(self):
        server = self.healthy()
        finished = self.load(server.url(), "-n", "5", "-r", "json=-", "-r", "html=r.html", code=0)
        self.assertEqual(json.loads(finished.out)["schema"], "iter8/result/v1")
        self.assertEqual(self.left, {"r.html"})


class Mistakes(LoadCase):

    def test_what_is_wrong_is_said(self):
        url = "http://h.test/"
        for arguments, said in (
                ([], "expected a URL"),
                (["a.test", "b.test", "c.test"], "found 3 URLs"),
                (["ftp://h.test/"], "ftp"),
                (["http://h.test:99999/"], "port"),
                ([url, "-n", "many"], "-n: found 'many', expected a whole number"),
                ([url, "-n", "0"], "-n: found '0'"),
                ([url, "-d", "10"], "-d: found '10', expected a duration such as 10s"),
                ([url, "-d", "{}"], "a body is given with -b"),
                ([url, "-q", "-1"], "-q"),
                ([url, "-c", "0"], "-c: found '0'"),
                ([url, "-c", "1000000"], "-c: connections"),
                ([url, "-H", "Broken"], "expected 'Name: value'"),
                ([url, "-H", "A: 1", "-H", "a: 2"], "twice"),
                ([url, "-b", "@none"], "-b: "),
                ([url, "--cacert", "none.pem"], "--cacert: "),
                ([url, "--cacert", "none.pem", "-k"], "excludes"),
                ([url, "-o", "jsno"], "did you mean 'json'"),
                ([url, "-d", "5s", "-d", "6s"], "--duration: given more than once"),
                ([url, "-z", "5s"], "-d is the duration"),
                ([url, "--vus", "5"], "-c is the number of connections"),
                ([url, "--sloo", "p99<1s"], "did you mean '--slo'"),
        ):
            with self.subTest(arguments):
                finished = self.iter8("load", *arguments)
                self.assert_code(finished, 2)
                self.assertIn(said, finished.err, finished.story())
                self.assertEqual(finished.out, "")

    def test_objectives_are_explained(self):
        for text, said in (("p99", "expected METRIC<LIMIT"), ("p99<", "expected METRIC<LIMIT"), ("<1s", "expected METRIC<LIMIT"),
                           ("p99=200ms", "expected METRIC<LIMIT"), ("p99<fast", "the limit 'fast'"),
                           ("latncy-mean<1s", "did you mean 'latency-mean'"), ("p101<1s", "unknown metric 'p101'"),
                           ("erors<1%", "did you mean 'errors'"), ("error-rate<1", "for percent write 1%"),
                           ("p99<5%", "share"), ("error-rate<5ms", "time"), ("prom/latency<1s", "unknown metric")):
            with self.subTest(text):
                finished = self.iter8("load", "http://h.test/", "--slo", text)
                self.assert_code(finished, 2)
                self.assertIn("--slo", finished.err)
                self.assertIn(said, finished.err, finished.story())

    def test_the_forms_of_an_objective(self):
        for text, line in (("p99<200ms", "http/latency-p99 <= 200ms"), ("p(95) <= 1s", "http/latency-p95 <= 1s"),
                           ("P99.9<3s", "http/latency-p99.9 <= 3s"), ("mean<=50ms", "http/latency-mean <= 50ms"),
                           ("latency-mean<=50", "http/latency-mean <= 50"), ("ok-latency-p95<1s", "http/ok-latency-p95 <= 1s"),
                           ("ok-p95<1s", "http/ok-latency-p95 <= 1s"), ("errors<1%", "http/error-rate <= 1%"),
                           ("http/error-rate < 0.01", "http/error-rate <= 0.01"), ("rps>100", "http/rate-achieved"),
                           ("http/status-500 < 1", "http/status-500 <= 1"), ("http/latency/p50<1s", "http/latency-p50 <= 1s")):
            with self.subTest(text):
                finished = self.load("http://h.test/", "--slo", text, "--dry-run", code=0)
                self.assertIn(line, finished.out)


if __name__ == "__main__":
    unittest.main()
