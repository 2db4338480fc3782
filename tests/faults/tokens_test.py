"""Files and servers that want the CI job's token: it goes to the job's own server and nowhere else."""

import base64
import unittest

from harness.case import Case
from harness.servers import Server, response

GITHUB = "ghs_0123456789abcdefHOME"
GITLAB = "glcbt-0123456789abcdef"
COMMIT = "1234567890123456789012345678901234567890"
JOB = {"GITHUB_TOKEN": GITHUB, "CI_JOB_TOKEN": GITLAB}
TASKS = {"comment": {"pullRequest": 1}, "commit-status": {"commit": COMMIT}, "deployment": {"environment": "e", "ref": "main"},
         "workflow": {"workflow": "x.yml", "ref": "main"}, "repository-dispatch": {},
         "pull-request": {"edits": [{"file": "x", "content": "y"}]}}


def basic(token):
    return base64.b64encode(f"x-access-token:{token}".encode())


class Listener(Server):
    """Answers every request in the same way, and keeps what it got."""

    def __init__(self, *answer):
        self.heard = b""
        self.answer = answer or (b'{"id": 1}',)
        super().__init__(self._listen)

    def _listen(self, connection):
        while request := connection.read_request():
            self.heard += request
            connection.send(response(*self.answer))

    def got(self, token):
        return token.encode() in self.heard or basic(token) in self.heard


class ImplicitTokens(Case):
    def run_task(self, task, options, environment):
        self.write("experiment.yaml", {"versions": [{"name": "a"}], "tasks": [{"task": task, "timeout": "10s", "with": options}]})
        return self.iter8("run", environment=environment)

    def test_no_task_sends_the_jobs_token_to_a_server_that_the_file_names(self):
        for task, options in TASKS.items():
            with self.subTest(task), Listener() as elsewhere:
                options = {**options, "apiURL": elsewhere.url(""), "repository": "acme/app"}
                self.assert_refused(self.run_task(task, options, JOB), "GITHUB_TOKEN is a token of https://api.github.com.* and not sent to "
                                    "http://127.0.0.1:[0-9]+; name the token")
                options["forge"] = "gitlab"
                if task not in ("workflow", "repository-dispatch"):
                    self.assert_refused(self.run_task(task, options, JOB), "CI_JOB_TOKEN is a token of https://gitlab.com")
                self.assertEqual(elsewhere.requests, 0)

    def test_a_token_that_the_file_names_goes_where_the_file_says(self):
        with Listener(b"[]") as elsewhere:
            options = {"apiURL": elsewhere.url(""), "repository": "acme/app", "pullRequest": 1, "token": "${OTHER_TOKEN}"}
            self.run_task("comment", options, {**JOB, "OTHER_TOKEN": "named-0123456789"})
            self.assertTrue(elsewhere.got("named-0123456789"))
            self.assertFalse(elsewhere.got(GITHUB))

    def test_the_jobs_own_server_gets_it(self):
        for variable in ("GITHUB_API_URL", "GITHUB_SERVER_URL"):
            with self.subTest(variable), Listener(b"[]") as home:
                options = {"apiURL": home.url("/api/v3"), "repository": "acme/app", "pullRequest": 1}
                self.run_task("comment", options, {**JOB, variable: home.url("/")})
                self.assertTrue(home.got(GITHUB))

    def test_the_same_host_at_another_port_or_scheme_is_another_server(self):
        with Listener() as elsewhere:
            for url in (elsewhere.url(""), elsewhere.url("", host="localhost"), elsewhere.url("", scheme="https"),
                        f"http://127.0.0.1:1@localhost:{elsewhere.port}", f"http://127.0.0.1:1\\@localhost:{elsewhere.port}"):
                with self.subTest(url):
                    options = {"apiURL": url, "repository": "acme/app", "pullRequest": 1}
                    self.assert_refused(self.run_task("comment", options, {**JOB, "GITHUB_API_URL": "http://127.0.0.1:1"}), "not sent to")
            self.assertEqual(elsewhere.requests, 0)

    def test_over_plain_http_it_goes_to_this_machine_only(self):
        options = {"repository": "acme/app", "pullRequest": 1}
        finished = self.run_task("comment", options, {**JOB, "GITHUB_API_URL": "http://github.internal.invalid/api/v3"})
        self.assert_refused(finished, r"not sent to http://github.internal.invalid without encryption.*token: \$\{GITHUB_TOKEN\}")

    def test_dry_runs_and_validate_say_the_same_and_send_nothing(self):
        with Listener() as elsewhere:
            options = {"apiURL": elsewhere.url(""), "repository": "acme/app", "pullRequest": 1}
            self.write("experiment.yaml", {"tasks": [{"task": "comment", "with": options}]})
            for arguments in (("validate",), ("run", "--dry-run")):
                self.assert_refused(self.iter8(*arguments, environment=JOB), "not sent to")
            self.assertEqual(elsewhere.requests, 0)


class Remotes(Case):
    def promote(self, remote, environment):
        options = {"via": "git", "remote": remote, "repository": "acme/app", "base": "main",
                   "edits": [{"file": "x", "content": "y"}]}
        self.write("experiment.yaml", {"versions": [{"name": "a"}], "tasks": [{"task": "pull-request", "timeout": "20s", "with": options}]})
        return self.iter8("run", environment=environment, within=60)

    def test_a_remote_elsewhere_does_not_get_the_jobs_token(self):
        self.assert_refused(self.promote("https://evil.invalid/x.git", JOB), "GITHUB_TOKEN .*not sent to https://evil.invalid")
        with Listener(b"", "401 Unauthorized", ['WWW-Authenticate: Basic realm="x"']) as elsewhere:
            for remote in (elsewhere.url("/x.git"), "file:///etc", "/etc", "../x.git", "git://example.com/x.git",
                           "ssh://-oProxyCommand=touch/x", f"http://github.com@127.0.0.1:{elsewhere.port}/x.git"):
                with self.subTest(remote):
                    self.assert_refused(self.promote(remote, JOB), "remote: ")
            self.assertEqual(elsewhere.requests, 0)

    def test_a_redirect_takes_no_token_along(self):
        for place in ("/other/x.git/", "/{home}/x.git/", "//{home}/x.git/", "/x.git/"):
            with self.subTest(place), Listener(b"", "401 Unauthorized", ['WWW-Authenticate: Basic realm="x"']) as elsewhere, \
                    Listener() as home:
                to = elsewhere.url(place.format(home=f"127.0.0.1:{home.port}") + "info/refs?service=git-upload-pack")
                home.answer = (b"", "302 Found", [f"Location: {to}"])
                finished = self.promote(home.url("/x.git"), {**JOB, "GITHUB_SERVER_URL": home.url(""), "GITHUB_API_URL": home.url("")})
                self.assert_code(finished, 1)
                self.assert_says(finished, "another place, which gets no credentials")
                self.assertGreater(elsewhere.requests, 0)
                self.assertFalse(elsewhere.got(GITHUB))

    def test_a_redirect_at_the_same_place_is_followed(self):
        def script(connection):
            while request := connection.read_request():
                heard.append(request)
                if request.startswith(b"GET /moved/"):
                    connection.send(response(b"", "401 Unauthorized", ['WWW-Authenticate: Basic realm="x"']))
                else:
                    connection.send(response(b"", "302 Found", ["Location: /moved/x.git/info/refs?service=git-upload-pack"]))
        heard = []
        with Server(script) as home:
            self.promote(home.url("/x.git"), {**JOB, "GITHUB_SERVER_URL": home.url(""), "GITHUB_API_URL": home.url("")})
        self.assertTrue(any(basic(GITHUB) in request for request in heard if request.startswith(b"GET /moved/")))


if __name__ == "__main__":
    unittest.main()
