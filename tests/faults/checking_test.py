"""Checking a file has no effect: nothing is run or sent, and nothing from outside is shown."""

import unittest

from harness.case import Case
from harness.servers import Server, response

CONTENT = "root:x:0:0:of-the-file-5d41:/root\nsecond-line-of-the-file"


class Checking(Case):
    def plugin(self, body):
        """The folder of a plugin, x-look, that leaves a trace when it runs."""
        path = self.write("bin/iter8-task-look", f"#!/bin/bash\necho \"$@\" >> '{self.folder}/ran'\n{body}\n")
        path.chmod(0o755)
        return {"ITER8_TASK_PATH": str(path.parent)}

    @property
    def ran(self):
        path = self.folder / "ran"
        return path.read_text().splitlines() if path.exists() else []

    def test_a_plugin_is_run_by_run_and_where_it_is_asked_for(self):
        environment = self.plugin("[ \"$1\" = --describe ] && exit 1\necho '{}'")
        self.write("experiment.yaml", {"tasks": [{"task": "x-look"}]})
        for command in (("validate",), ("run", "--dry-run")):
            self.assert_code(self.iter8(*command, environment=environment), 0)
            self.assertEqual(self.ran, [])
        self.assert_code(self.iter8("validate", "--describe-plugins", environment=environment), 0)
        self.assertEqual(self.ran, ["--describe"])
        for command in ("run", "ci"):
            (self.folder / "ran").unlink()
            self.iter8(command, environment=environment)
            self.assertEqual(self.ran, ["--describe", ""])

    def test_a_description_is_asked_for_without_secrets(self):
        environment = self.plugin(f"[ \"$1\" = --describe ] && env > '{self.folder}/seen'\nexit 1")
        self.write("experiment.yaml", {"secrets": ["DECLARED"], "tasks": [{"task": "x-look"}]})
        secrets = {"API_TOKEN": "tok-0123456789", "DECLARED": "declared-0123", "OF_A_URL": "http://me:password-9@host/",
                   "COPIED": "Bearer tok-0123456789"}
        self.iter8("validate", "--describe-plugins", environment={**environment, **secrets, "PLAIN": "plain-value"})
        seen = (self.folder / "seen").read_text()
        for name in secrets:
            self.assertNotIn(name, seen)
        self.assertIn("PLAIN=plain-value", seen)
        self.assertIn("PATH=", seen)

    def test_nothing_is_sent(self):
        def script(connection):
            while connection.read_request():
                connection.send(response(b"{}"))
        with Server(script) as server:
            url = server.url("/x")
            tasks = [{"task": "http", "with": {"url": url, "payloadURL": url}},
                     {"task": "custommetrics", "with": {"templates": {"p": url}}},
                     {"task": "metrics", "with": {"provider": "rest", "url": url, "metrics": [{"name": "x", "path": "/", "jq": ".v"}]}},
                     {"task": "notify", "with": {"url": url}},
                     {"task": "comment", "with": {"apiURL": url, "token": "${API_TOKEN}", "repository": "a/b", "pullRequest": 1}}]
            self.write("experiment.yaml", {"versions": [{"name": "a"}], "tasks": tasks})
            for command in (("validate",), ("run", "--dry-run")):
                self.assert_code(self.iter8(*command, environment={"API_TOKEN": "tok-0123456789"}), 0)
            self.assertEqual(server.connections, 0)

    def test_a_message_says_where_a_wrong_value_comes_from(self):
        self.write("outside.txt", CONTENT)
        self.write("experiment.yaml", {"tasks": [{"task": "http", "with": {"url": "http://127.0.0.1:1", "qps": "${file:outside.txt}"}}]})
        self.assert_refused(self.iter8("validate"), r"qps.*found the value of \$\{file:outside.txt\}")

    def test_no_message_shows_what_a_file_or_variable_holds(self):
        self.write("outside.txt", CONTENT)
        variable = "of-the-variable-9e10"
        http = "task: http\n  with: {{url: 'http://127.0.0.1:1', {}}}"
        for reference in ("${file:outside.txt}", "${OUTSIDE}", "${NOT_SET:-${OUTSIDE}}"):
            for entry in (http.format(f"qps: '{reference}'"), http.format(f"timeout: '{reference}'"), http.format(f"arrival: '{reference}'"),
                          http.format(f"payloadFile: '{reference}'"), http.format(f"'url': '{reference}'").replace("url: 'http://127.0.0.1:1', ", ""),
                          http.format(f"stages: '{reference}'"), http.format(f"headers: '{reference}'"), http.format(f"warmup: '{reference}'"),
                          f"task: assess\n  with: {{slos: [{{metric: '{reference}', upper: 1}}]}}",
                          f"task: assess\n  with: {{slos: [{{metric: http/error-rate, upper: '{reference}'}}]}}",
                          f"task: metrics\n  with: {{provider: '{reference}', url: 'http://127.0.0.1:1', metrics: [{{name: x, query: y}}]}}",
                          f"task: metrics\n  with: {{provider: rest, url: 'http://127.0.0.1:1', metrics: [{{name: x, path: /, jq: '{reference}'}}]}}",
                          f"task: notify\n  with: {{url: '{reference}'}}",
                          f"task: notify\n  with: {{url: 'http://127.0.0.1:1', payloadTemplate: '{{{{ {reference} }}}}'}}",
                          f"task: pull-request\n  with: {{repository: a/b, base: '{reference}', branch: '{reference}', edits: [{{file: x, content: y}}]}}",
                          f"task: pull-request\n  with: {{repository: a/b, edits: [{{file: x, set: {{.a: 1}}, document: '{reference}'}}]}}"):
                with self.subTest(entry):
                    self.write("experiment.yaml", f"tasks:\n- {entry}\n")
                    for command in ("validate", "ci") if reference == "${OUTSIDE}" else ("validate",):
                        finished = self.iter8(command, environment={"OUTSIDE": variable})
                        if finished.code != 2:  # a host may have any name
                            continue
                        for line in (*CONTENT.splitlines(), variable):
                            self.assertNotIn(line, finished.text)
                            self.assertNotIn(line[:10], finished.text)


if __name__ == "__main__":
    unittest.main()
