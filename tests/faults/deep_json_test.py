"""JSON of a hundred thousand levels, which fits into 200 kB: whoever sends it, the task fails and `finally` runs."""

import json
import unittest

from harness.case import Case
from harness.servers import Server, answering, response

LEVELS = 100_000
DEEP_LIST = "[" * LEVELS + "]" * LEVELS
DEEP_MAP = '{"a":' * LEVELS + "1" + "}" * LEVELS
UNFINISHED = "[" * LEVELS

QUERIES = {
    "prometheus": {"query": "up"}, "loki": {"query": "up"}, "influxdb": {"query": "SELECT 1"}, "graphite": {"query": "a"},
    "elasticsearch": {"index": "a", "query": "{}", "jq": ".a"}, "datadog": {"query": "avg:x{*}"}, "newrelic": {"query": "SELECT 1"},
    "dynatrace": {"query": "a"}, "splunk": {"query": "a"}, "rest": {"jq": ".a"},
}
KEYS = {
    "influxdb": {"database": "d"}, "datadog": {"apiKey": "k", "applicationKey": "k"}, "newrelic": {"account": 42, "apiKey": "k"},
    "dynatrace": {"token": "t"}, "splunk": {"auth": {"bearer": "t"}},
}


def told(body):
    return response(body.encode(), "200 OK", ["Content-Type: application/json"])


class DeepJson(Case):

    def serve(self, body):
        server = Server(answering(told(body)))
        self.addCleanup(server.stop)
        return server

    def assert_survived(self, tasks, environment=None, code=1):
        """The run fails as it should, and its last word is that of `finally`."""
        clean = self.folder / "cleaned"
        clean.unlink(missing_ok=True)
        finished = self.run_experiment({"tasks": tasks, "finally": [{"run": "touch cleaned"}]}, environment=environment)
        self.assert_sound(finished)
        self.assert_code(finished, code)
        self.assertTrue(clean.exists(), finished.story())
        return finished

    def test_every_kind_of_backend(self):
        bodies = {"an error": '{"status":"error","error":' + DEEP_LIST + "}", "a list": DEEP_LIST, "a map": DEEP_MAP,
                  "the data": '{"status":"success","data":' + DEEP_MAP + "}", "unfinished": UNFINISHED}
        for provider, metric in QUERIES.items():
            for name, body in bodies.items():
                with self.subTest(provider=provider, body=name):
                    server = self.serve(body)
                    self.assert_survived([{"task": "metrics", "with": {
                        "provider": provider, "url": server.url(), "retry": {"attempts": 1}, **KEYS.get(provider, {}),
                        "metrics": [{"name": "x", **metric}]}}])

    def test_it_says_what_is_wrong(self):
        server = self.serve(DEEP_MAP)
        finished = self.assert_survived([{"task": "metrics", "with": {
            "provider": "prometheus", "url": server.url(), "metrics": [{"name": "x", "query": "up"}]}}])
        self.assert_says(finished, "at most 256 levels")

    def test_a_forge(self):
        server = self.serve(DEEP_LIST)
        environment = {"GITHUB_ACTIONS": "true", "GITHUB_REPOSITORY": "shop/app", "GITHUB_TOKEN": "t", "GITHUB_SHA": "0" * 40,
                       "GITHUB_API_URL": server.url(), "GITHUB_EVENT_NAME": "pull_request",
                       "GITHUB_EVENT_PATH": str(self.write("event.json", '{"pull_request": {"number": 3}}'))}
        # What a commit status is answered with, once it is taken, is of no interest.
        for task, options, code in (("comment", {}, 1), ("commit-status", {}, 0), ("deployment", {"environment": "production"}, 1)):
            with self.subTest(task):
                self.assert_survived([{"task": task, "with": options}], environment, code)

    def test_the_event_of_a_ci_system(self):
        server = self.serve(DEEP_LIST)
        for event in (DEEP_LIST, '{"pull_request":' + DEEP_MAP + "}", UNFINISHED):
            environment = {"GITHUB_ACTIONS": "true", "GITHUB_REPOSITORY": "shop/app", "GITHUB_TOKEN": "t", "GITHUB_SHA": "0" * 40,
                           "GITHUB_API_URL": server.url(), "GITHUB_EVENT_NAME": "pull_request",
                           "GITHUB_EVENT_PATH": str(self.write("event.json", event))}
            self.assert_survived([{"task": "comment"}], environment)

    def test_the_answer_of_a_plugin(self):
        for answer in (DEEP_LIST, '{"message":' + DEEP_MAP + "}", '{"metrics":[' + DEEP_LIST + "]}"):
            self.write("answer.json", answer)
            plugin = self.write("bin/iter8-task-deep", '#!/bin/bash\n[ "$1" = --describe ] && exit 0\nexec cat "$OLDPWD/answer.json"\n')
            plugin.write_text(plugin.read_text().replace("$OLDPWD", str(self.folder)))
            plugin.chmod(0o755)
            path = f"{plugin.parent}:/usr/bin:/bin"
            finished = self.assert_survived([{"task": "x-deep"}], {"PATH": path})
            self.assert_says(finished, "expected a JSON object")

    def test_the_description_of_a_plugin(self):
        self.write("answer.json", DEEP_MAP)
        plugin = self.write("bin/iter8-task-deep", f'#!/bin/bash\n[ "$1" = --describe ] && exec cat "{self.folder}/answer.json"\necho "{{}}"\n')
        plugin.chmod(0o755)
        self.assert_survived([{"task": "x-deep"}], {"PATH": f"{plugin.parent}:/usr/bin:/bin"}, code=0)

    def test_a_history(self):
        (self.folder / "history.json").write_text('{"schema": "iter8/history/v1", "runs": ' + DEEP_LIST + "}")
        server = self.serve('{"orders": 1}')
        finished = self.assert_survived([
            {"task": "metrics", "with": {"provider": "rest", "url": server.url(), "metrics": [{"name": "x", "jq": ".orders"}]}},
            {"task": "assess", "with": {"history": "history.json", "slos": [{"metric": "rest/x", "upper": 2}]}}])
        self.assert_says(finished, "history")

    def test_a_channel(self):
        server = self.serve('{"ok":' + DEEP_LIST + "}")
        finished = self.assert_survived([{"task": "notify", "with": {
            "channel": "slack", "token": "xoxb-1", "to": "#releases", "url": server.url("/api")}}])
        self.assert_says(finished, "expected a response of Slack's API")
        # What an incoming webhook is answered with, once it is taken, is of no interest.
        webhook = {"channel": "slack", "url": server.url("/services/T/B/x")}
        self.assert_survived([{"task": "notify", "with": webhook}], code=0)

    def test_as_deep_as_people_write_is_read(self):
        server = self.serve('{"a":' * 100 + "7" + "}" * 100)
        finished = self.run_experiment({"tasks": [{"task": "metrics", "with": {
            "provider": "rest", "prefix": "shop", "url": server.url(),
            "metrics": [{"name": "x", "jq": "getpath([range(100) | \"a\"])"}]}}]})
        self.assert_code(finished, 0)
        self.assertEqual(self.result()["insights"]["metrics"]["shop/x"]["values"], [json.loads("7")])


if __name__ == "__main__":
    unittest.main()
