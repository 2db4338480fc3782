"""ITER8_ALLOW_HOSTS: nothing is connected to but what it allows, whatever name, redirect, proxy or look-up leads there."""

import os
import socket
import unittest

from harness.case import Case
from harness.program import SANITIZED
from harness.servers import Server, response

REFUSED = "ITER8_ALLOW_HOSTS does not allow "
RESOLVER = os.environ.get("ITER8_RESOLVER", "")
LOAD = {"numRequests": 5, "qps": 100, "connections": 1, "allowInitialErrors": True}


def answering(*answer):
    def script(connection):
        while connection.read_request():
            connection.send(response(*answer))
    return Server(script)


class Hosts(Case):
    def run_task(self, task, options, hosts, names="", **step):
        environment = {"API_TOKEN": "tok-0123456789"}
        if hosts is not None:
            environment["ITER8_ALLOW_HOSTS"] = hosts
        if names:
            environment |= {"LD_PRELOAD": RESOLVER, "STAND_IN_NAMES": names}
        self.write("experiment.yaml", {"versions": [{"name": "a"}], **step,
                                       "tasks": [{"task": task, "timeout": "20s", "with": options}]})
        return self.iter8("run", environment=environment, within=40)

    def needs_resolver(self):
        if SANITIZED or not os.path.exists(RESOLVER):
            self.skipTest("no resolver stand-in can be loaded before the sanitizer")

    def test_every_task_that_connects(self):
        with answering(b'{"v": 1}') as server:
            url, sql = server.url("/x"), f"postgresql://me:pw@127.0.0.1:{server.port}/db"
            forge = {"apiURL": url, "token": "${API_TOKEN}", "repository": "a/b"}
            rest = [{"name": "x", "path": "/", "jq": ".v"}]
            edits = [{"file": "x", "content": "y"}]
            cases = [("http", {"url": url, **LOAD}),
                     ("http", {"url": "http://127.0.0.1:1/", "payloadURL": url, **LOAD}),
                     ("http", {"url": f"unix:{self.folder}/app.sock:/x", **LOAD}),
                     ("http", {"url": "http://allowed.example/", "connectTo": url, **LOAD}),
                     ("http", {"url": "http://allowed.example/", "proxy": server.url(""), **LOAD}),
                     ("metrics", {"provider": "rest", "url": url, "metrics": rest}),
                     ("metrics", {"provider": "prometheus", "url": url, "metrics": [{"name": "x", "query": "x"}]}),
                     ("metrics", {"provider": "sql", "url": sql, "metrics": [{"name": "x", "query": "SELECT 1"}]}),
                     ("custommetrics", {"templates": {"p": url}}),
                     ("notify", {"url": url}),
                     ("notify", {"channel": "email", "url": f"smtp://127.0.0.1:{server.port}", "from": "a@example.com",
                                 "to": ["b@example.com"], "encryption": "none"}),
                     ("webhook", {"url": url}),
                     ("comment", {**forge, "pullRequest": 1}),
                     ("commit-status", {**forge, "commit": "1" * 40}),
                     ("deployment", {**forge, "environment": "e", "ref": "main"}),
                     ("workflow", {**forge, "workflow": "x.yml", "ref": "main"}),
                     ("repository-dispatch", forge),
                     ("pull-request", {**forge, "edits": edits}),
                     ("pull-request", {**forge, "edits": edits, "via": "git", "remote": "https://127.0.0.1:1/x.git", "branch": "b",
                                       "base": "main"})]
            for task, options in cases:
                with self.subTest(task, options=options):
                    finished = self.run_task(task, options, "allowed.example")
                    self.assertNotEqual(finished.code, 0, finished.story())
                    self.assert_says(finished, "ITER8_ALLOW_HOSTS does not allow ")
            self.assertEqual(server.connections, 0)

    def test_what_the_list_names_is_reached(self):
        with answering(b'{"v": 1}') as server:
            metrics = {"provider": "rest", "url": server.url("/x"), "metrics": [{"name": "x", "path": "/", "jq": ".v"}]}
            for hosts in ("127.0.0.1", f"127.0.0.1:{server.port}", "other.example, 127.0.0.0/8"):
                for task, options in (("http", {"url": server.url("/"), **LOAD}), ("metrics", metrics)):
                    with self.subTest(hosts, task=task):
                        self.assert_code(self.run_task(task, options, hosts), 0)
            self.assert_code(self.run_task("http", {"url": server.url("/", host="localhost"), **LOAD}, "localhost"), 0)
            before = server.connections
            self.assert_code(self.run_task("http", {"url": server.url("/"), **LOAD}, f"127.0.0.1:{server.port + 1}"), 2)
            self.assertEqual(server.connections, before)

    def test_set_to_nothing_it_allows_nothing(self):
        with answering() as server:
            self.assertNotEqual(self.run_task("http", {"url": server.url("/"), **LOAD}, "").code, 0)
            self.assertEqual(server.connections, 0)

    def test_a_list_that_is_wrong_runs_nothing(self):
        with answering() as server:
            finished = self.run_task("http", {"url": server.url("/"), **LOAD}, "http://127.0.0.1")
            self.assert_code(finished, 2)
            self.assert_says(finished, "ITER8_ALLOW_HOSTS: found 'http://127.0.0.1', expected")
            self.assertEqual(server.connections, 0)

    def test_the_place_in_the_file_is_said_before_anything_runs(self):
        self.write("experiment.yaml", "tasks:\n- run: touch ran\n- task: http\n  with:\n    url: https://evil.example/x\n    numRequests: 5\n")
        finished = self.iter8("run", environment={"ITER8_ALLOW_HOSTS": "good.example"})
        self.assert_refused(finished, "^experiment.yaml:5:10: error: " + REFUSED + "evil.example:443")
        self.assertFalse((self.folder / "ran").exists())

    def test_a_redirect_leads_nowhere_else(self):
        with answering() as elsewhere, answering(b"", "302 Found", (f"Location: {elsewhere.url('/')}",)) as server:
            metrics = {"provider": "rest", "url": server.url("/x"), "metrics": [{"name": "x", "path": "/", "jq": ".v"}]}
            self.assert_code(self.run_task("metrics", metrics, f"127.0.0.1:{server.port}"), 1)
            self.assert_code(self.run_task("http", {"url": server.url("/"), **LOAD}, f"127.0.0.1:{server.port}"), 0)
            self.assertEqual(elsewhere.connections, 0)
            self.assertGreater(server.connections, 1)

    def test_a_name_that_leads_to_this_machine_is_refused(self):
        self.needs_resolver()
        with answering(b'{"v": 1}') as server:
            names = "app.example=127.0.0.1;cloud.example=169.254.169.254"
            url = server.url("/x", host="app.example")
            metrics = {"provider": "rest", "url": url, "metrics": [{"name": "x", "path": "/", "jq": ".v"}]}
            for task, options in (("http", {"url": url, **LOAD}), ("metrics", metrics)):
                with self.subTest(task):
                    finished = self.run_task(task, options, "*.example", names)
                    self.assert_code(finished, 1)
                    self.assert_says(finished, rf"{REFUSED}app.example:{server.port} \(127.0.0.1\)")
                    self.assertEqual(server.connections, 0)
            finished = self.run_task("webhook", {"url": "http://cloud.example/latest/meta-data"}, "*.example", names)
            self.assert_says(finished, rf"{REFUSED}cloud.example:80 \(169.254.169.254\)")
            self.assert_code(self.run_task("http", {"url": url, **LOAD}, "app.example,127.0.0.1", names), 0)

    def test_a_name_of_two_addresses_leads_to_the_allowed_one_only(self):
        self.needs_resolver()
        with answering() as server, ServerAt("127.0.0.2", server.port) as forbidden:
            url = server.url("/", host="two.example")
            for order in ("127.0.0.2+127.0.0.1", "127.0.0.1+127.0.0.2"):
                with self.subTest(order):
                    options = {"url": url, **LOAD, "addresses": "all", "connections": 4}
                    self.assert_code(self.run_task("http", options, "127.0.0.1", f"two.example={order}"), 0)
                    self.assert_code(self.run_task("webhook", {"url": url}, "127.0.0.1", f"two.example={order}"), 0)
            self.assertFalse(forbidden.was_reached())

    def test_a_name_that_changes_its_address_gains_nothing(self):
        self.needs_resolver()
        with answering() as server, ServerAt("127.0.0.2", server.port) as forbidden:
            names = "turns.example=127.0.0.1/127.0.0.2"
            url = server.url("/", host="turns.example")
            options = {"url": url, "duration": "1s", "qps": 50, "keepAlive": False, "resolveEvery": "100ms"}
            self.assert_code(self.run_task("http", options, "127.0.0.1", names), 0)
            finished = self.run_task("webhook", {"url": url}, "127.0.0.1", names, loop={"iterations": 2})
            self.assert_code(finished, 1)
            self.assert_says(finished, rf"{REFUSED}turns.example:{server.port} \(127.0.0.2\)")
            self.assertFalse(forbidden.was_reached())


class ServerAt:
    """Listens at an address of its own, and knows whether anybody came."""

    def __init__(self, host, port):
        self.listener = socket.create_server((host, port))
        self.listener.setblocking(False)

    def was_reached(self):
        try:
            self.listener.accept()
        except BlockingIOError:
            return False
        return True

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.listener.close()


if __name__ == "__main__":
    unittest.main()
