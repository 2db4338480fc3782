"""Text from outside (names, servers, plugins, scripts) stays text wherever iter8 shows it: no commands of CI systems, no
terminal sequences, no markup, no links."""

import json
import re
import unittest

from harness.case import Case
from harness.servers import Server, response

CONTROLS = "\x1b[31m\u202e\u2066\u2028\u009b31m\r\n"
COMMANDS = "\n::error::pwn\n  ::set-output name=x::y\n##[command]z\n##vso[task.setvariable variable=x]y\n"
LINKS = ("](http://evil.example/a) ![i](http://evil.example/i.png) <img src=x> <script>alert(1)</script> @team #1 GH-12 "
         "http://evil.example/auto www.evil.example https://evil.example/p?q=1 `code` **b** | pipe | <!-- c --> <https://evil.example> <!channel> <@U1>")
PAYLOAD = LINKS + COMMANDS + CONTROLS + "end"
RAW = ("\x1b", "\u202e", "\u2066", "\u2028", "\u009b", "\r")
FORMATS = ("text", "markdown", "html", "junit", "sarif", "code-quality")
ADDRESS = re.compile(r"https?://evil|www\.evil")


class InjectionCase(Case):
    def hostile(self, connection):
        while connection.read_request():
            connection.send(response(json.dumps({"status": "error", "error": PAYLOAD, "message": PAYLOAD}).encode(), "500 Oops"))

    def experiment(self, server, *more):
        """Everything that can carry a text from outside does."""
        self.write("payload.txt", PAYLOAD)
        path = self.write("bin/iter8-task-odd", "#!/usr/bin/env python3\nimport json, sys\n"
                          "if '--describe' in sys.argv: sys.exit(1)\nP = " + repr(PAYLOAD) + "\nsys.stderr.write(P)\n"
                          "print(json.dumps({'message': P, 'metrics': []}))\n")
        path.chmod(0o755)
        tasks = [{"name": "t" + PAYLOAD, "run": "cat payload.txt; exit 3"},
                 {"task": "metrics", "with": {"provider": "prometheus", "url": server.url(""), "retry": {"attempts": 1},
                                              "metrics": [{"name": "m", "query": "q" + PAYLOAD}]}},
                 {"task": "x-odd"}, *more]
        return {"name": "n" + PAYLOAD, "versions": [{"name": "v" + PAYLOAD}, {"name": "b"}],
                "tasks": [{**task, "continueOnError": True} for task in tasks]}

    def environment(self):
        return {"ITER8_TASK_PATH": str(self.folder / "bin")}

    def assert_harmless(self, text, where):
        for raw in RAW:
            self.assertNotIn(raw, text, where)
        for line in text.split("\n"):
            self.assertNotRegex(line, r"^\s*::\s*(error|set-output)::?", where)
            self.assertNotRegex(line, r"##\[|##vso\[", where)


class Logs(InjectionCase):
    def test_plain_logs_hold_no_commands(self):
        with Server(self.hostile) as server:
            finished = self.run_experiment(self.experiment(server), "-l", "trace", environment=self.environment(), within=40)
        for stream in (finished.out, finished.err):
            self.assert_harmless(stream, "the log")
        self.assertIn(r"\n: :error::pwn\n".replace(": :", "::"), finished.err)  # shown, on the line where it belongs

    def test_plans_checks_and_reports_hold_none_either(self):
        with Server(self.hostile) as server:
            self.run_experiment(self.experiment(server), environment=self.environment(), within=40)
        for command in (("run", "--dry-run"), ("validate",), ("assert", "-c", "completed"), ("report",)):
            finished = self.iter8(*command, environment=self.environment())
            self.assert_harmless(finished.text, command)

    def test_problems_of_a_file_hold_none(self):
        for entry in ({"task": PAYLOAD}, {"task": "http", "with": {PAYLOAD: 1}}, {"task": "http", "with": {"url": PAYLOAD}},
                      {"run": "true", "if": PAYLOAD}, {"task": "assess", "with": {"slos": [{"metric": PAYLOAD, "upper": 1}]}}):
            self.write("experiment.yaml", {"tasks": [entry]})
            finished = self.iter8("validate")
            self.assert_code(finished, 2)
            self.assert_harmless(finished.text, entry)


class Reports(InjectionCase):
    def test_no_report_holds_control_characters_or_links(self):
        with Server(self.hostile) as server:
            files = [word for format in FORMATS for word in ("-r", f"{format}={format}.out")]
            self.run_experiment(self.experiment(server), *files, environment=self.environment(), within=40)
        for format in FORMATS:
            text = (self.folder / f"{format}.out").read_text()
            for raw in RAW:
                self.assertNotIn(raw, text, format)
        markdown = (self.folder / "markdown.out").read_text()
        self.assertNotRegex(markdown, ADDRESS)
        self.assertNotRegex(markdown, r"(?<!\\)[\[<`]|@team|#1\b|GH-12")
        html = (self.folder / "html.out").read_text()
        self.assertNotRegex(html, r'<img|href="(?!#|data:image/svg)|href=[^"]')
        # The page's own scripts: figures of its charts as JSON, and two at its end.
        self.assertNotRegex(html.replace('<script type="application/json">{', "").partition("</main>")[0], r"<script")

    def test_comments_and_messages_hold_no_links(self):
        bodies = {}

        def script(connection):
            while request := connection.read_request():
                head, _, body = request.partition(b"\r\n\r\n")
                method, path = head.split(b" ")[:2]
                if method == b"POST":
                    bodies[path.decode()] = json.loads(body)
                    connection.send(response(b'{"id": 1, "ok": true}', "201 Created"))
                elif path.startswith(b"/repos"):
                    connection.send(response(b"[]"))
                else:
                    connection.send(response(json.dumps({"status": "error", "error": PAYLOAD}).encode(), "500 Oops"))

        with Server(script) as server:
            url = server.url("")
            experiment = self.experiment(server)
            experiment["tasks"][1]["continueOnError"] = False
            experiment["tasks"] = experiment["tasks"][1:2]
            comment = {"apiURL": url, "token": "${FORGE_TOKEN}", "repository": "a/b", "pullRequest": 1}
            experiment["finally"] = [{"task": "notify", "with": {"channel": "slack", "url": url + "/slack"}},
                                     {"task": "notify", "with": {"channel": "discord", "url": url + "/discord"}},
                                     {"task": "comment", "with": comment}]
            finished = self.run_experiment(experiment, environment={"FORGE_TOKEN": "token-0123456789"}, within=40)
        self.assertEqual(set(bodies), {"/slack", "/discord", "/repos/a/b/issues/1/comments"}, finished.story())
        for path, body in bodies.items():
            text = json.dumps(body, ensure_ascii=False)
            text = re.sub(r"<!-- iter8:[a-z0-9.-]+ -->", "", text, count=1)  # our mark, which nobody sees
            self.assertIn("evil.example", text)
            self.assertNotRegex(text, ADDRESS, path)
            for raw in RAW:
                self.assertNotIn(raw, text, path)
        blocks = bodies["/slack"]["blocks"]
        texts = [block["text"] for block in blocks if "text" in block] + [e for block in blocks for e in block.get("elements", [])]
        self.assertTrue(texts and all(text["verbatim"] for text in texts if text["type"] == "mrkdwn"))


if __name__ == "__main__":
    unittest.main()
