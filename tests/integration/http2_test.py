"""HTTP/2 against real servers: nginx over TLS, nghttpd and haproxy in the clear. What iter8 claims to have sent is what they got."""

import sys
import unittest

from harness import daemons
from harness.case import Case
from harness.certificates import Authority
from harness.daemons import free_port
from nginx import Nginx, installed

LOAD = {"http": "2", "streams": 8, "connections": 2, "numRequests": 400, "arrival": "closed"}

class Http2Case(Case):

    def metric(self, name):
        metric = self.result()["insights"]["metrics"].get(name)
        return metric["values"][0] if metric else None

    def load(self, **options):
        finished = self.run_experiment({"tasks": [{"task": "http", "with": {**LOAD, **options}}]})
        self.assert_code(finished, 0)
        self.assertEqual(self.metric("http/request-count"), options.get("numRequests", LOAD["numRequests"]))
        return finished

    def assert_all_answered(self, count=LOAD["numRequests"]):
        self.assertEqual(self.metric("http/error-count"), 0)
        self.assertEqual(self.metric("http/status-200"), count)


class OverTls(Http2Case):

    def setUp(self):
        super().setUp()
        authority = Authority(self.folder)
        self.trust = {"ca": str(authority.certificate)}
        self.server = Nginx(self, certificate=authority.issue("server", "IP:127.0.0.1"), http2=True)
        self.url = f"https://127.0.0.1:{self.server.tls_port}/"

    def assert_protocols(self, *protocols):
        asked = self.server.asked()
        self.assertEqual({each.protocol for each in asked}, set(protocols))
        return asked

    def test_both_sides_agree_on_http_2(self):
        self.load(url=self.url, http="auto", tls=self.trust)
        self.assert_all_answered()
        asked = self.assert_protocols("HTTP/2.0")
        self.assertEqual(len(asked), 400)
        self.assertEqual(len({each.connection for each in asked}), 2)

    def test_http_1_is_spoken_unless_asked_otherwise(self):
        options = {"url": self.url, "tls": self.trust, "streams": 1}
        self.load(http="1.1", **options)
        self.assert_all_answered()
        self.assert_protocols("HTTP/1.1")

    def test_bodies_and_heads_arrive(self):
        self.load(url=self.url + "empty", tls=self.trust, payloadStr="x" * 100_000, numRequests=60)
        self.assertEqual(self.metric("http/status-204"), 60)
        self.assertEqual({(each.method, each.length) for each in self.server.asked()}, {("POST", "100000")})

    def test_an_open_loop_shares_the_connections(self):
        self.load(url=self.url, tls=self.trust, arrival="constant", qps=1000)
        self.assert_all_answered()


class WithoutHttp2(Http2Case):

    def test_auto_falls_back_and_2_says_why_it_cannot(self):
        authority = Authority(self.folder)
        server = Nginx(self, certificate=authority.issue("server", "IP:127.0.0.1"))
        options = {"url": f"https://127.0.0.1:{server.tls_port}/", "tls": {"ca": str(authority.certificate)}}
        self.load(http="auto", **options)
        self.assert_all_answered()
        finished = self.load(http="2", numRequests=10, allowAllFailed=True, **options)
        self.assertEqual(self.metric("http/errors-tls"), 10)
        self.assert_says(finished, "no application protocol|does not agree to HTTP/2")
        self.assertEqual({each.protocol for each in server.asked()}, {"HTTP/1.1"})


class InTheClear(Http2Case):

    def test_nginx_with_few_requests_a_connection_loses_none(self):
        server = Nginx(self, http2=True, requests_per_connection=100)
        self.load(url=server.url(version=2), streams=16)
        self.assert_all_answered()
        asked = server.asked()
        self.assertEqual(len(asked), 400)
        self.assertGreaterEqual(len({each.connection for each in asked}), 4)

    def test_nginx_with_one_request_a_connection_is_told_apart(self):
        server = Nginx(self, http2=True, requests_per_connection=1)
        finished = self.load(url=server.url(version=2), streams=16, numRequests=200, timeout="20s")
        self.assertGreater(self.metric("http/errors-refused") or 0, 0)
        self.assert_says(finished, r"GOAWAY NO_ERROR \(0\).*fewer streams.*keepalive_requests")

    def test_nghttpd(self):
        (self.folder / "www").mkdir()
        (self.folder / "www/index.html").write_bytes(b"x" * 1024)
        port = free_port()
        daemons.serve(self, "nghttpd", ["--no-tls", "-a", "127.0.0.1", "-d", str(self.folder / "www"), str(port)], port)
        self.load(url=f"http://127.0.0.1:{port}/", numRequests=3000, connections=4, streams=32)
        self.assert_all_answered(3000)

    def test_haproxy(self):
        nginx = Nginx(self)
        port = free_port()
        daemons.serve_haproxy(self, port, nginx.ports[0])
        self.load(url=f"http://127.0.0.1:{port}/x?y=1", headers={"Host": "shop.test"})
        self.assert_all_answered()
        self.assertEqual({(each.uri, each.host) for each in nginx.asked()}, {("/x?y=1", "shop.test")})

    def test_a_connection_a_request(self):
        server = Nginx(self, http2=True)
        self.load(url=server.url(version=2), keepAlive=False, numRequests=40)
        self.assert_all_answered(40)
        self.assertEqual(len({each.connection for each in server.asked()}), 40)


if __name__ == "__main__":
    if installed() is None:
        print("http2_test cannot run here: no nginx")
        sys.exit(77)
    unittest.main()
