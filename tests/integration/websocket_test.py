"""Task `websocket` against a server of the Python library `websockets`, alone, over TLS and behind nginx. What iter8 claims to have sent is
what it got."""

import json
import shutil
import subprocess
import sys
import unittest
from pathlib import Path

from backends import Server
from harness.case import Case
from harness.certificates import Authority
from harness.daemons import free_port, serve_nginx

PYTHON = "/usr/bin/python3"  # Debian's, which has Debian's libraries
SERVER = Path(__file__).with_name("websocket_server.py")
COUNTS = """
import asyncio, ssl, sys, websockets
async def main():
    context = ssl.create_default_context(cafile=sys.argv[2]) if len(sys.argv) > 2 else None
    async with websockets.connect(sys.argv[1], ssl=context) as socket:
        await socket.send("counts")
        print(await socket.recv())
asyncio.run(main())
"""
LOCATIONS = """
    listen 127.0.0.1:{port};
    location /chat {{
      proxy_pass http://127.0.0.1:{backend};
      proxy_http_version 1.1;
      proxy_set_header Upgrade $http_upgrade;
      proxy_set_header Connection upgrade;
    }}
    location / {{ return 404; }}
"""


class WebSocketCase(Case):
    def serve(self, *certificate):
        port = free_port()
        return Server(self, "websockets", [PYTHON, SERVER, str(port), *certificate], port)

    def counts(self, url, *certificate):
        """What the server has counted, and this connection."""
        done = subprocess.run([PYTHON, "-c", COUNTS, url, *certificate], capture_output=True, text=True, timeout=60, check=True)
        return json.loads(done.stdout)

    def load(self, expected=0, **options):
        options = {"message": '{"id": {{seq}}, "text": "hello"}', "numRequests": 200, "qps": 1000, "connections": 4, **options}
        document = {"tasks": [{"task": "websocket", "with": {key: value for key, value in options.items() if value is not None}}]}
        finished = self.run_experiment(document, "--no-gate")
        self.assert_code(finished, expected)
        return finished

    def metric(self, name):
        metric = self.result()["insights"]["metrics"].get(f"websocket/{name}")
        return metric["values"][0] if metric else None

    def assert_all_answered(self, count=200):
        self.assertEqual(self.metric("request-count"), count)
        self.assertEqual(self.metric("error-count"), 0)


class Plain(WebSocketCase):
    def setUp(self):
        super().setUp()
        self.server = self.serve()
        self.url = f"ws://127.0.0.1:{self.server.port}/chat?room=1"

    def test_the_next_message_is_the_answer(self):
        """Answers come after 50 ms, so that every connection is needed: they are opened when they are."""
        self.load(url=self.url, message='{"id": {{seq}}, "delay": 0.05}')
        self.assert_all_answered()
        counts = self.counts(self.url)
        self.assertEqual(counts["messages"], 200)
        self.assertEqual(counts["connections"], 4 + 1)
        self.assertNotIn("abnormal", counts)  # each connection said goodbye
        self.assertEqual(self.metric("messages-sent"), 200)
        self.assertEqual(self.metric("messages-received"), 200)
        self.assertIsNone(self.metric("status-101"))

    def test_many_requests_on_one_connection_find_their_answers(self):
        self.load(url=self.url, connections=1, streams=64, match=".id", numRequests=1000, qps=2000,
                  message='{"id": {{seq}}, "delay": 0.03, "news": 1}')
        self.assert_all_answered(1000)
        self.assertEqual(self.counts(self.url)["connections"], 1 + 1)
        self.assertEqual(self.metric("unsolicited-count"), 1000)
        self.assertGreaterEqual(self.metric("latency-min"), 30)

    def test_rows_and_values_match(self):
        self.write("orders.csv", "order,wait\n" + "".join(f"o{i},{0.05 if i % 2 else 0}\n" for i in range(50)))
        self.load(url=self.url, connections=2, streams=20, rows="orders.csv", numRequests=100,
                  match={"path": ".id", "value": "{{row.order}}"}, message='{"id": "{{row.order}}", "delay": {{row.wait}}}')
        self.assert_all_answered(100)
        self.assertGreaterEqual(self.metric("latency-p75"), 50)
        self.assertLess(self.metric("latency-p25") or self.metric("latency-min"), 50)

    def test_latency_counts_from_the_intended_time(self):
        """One connection that answers after 100 ms, and a message every 10 ms: the last ones wait."""
        self.load(url=self.url, connections=1, numRequests=10, qps=100, message='{"id": {{seq}}, "delay": 0.1}')
        self.assert_all_answered(10)
        self.assertGreater(self.metric("latency-max"), 800)

    def test_subprotocols_headers_and_binary_messages(self):
        self.load(url=self.url, subprotocols=["orders.v1"], headers={"X-Version": "{{ .version.name }}-{{seq}}"}, binary=True,
                  connections=1, numRequests=5)
        self.assert_all_answered(5)
        counts = self.counts(self.url)
        self.assertEqual(counts["protocols"], ["orders.v1", None])
        self.assertEqual(counts["headers"], ["0-0", None])
        finished = self.load(1, url=self.url, subprotocols=["other"], numRequests=5)
        self.assertEqual(self.metric("errors-malformed"), 5)
        self.assert_says(finished, "speaks none of the subprotocols")

    def test_fragments_pings_and_long_messages(self):
        for message in ('{"id": {{seq}}, "pieces": 7, "size": 300}', '{"id": {{seq}}, "ping": true}',
                        '{"id": {{seq}}, "size": 500000}', '{"id": {{seq}}, "pieces": 3, "size": 200000}'):
            with self.subTest(message):
                self.load(url=self.url, match=".id", message=message, numRequests=40, qps=200)
                self.assert_all_answered(40)
        self.load(1, url=self.url, message='{"id": 1, "size": 5000}', maxMessage=4000, numRequests=5)
        self.assertEqual(self.metric("errors-malformed"), 5)

    def test_answers_that_are_not_as_expected_are_errors(self):
        self.load(url=self.url, expect={"path": ".ok", "value": "true"}, message='{"id": {{seq}}, "bad": true}', numRequests=10)
        self.assertEqual(self.metric("errors-expect"), 10)
        self.load(url=self.url, expect={"contains": '"echo": "hello"'}, numRequests=10)
        self.assert_all_answered(10)

    def test_close_codes_are_counted_and_connections_are_opened_again(self):
        for code, name in ((1011, "internal error"), (1013, "try again later"), (4321, "4321")):
            finished = self.load(1, url=self.url, message=f'{{"id": 1, "close": {code}}}', numRequests=10, connections=2)
            self.assertEqual(self.metric("errors-closed"), 10)
            self.assertEqual(self.metric(f"close-{code}"), 10)
            self.assert_says(finished, f"{name}.*as asked")
        self.assertGreaterEqual(self.counts(self.url)["connections"], 30)

    def test_silence_is_a_timeout(self):
        self.load(1, url=self.url, message='{"id": 1, "silence": true}', numRequests=4, timeout="400ms")
        self.assertEqual(self.metric("errors-timeout"), 4)
        self.load(1, url=self.url, message='{"id": {{seq}}, "silence": true}', numRequests=4, timeout="400ms", match=".id",
                  connections=1, streams=4)
        self.assertEqual(self.metric("errors-timeout"), 4)

    def test_a_connection_a_message(self):
        self.load(url=self.url, keepAlive=False, numRequests=40)
        self.assert_all_answered(40)
        counts = self.counts(self.url)
        self.assertEqual(counts["connections"], 40 + 1)
        self.assertNotIn("abnormal", counts)

    def test_a_closed_loop_and_versions_series_and_stop_rules(self):
        versions = [{"name": "stable", "url": self.url}, {"name": "candidate", "url": self.url.replace("ws:", "http:")}]
        document = {"versions": versions, "tasks": [
            {"task": "websocket", "with": {"message": '{"id": {{seq}}}', "arrival": "closed", "duration": "2s", "connections": 2,
                                           "match": ".id", "streams": 4, "stopWhen": "request-count > 300"}},
            {"task": "assess", "with": {"slos": [{"metric": "websocket/error-rate", "upper": 0},
                                                 {"metric": "websocket/latency-p95", "upper": "1s"}]}}]}
        finished = self.run_experiment(document, "--no-gate")
        self.assert_code(finished, 0)
        self.assert_says(finished, "stopped-early|ended early|ended after")
        series = self.result()["insights"]["series"]
        self.assertEqual({each["provider"] for each in series}, {"websocket"})
        self.assertEqual(len(series), 2)


class OverTls(WebSocketCase):
    def test_wss(self):
        authority = Authority(self.folder)
        server = self.serve(*authority.issue("server", "IP:127.0.0.1"))
        url = f"wss://127.0.0.1:{server.port}/"
        self.load(url=url, tls={"ca": str(authority.certificate)}, match=".id", streams=8)
        self.assert_all_answered()
        self.assertEqual(self.counts(url, str(authority.certificate))["messages"], 200)
        self.load(1, url=url, numRequests=4)
        self.assertEqual(self.metric("errors-tls"), 4)


class BehindNginx(WebSocketCase):
    def test_the_proxy_passes_it_on_and_its_refusals_are_statuses(self):
        backend, port = self.serve(), free_port()
        serve_nginx(self, port, LOCATIONS.format(port=port, backend=backend.port))
        self.load(url=f"ws://127.0.0.1:{port}/chat", match=".id", streams=8, connections=2)
        self.assert_all_answered()
        finished = self.load(url=f"ws://127.0.0.1:{port}/other", numRequests=6)
        self.assertEqual(self.metric("errors-status"), 6)
        self.assertEqual(self.metric("status-404"), 6)
        self.assert_says(finished, "404")
        self.assertIn(self.metric("messages-sent"), (None, 0))  # the handshake was refused, so no message was sent
        backend.stop()
        self.load(url=f"ws://127.0.0.1:{port}/chat", numRequests=6)
        self.assertEqual(self.metric("status-502"), 6)


if __name__ == "__main__":
    probe = shutil.which(PYTHON) and subprocess.run([PYTHON, "-c", "import websockets"], capture_output=True, check=False)
    if not probe or probe.returncode != 0:
        print("websocket_test cannot run here: no python3-websockets")
        sys.exit(77)
    unittest.main()
