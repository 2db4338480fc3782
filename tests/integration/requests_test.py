"""Requests that differ, checks of responses, credentials, cookies, and routes to a server: proxies and other addresses."""

import gzip
import re
import shutil
import subprocess
import sys
import time
import unittest
from collections import Counter

from harness.case import Case
from harness.certificates import Authority
from harness.program import PATIENCE
from harness.servers import Server, answering, response
from nginx import Nginx, free_port, installed

LOAD = {"numRequests": 60, "qps": 600, "connections": 3}
UUID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}")


class RequestsCase(Case):

    def metric(self, name):
        metric = self.result()["insights"]["metrics"].get(name)
        return metric["values"][0] if metric else None

    def load(self, **options):
        finished = self.run_experiment({"tasks": [{"task": "http", "with": {**LOAD, **options}}]})
        self.assert_code(finished, 0)
        self.assertEqual(self.metric("http/request-count"), options.get("numRequests", LOAD["numRequests"]))
        return finished

    def assert_errors(self, count, error=None):
        self.assertEqual(self.metric("http/error-count"), count)
        if error:
            self.assertEqual(self.metric(f"http/errors-{error}"), count)

    def recording(self, reply=response()):
        """A server that keeps what it was asked, and its requests as (head, body)."""
        asked = []

        def script(connection):
            while (request := connection.read_request()) is not None:
                head, _, body = request.decode().partition("\r\n\r\n")
                asked.append((head, body))
                connection.send(reply(head) if callable(reply) else reply)
        server = Server(script)
        self.addCleanup(server.stop)
        return server, asked

    def refused(self, *patterns, **options):
        self.write("experiment.yaml", {"tasks": [{"task": "http", "with": {**LOAD, **options}}]})
        self.assert_refused(self.iter8("validate"), *patterns)


class Places(RequestsCase):

    def test_every_request_has_its_number_its_uuid_and_its_row(self):
        self.write("users.csv", "id,name\n1,ann\n2,\"bob, jr\"\n")
        server, asked = self.recording()
        self.load(url=server.url("/{{ seq }}/{{row.name}}"), rows="users.csv", method="POST",
                  headers={"X-Id": "{{uuid}}", "X-Row": "{{row.id}}"}, payloadStr='{"id": "{{uuid}}", "n": {{seq}}}')
        self.assert_errors(0)
        numbers, ids = set(), set()
        for head, body in asked:
            number, name = re.match(r"POST /(\d+)/(\S+) HTTP", head).groups()
            numbers.add(int(number))
            self.assertEqual(name, ["ann", "bob%2C%20jr"][int(number) % 2])
            self.assertIn(f"X-Row: {int(number) % 2 + 1}\r\n", head + "\r\n")
            uuid = UUID.search(head).group()
            ids.add(uuid)
            self.assertEqual(body, '{"id": "%s", "n": %s}' % (uuid, number))
        self.assertEqual(numbers, set(range(60)))
        self.assertEqual(len(ids), 60)

    def test_places_and_templates_stand_side_by_side(self):
        server, asked = self.recording()
        self.write("experiment.yaml", {"versions": [{"name": "v1", "url": server.url()}], "tasks": [
            {"task": "http", "with": {**LOAD, "path": "/{{ .version.name }}/{{seq}}"}}]})
        self.assert_code(self.iter8("run"), 0)
        self.assertEqual({head.split()[1] for head, _ in asked}, {f"/v1/{n}" for n in range(60)})

    def test_targets_are_chosen_by_weight(self):
        server = Nginx(self)
        self.load(url=server.url(), numRequests=1000, arrival="closed", seed=3, targets=[
            {"weight": 8, "path": "/a"}, {"weight": 1, "path": "/empty", "method": "DELETE"},
            {"weight": 1, "path": "/b?n={{seq}}", "payloadStr": "body"}])
        kinds = Counter((each.method, each.uri.split("?")[0]) for each in server.asked())
        self.assertEqual(sum(kinds.values()), 1000)
        self.assertEqual(set(kinds), {("GET", "/a"), ("DELETE", "/empty"), ("POST", "/b")})
        self.assertAlmostEqual(kinds["GET", "/a"], 800, delta=60)
        self.assertAlmostEqual(kinds["POST", "/b"], 100, delta=45)

    def test_the_same_over_http_2(self):
        self.write("users.csv", "id\n7\n8\n")
        server = Nginx(self, http2=True)
        self.load(url=server.url("/{{seq}}", version=2), http="2", streams=4, rows="users.csv", method="POST",
                  headers={"X-Version": "{{row.id}}"}, payloadStr="{{seq}}")
        self.assert_errors(0)
        for each in server.asked():
            self.assertEqual(each.version, "78"[int(each.uri[1:]) % 2])
            self.assertEqual(each.length, str(len(each.uri) - 1))

    def test_mistakes_are_found_before_anything_is_sent(self):
        self.write("users.csv", "id,name\n1\n")
        self.refused("found 1 fields, expected 2", url="http://127.0.0.1:1/", rows="users.csv")
        self.refused("no-such.csv", url="http://127.0.0.1:1/", rows="no-such.csv")
        self.write("users.csv", "id\n1\n")
        self.refused("the columns are id", url="http://127.0.0.1:1/{{row.nam}}", rows="users.csv")
        self.refused("there are no rows", url="http://127.0.0.1:1/", payloadStr="{{row.id}}")
        self.refused("unknown function|no function", url="http://127.0.0.1:1/{{uid}}")
        self.refused("streams", url="http://127.0.0.1:1/", streams=5)
        self.refused("one of basic", url="http://127.0.0.1:1/", auth={})
        self.refused("2xx", url="http://127.0.0.1:1/", expect={"status": "ok"})


class Expectations(RequestsCase):

    def test_what_is_not_as_expected_is_an_error_of_its_own(self):
        server = Nginx(self)
        url = server.url()
        for expect, error in [({"status": 200}, False), ({"status": [201, "3xx"]}, True), ({"bodyContains": "xxxx"}, False),
                              ({"bodyContains": "y"}, True), ({"header": {"server": "nginx"}}, False),
                              ({"header": {"X-None": ""}}, True), ({"status": "2xx", "bodyContains": "x" * 1024}, False)]:
            with self.subTest(expect):
                finished = self.load(url=url, expect=expect)
                self.assert_errors(60 if error else 0, "expect" if error else None)
                self.assertEqual(self.metric("http/status-200"), 60)
                if error:
                    self.assert_says(finished, "60 expect")

    def test_an_error_status_counts_as_that(self):
        server = Nginx(self)
        self.load(url=server.url("/fail"), expect={"status": 200})
        self.assert_errors(60, "status")

    def test_redirects_are_answers(self):
        server = Nginx(self)
        self.load(url=server.url("/moved"))
        self.assertEqual(self.metric("http/status-302"), 60)
        self.assert_errors(0)

    def test_compressed_bodies_are_looked_into(self):
        body = gzip.compress(b"a long text with a needle " * 500)

        def reply(head):
            if "Accept-Encoding: gzip" not in head:
                return response(b"plain")
            return response(body, headers=["Content-Encoding: gzip"])
        server, _ = self.recording(reply)
        self.load(url=server.url(), compression=True, expect={"bodyContains": "needle a long"})
        self.assert_errors(0)
        self.load(url=server.url(), expect={"bodyContains": "needle"})
        self.assert_errors(60, "expect")

    def test_answers_in_chunks_are_looked_into(self):
        chunks = b"".join(b"1\r\n%c\r\n" % byte for byte in b"a needle here") + b"0\r\n\r\n"
        server = Server(answering(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n" + chunks))
        self.addCleanup(server.stop)
        self.load(url=server.url(), expect={"bodyContains": "needle"})
        self.assert_errors(0)


class Users(RequestsCase):

    def test_credentials_are_sent_and_never_shown(self):
        for auth, line in [({"basic": {"username": "ann", "password": "correct-horse"}},
                            "Authorization: Basic YW5uOmNvcnJlY3QtaG9yc2U="),
                           ({"bearer": "correct-horse"}, "Authorization: Bearer correct-horse"),
                           ({"header": {"name": "X-Api", "value": "correct-horse"}}, "X-Api: correct-horse")]:
            with self.subTest(line):
                server, asked = self.recording()
                self.load(url=server.url(), auth=auth)
                self.assertTrue(all(line in head for head, _ in asked))
                planned = self.iter8("run", "--dry-run")
                for text in (planned.text, (self.folder / "result.yaml").read_text()):
                    self.assertNotIn("correct-horse", text)
                    self.assertNotIn("Y29ycmVjdC1ob3JzZ", text)
                    self.assertNotIn("YW5uOmNvcnJlY3QtaG9yc2U", text)

    def test_each_connection_keeps_its_cookies(self):
        def script(connection):
            number = 0
            while (request := connection.read_request()) is not None:
                sent = re.search(rb"\r\nCookie: (.*?)\r\n", request)
                expected = b"session=%d; seen=%d" % (id(connection), number) if number else None
                good = (sent.group(1) if sent else None) == expected
                number += 1
                connection.send(response(status="200 OK" if good else "400 Bad", headers=[
                    f"Set-Cookie: session={id(connection)}; Path=/; HttpOnly", f"Set-Cookie: seen={number}"]))
        server = Server(script)
        self.addCleanup(server.stop)
        self.load(url=server.url(), cookies=True)
        self.assert_errors(0)

    def test_the_host_and_the_name_for_tls_may_differ_from_the_address(self):
        authority = Authority(self.folder)
        server = Nginx(self, certificate=authority.issue("shop", "DNS:shop.test"), http2=True)
        for http in ("1.1", "2"):
            self.load(url="https://shop.test/", http=http, connectTo=f"127.0.0.1:{server.tls_port}",
                      tls={"ca": str(authority.certificate)})
            self.assert_errors(0)
        self.load(url=f"https://127.0.0.1:{server.tls_port}/", headers={"Host": "shop.test"},
                  tls={"ca": str(authority.certificate), "serverName": "shop.test"})
        self.assert_errors(0)
        self.assertEqual({each.host for each in server.asked()}, {"shop.test"})


class Ways(RequestsCase):

    def proxy(self):
        """A tinyproxy, and what it logged."""
        program = shutil.which("tinyproxy", path="/usr/sbin:/usr/bin:/usr/local/bin")
        if program is None:
            self.skipTest("no tinyproxy")
        port = free_port()
        log = self.folder / "proxy.log"
        self.write("proxy.conf", f'Port {port}\nListen 127.0.0.1\nTimeout 30\nMaxClients 50\nLogFile "{log}"\n'
                   f'LogLevel Connect\nBasicAuth ann secret-word\n')
        process = subprocess.Popen([program, "-d", "-c", "proxy.conf"], cwd=self.folder, stdin=subprocess.DEVNULL,
                                   stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        self.addCleanup(process.wait, 10 * PATIENCE)
        self.addCleanup(process.terminate)
        deadline = time.monotonic() + 10 * PATIENCE
        listening = f"0100007F:{port:04X} 00000000:0000 0A"
        while True:
            with open("/proc/net/tcp", encoding="ascii") as table:
                if any(listening in line for line in table):
                    return f"http://ann:secret-word@127.0.0.1:{port}", log
            self.assertLess(time.monotonic(), deadline, "tinyproxy does not listen")

    def test_through_a_proxy_in_the_clear_by_forwarding_and_with_tls_by_a_tunnel(self):
        proxy, log = self.proxy()
        authority = Authority(self.folder)
        server = Nginx(self, certificate=authority.issue("server", "IP:127.0.0.1"), http2=True)
        # Tinyproxy closes after each answer without saying so in it.
        self.load(url=server.url("/plain"), proxy=proxy, keepAlive=False)
        self.assert_errors(0)
        for http in ("1.1", "auto"):
            self.load(url=f"https://127.0.0.1:{server.tls_port}/secure", proxy=proxy, http=http,
                      tls={"ca": str(authority.certificate)})
            self.assert_errors(0)
        self.assertNotIn("secret-word", (self.folder / "result.yaml").read_text())
        uris = Counter((each.uri, each.protocol) for each in server.asked())
        self.assertEqual(uris["/plain", "HTTP/1.0"] + uris["/plain", "HTTP/1.1"], 60)
        self.assertEqual((uris["/secure", "HTTP/1.1"], uris["/secure", "HTTP/2.0"]), (60, 60))
        self.assertIn("CONNECT 127.0.0.1", log.read_text())

    def test_a_proxy_that_refuses_is_an_error_of_its_own(self):
        server = Server(answering(b"HTTP/1.1 407 Proxy Authentication Required\r\nContent-Length: 0\r\n\r\n"))
        self.addCleanup(server.stop)
        finished = self.load(url="https://127.0.0.1:1/", proxy=f"http://127.0.0.1:{server.port}", allowAllFailed=True)
        self.assert_errors(60, "proxy")
        self.assert_says(finished, "407 Proxy Authentication Required")

        silent = Server(lambda connection: connection.wait_for_close())
        self.addCleanup(silent.stop)
        self.load(url="https://127.0.0.1:1/", proxy=f"http://127.0.0.1:{silent.port}", timeout="300ms", numRequests=6,
                  allowAllFailed=True)
        self.assert_errors(6, "timeout")

    def test_connections_go_to_all_addresses_when_asked(self):
        """localhost has two on most machines; each gets its share where both are there."""
        server = Server(answering(response()))
        self.addCleanup(server.stop)
        self.load(url=server.url(host="localhost"), addresses="all", resolveEvery="50ms")
        self.assert_errors(0)


if __name__ == "__main__":
    if installed() is None:
        print("requests_test cannot run here: no nginx")
        sys.exit(77)
    unittest.main()
