"""Secrets: whatever goes wrong, nothing that the program writes holds one, in plain or encoded."""

import base64
import html
import json
import re
import unittest
import urllib.parse

from harness import servers
from harness.case import Case
from harness.servers import Server, answering_then_silent, response

TOKEN = 'tok/en+"7f3a\\b91c d2=='           # everything that some encoding changes
FILE_SECRET = "fromfile-5d41402abc4b2a76"
PASSWORD = "pa55word-b9719d911017c592"
HOST_SECRET = "hostsecret-ae2b1fca515949e5"
SECRETS = (TOKEN, FILE_SECRET, PASSWORD, HOST_SECRET)
ENVIRONMENT = {"API_TOKEN": TOKEN, "DB_PASSWORD": PASSWORD, "SECRET_HOST": HOST_SECRET}
FORMATS = ("text", "markdown", "json")


def forms(secret):
    """A secret in the forms in which programs write it."""
    raw = secret.encode()
    text = json.dumps(secret)[1:-1]
    yield secret
    yield urllib.parse.quote(secret, safe="")
    yield urllib.parse.quote(secret)                       # of a path
    yield re.sub("%[0-9A-F]{2}", lambda escape: escape.group().lower(), urllib.parse.quote(secret, safe=""))
    yield urllib.parse.quote_plus(secret)
    yield text
    yield text.replace("&", "\\u0026").replace("<", "\\u003c").replace(">", "\\u003e")   # Go
    yield text.replace("/", "\\/")                         # PHP
    yield json.dumps(text)[1:-1]
    yield html.escape(secret)
    yield re.sub("[&<>\"'/]", lambda character: f"&#{ord(character.group())};", secret)
    yield raw.hex()
    yield raw.hex().upper()
    for offset, encoded in enumerate(in_base64(secret)):
        begin, end = (4 if offset else 0), len(encoded) - 4
        yield encoded[begin:end]


def in_base64(secret):
    """Within a longer text, the encoding depends on where the secret begins."""
    for offset in range(3):
        yield base64.b64encode(b"x" * offset + secret.encode()).decode()


class SecretCase(Case):

    def setUp(self):
        super().setUp()
        self.write("secret.txt", FILE_SECRET + "\n")

    def run_quietly(self, experiment, *arguments, code):
        """Runs with all logs and searches everything that came of it."""
        self.write("experiment.yaml", experiment)
        for command in (("run", "--dry-run"), ("validate",), ("run", "--log-level", "trace", *arguments)):
            finished = self.iter8(*command, environment=ENVIRONMENT)
            self.assert_keeps_secrets(finished.text, " ".join(command))
        self.assert_code(finished, code)
        for format in FORMATS:
            for environment in (ENVIRONMENT, {}):
                report = self.iter8("report", "-o", format, environment=environment)
                self.assert_code(report, 0)
                self.assert_keeps_secrets(report.text, f"report -o {format}")
        for path in self.folder.iterdir():
            if path.is_file() and path.name not in ("experiment.yaml", "secret.txt"):
                self.assert_keeps_secrets(path.read_text(), path.name)
        return finished

    def assert_keeps_secrets(self, text, where):
        for secret in SECRETS:
            for form in forms(secret):
                self.assertNotIn(form, text, f"a secret stands in {where}")


class SecretsInLoad(SecretCase):

    def load(self, url, **options):
        return {"tasks": [{"task": "http", "with": {"url": url, "numRequests": 2, "qps": 100, "timeout": "500ms",
                                                    "allowAllFailed": True,
                                                    "headers": {"Authorization": "Bearer ${API_TOKEN}",
                                                                "X-Api-Key": "${file:secret.txt}"}, **options}}]}

    def test_headers_and_payload_reach_the_server_and_nobody_else(self):
        seen = []
        def script(connection):
            while request := connection.read_request():
                seen.append(request)
                connection.send(response())
        payload = '{"password": "${DB_PASSWORD}", "token": "${API_TOKEN}"}'
        with Server(script) as server:
            self.run_quietly(self.load(server.url(), payloadStr=payload), code=0)
        self.assertIn(f"Bearer {TOKEN}".encode(), seen[0])
        self.assertIn(FILE_SECRET.encode(), seen[0])
        self.assertIn(PASSWORD.encode(), seen[0])

    def test_a_server_that_echoes_the_request_as_garbage_is_masked(self):
        def echo(connection):
            request = connection.read_request()
            connection.send(request or b"")
            connection.wait_for_close()
        with Server(echo) as server:
            self.run_quietly(self.load(server.url()), code=0)

    def test_a_server_that_answers_with_the_request_as_an_error_is_masked(self):
        def echo(connection):
            while request := connection.read_request():
                connection.send(response(request, status="401 Unauthorized " + TOKEN))
        with Server(echo) as server:
            self.run_quietly(self.load(server.url()), code=0)

    def test_the_password_of_a_url_is_masked(self):
        with servers.refused_port() as port:
            self.run_quietly(self.load(f"http://admin:${{DB_PASSWORD}}@127.0.0.1:{port}/?q=${{DB_PASSWORD}}"), code=0)

    def test_a_password_that_stands_in_the_url_itself_is_masked(self):
        with servers.refused_port() as port:
            self.run_quietly(self.load(f"http://admin:{PASSWORD}@127.0.0.1:{port}/"), code=0)

    def test_basic_authentication_made_of_a_secret_is_masked(self):
        seen = []
        def script(connection):
            while request := connection.read_request():
                seen.append(request)
                connection.send(response())
        with Server(script) as server:
            self.run_quietly(self.load(f"http://admin:${{DB_PASSWORD}}@127.0.0.1:{server.port}/", headers={}), code=0)
        self.assertIn(base64.b64encode(f"admin:{PASSWORD}".encode()), seen[0])

    def test_a_host_that_holds_a_secret_and_does_not_resolve_is_masked(self):
        self.run_quietly(self.load("http://${SECRET_HOST}.%s.invalid/" % ("x" * 64)), code=0)

    def test_payload_addresses_with_a_secret_are_masked_when_they_fail(self):
        with servers.refused_port() as port:
            self.run_quietly(self.load("http://127.0.0.1:1/", payloadURL=f"http://127.0.0.1:{port}/?token=${{DB_PASSWORD}}"),
                             code=1)

    def test_endpoints_are_masked_as_well(self):
        with servers.refused_port() as port:
            endpoints = {"one": {"url": f"http://127.0.0.1:{port}/?token=${{DB_PASSWORD}}", "headers": {"X": "${API_TOKEN}"}}}
            self.run_quietly(self.load(f"http://127.0.0.1:{port}/", endpoints=endpoints), code=0)


class SecretsInScripts(SecretCase):

    PRINT = ('echo "plain $API_TOKEN $DB_PASSWORD"; printf "%s" "$API_TOKEN" | base64; printf "user:%s" "$DB_PASSWORD" | base64; '
             'echo "error $API_TOKEN" >&2; cat secret.txt; ')

    def experiment(self, end):
        return {"versions": [{"name": "a", "token": "${API_TOKEN}", "password": "${file:secret.txt}"},
                             {"name": "b", "token": "${DB_PASSWORD}"}],
                "tasks": [{"run": self.PRINT + end}]}

    def test_the_output_of_a_good_script_is_masked(self):
        self.run_quietly(self.experiment("true"), code=0)

    def test_the_output_of_a_failing_script_is_masked(self):
        self.run_quietly(self.experiment("exit 1"), code=1)

    def test_a_secret_cut_by_the_limit_of_output_is_masked(self):
        self.run_quietly(self.experiment("for i in $(seq 3000); do echo \"$i $DB_PASSWORD\"; done; exit 1"), code=1)

    def test_no_part_of_a_secret_is_left_where_the_output_was_cut(self):
        for padding in range(0, len(PASSWORD), 4):
            with self.subTest(padding=padding):
                script = f'printf %{padding + 1}s x; for i in $(seq 50000); do echo "$DB_PASSWORD"; done; exit 1'
                self.write("experiment.yaml", {"tasks": [{"run": script}]})
                finished = self.iter8("run", environment=ENVIRONMENT)
                self.assert_code(finished, 1)
                text = finished.text + (self.folder / "result.yaml").read_text()
                for end in (PASSWORD[-8:], PASSWORD[:8]):
                    self.assertNotIn(end, text)

    def test_a_plugin_that_repeats_its_input_is_masked(self):
        for body, code in (("cat >&2; exit 1", 1), ("cat", 1), ("cat >&2; echo '{}'", 0),
                           ("m=$(cat | tr -d '\"\\\\' | head -c 2000); echo \"{\\\"message\\\": \\\"$m $DB_PASSWORD\\\"}\"", 0)):
            with self.subTest(body):
                path = self.write("bin/iter8-task-parrot", "#!/bin/bash\n" + body + "\n")
                path.chmod(0o755)
                task = {"task": "x-parrot", "with": {"token": "${API_TOKEN}", "list": [{"password": "${DB_PASSWORD}"}]}}
                self.write("experiment.yaml", {"tasks": [task]})
                finished = self.iter8("run", "--log-level", "trace",
                                      environment={**ENVIRONMENT, "ITER8_TASK_PATH": str(path.parent)})
                self.assert_code(finished, code)
                self.assert_keeps_secrets(finished.text, "the output")
                self.assert_keeps_secrets((self.folder / "result.yaml").read_text(), "result.yaml")

    def test_names_and_metrics_of_a_plugin_that_hold_a_secret_are_masked(self):
        path = self.write("bin/iter8-task-leak", '#!/bin/bash\necho "{\\"metrics\\":[{\\"name\\":\\"$DB_PASSWORD\\",'
                          '\\"version\\":\\"0\\",\\"kind\\":\\"gauge\\",\\"value\\":1,\\"unit\\":\\"$DB_PASSWORD\\"}]}"\n')
        path.chmod(0o755)
        self.write("experiment.yaml", {"tasks": [{"task": "x-leak", "with": {"password": "${DB_PASSWORD}"}}]})
        finished = self.iter8("run", "--log-level", "trace", environment={**ENVIRONMENT, "ITER8_TASK_PATH": str(path.parent)})
        self.assert_keeps_secrets(finished.text + (self.folder / "result.yaml").read_text(), "the output or result.yaml")


ECHOING = {"API_TOKEN", "SMTP_PASS", "SSH_PASSPHRASE", "DB_PWD", "MYAUTH", "BASIC_AUTH", "SESSION_COOKIE", "DATABASE_URL", "BEARER",
           "CREDENTIALS", "GH_PAT", "SIGNATURE", "PRIVATE_CERT", "SENTRY_DSN", "DOCKER_AUTH_CONFIG", "NPM_AUTH", "JWT", "SAS",
           "PASSWORT", "KUBECONFIG_DATA"}
ODD = 'tok&A1"b<c>9z/Qw+e=\'ü'


class SecretsThatServersEcho(SecretCase):
    """A metric backend answers with an error that holds what it must not."""

    def echo(self, said, environment, *extra, **top):
        """Everything that a run writes when the server says this."""
        with Server(servers.answering(response(said.encode(), "500 Internal Server Error"))) as server:
            provider = {"provider": "rest", "url": server.url("/p"), "retry": {"attempts": 1},
                        "metrics": [{"name": "x", "path": "/", "jq": ".v"}]}
            self.write("experiment.yaml", {**top, "tasks": [{"task": "metrics", "continueOnError": True, "with": provider}, *extra]})
            reports = [word for format in FORMATS + ("html", "junit", "sarif") for word in ("-r", f"{format}={format}.out")]
            finished = self.iter8("run", "-l", "trace", *reports, environment=environment)
            self.assertEqual(server.requests, 1, finished.story())
        written = [path.read_text() for path in self.folder.iterdir() if path.suffix == ".out" or path.name == "result.yaml"]
        self.assertEqual(len(written), 7)
        return "\n".join([finished.text, *written])

    def test_every_form_is_masked_in_every_output(self):
        said = [*list(forms(ODD))[:-3], *in_base64(ODD)]
        shown = self.echo("; ".join(f"[{form}]" for form in said), {"API_TOKEN": ODD})
        for form in forms(ODD):
            self.assertNotIn(form, shown)

    def test_variables_that_are_called_like_secrets_are(self):
        environment = {name: f"value&of/{name.lower()}+42" for name in ECHOING}
        shown = self.echo(" ".join(environment.values()), environment)
        for name, value in environment.items():
            self.assertNotIn(value, shown, name)

    def test_others_are_when_the_pipeline_or_the_file_says_so(self):
        environment = {"PLAIN": "plain-value-1", "ALSO": "also-value-2", "THIRD": "third-value-3", "ITER8_SECRETS": "PLAIN,ALSO,NOT_SET"}
        shown = self.echo(" ".join(environment.values()), environment, secrets=["THIRD", "NOT_SET_EITHER"])
        for name in ("PLAIN", "ALSO", "THIRD"):
            self.assertNotIn(environment[name], shown)
        self.assertIn("third-value-3", self.echo("third-value-3", {"THIRD": "third-value-3"}))

    def test_user_and_password_of_every_url_are_masked(self):
        environment = {"V": "of-an-api-url-9", "http_proxy": "", "HTTPS_PROXY": "http://me:of-the-proxy-8@127.0.0.1:1"}
        comment = {"task": "comment", "continueOnError": True,
                   "with": {"apiURL": "http://bot:${V}@127.0.0.1:1", "token": "${API_TOKEN}", "repository": "a/b", "pullRequest": 1}}
        shown = self.echo("of-an-api-url-9 of-the-proxy-8", environment | {"API_TOKEN": TOKEN}, comment)
        for value in ("of-an-api-url-9", "of-the-proxy-8"):
            self.assertNotIn(value, shown)


class SecretsInErrors(SecretCase):

    def test_a_url_that_a_secret_makes_invalid_is_masked(self):
        url = "http://admin:${DB_PASSWORD}@127.0.0.1:1/?token=${API_TOKEN}x"  # the token holds a space
        self.write("experiment.yaml", {"tasks": [{"task": "http", "with": {"url": url}}]})
        finished = self.iter8("run", environment=ENVIRONMENT)
        self.assert_refused(finished, "url")
        self.assert_keeps_secrets(finished.text, "the message")

    def test_a_message_about_a_wrong_value_masks_it(self):
        for field in ("qps: ${DB_PASSWORD}", "timeout: ${DB_PASSWORD}", "url: 'ftp://${DB_PASSWORD}/'", "arrival: ${DB_PASSWORD}",
                      "payloadFile: ${DB_PASSWORD}", "headers: {'a ${DB_PASSWORD}': x}", "tls: {ca: '${DB_PASSWORD}'}"):
            with self.subTest(field):
                url = "" if field.startswith("url") else "    url: http://127.0.0.1:1/\n"
                self.write("experiment.yaml", f"tasks:\n- task: http\n  with:\n{url}    {field}\n")
                for command in ("validate", "run"):
                    finished = self.iter8(command, environment=ENVIRONMENT)
                    self.assert_keeps_secrets(finished.text, command)
                self.assertNotEqual(finished.code, 0, finished.story())

    def test_an_override_on_the_command_line_with_a_secret_is_masked_in_messages(self):
        self.write("experiment.yaml", {"tasks": [{"run": "true"}]})
        finished = self.iter8("run", "--set", f"tasks[0].token={PASSWORD}")
        self.assertNotEqual(finished.code, 0)
        self.assert_keeps_secrets(finished.text, "the message")

    def test_secrets_of_the_environment_that_the_file_never_names_are_masked_too(self):
        """A script prints what CI put into its environment: the program cannot know the file's author meant to."""
        self.run_quietly({"tasks": [{"run": "env; exit 1"}]}, code=1)


if __name__ == "__main__":
    unittest.main(verbosity=2)
