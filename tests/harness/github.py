"""A small fake GitHub that keeps state: repositories are real git repositories, and every request is checked against GitHub's
official description before it is answered. A stand-in for GitHub's behaviour, not for its shape: answers are the
description's own examples with the state laid over them."""

import contextlib
import http.server
import json
import re
import sys
import threading
import urllib.parse
from dataclasses import dataclass, field

from harness.github_actions import Actions
from harness.github_git import GitData
from harness.github_pulls import PullRequests
from harness.github_reports import Reports
from harness.program import PATIENCE
from harness.routes import Answer, not_found, overlaid

TOKEN = "ghs_test_0123456789"


@dataclass
class Asked:
    """One request as it arrived, and its response."""

    method: str
    path: str       # decoded, without the query
    query: dict
    body: object    # parsed JSON, or None
    headers: dict
    status: int = 0

    def __str__(self):
        return f"{self.method} {self.path} {self.status}"

    @property
    def is_write(self):
        return self.method not in ("GET", "HEAD")


@dataclass
class Github(GitData, PullRequests, Reports, Actions):
    """Serves `repositories` ("owner/name" -> harness.git.Repository) on a free port; ends with `case`. A further family
    of calls is one more base class with methods marked by harness.routes.route.

    `before(asked)` may return an Answer instead of the usual one, or do harm; `after(asked)` runs when the state has
    changed but nothing was answered yet."""

    case: object
    prism: object
    repositories: dict = field(default_factory=dict)
    before: object = None
    after: object = None
    token: str = TOKEN
    server: str = "https://github.example.com"  # whose job this is
    protected: set = field(default_factory=set)  # branches

    def __post_init__(self):
        super().__init__()
        self.asked = []
        self.violations = []
        self._lock = threading.Lock()
        self._server = QuietServer(("127.0.0.1", 0), handler_for(self))
        threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True).start()
        self.case.addCleanup(self.stop)

    @property
    def url(self):
        return f"http://127.0.0.1:{self._server.server_address[1]}"

    @property
    def environment(self):
        """The variables of a workflow that runs in the first repository."""
        name = next(iter(self.repositories), "acme/app")
        return {"GITHUB_API_URL": self.url, "GITHUB_TOKEN": self.token, "GITHUB_REPOSITORY": name,
                "GITHUB_SERVER_URL": self.server, "GITHUB_RUN_ID": "4711"}

    @property
    def writes(self):
        return [asked for asked in self.asked if asked.is_write]

    def assert_sound(self):
        """No request violated the description; call it at the end of each test."""
        self.case.assertEqual(self.violations, [])

    def stop(self):
        self._server.shutdown()
        self._server.server_close()

    def handle(self, method, raw_path, headers, content):
        """Handles one request. Requests are handled one at a time, so that the state stays consistent."""
        with self._lock:
            url = urllib.parse.urlsplit(raw_path)
            asked = Asked(method=method, path=urllib.parse.unquote(url.path), headers=headers, body=parsed(content),
                          query=dict(urllib.parse.parse_qsl(url.query, keep_blank_values=True)))
            self.asked.append(asked)
            answer = self._answer(asked, raw_path, url.path, headers, content)
            asked.status = answer.status
            return answer

    def is_authorized(self, headers):
        return headers.get("authorization") == f"Bearer {self.token}"

    def checked(self, asked, raw_path, headers, content):
        """The violations in a request, and the description's example of its response."""
        if asked.path == "/graphql":  # no part of the description
            return [], None
        checked = self.prism.check(asked.method, raw_path, headers, content)
        return checked.violations, checked.example

    def _answer(self, asked, raw_path, raw_place, headers, content):
        if self.before and (instead := self.before(asked)):
            return instead
        if not self.is_authorized(headers):
            return Answer(401, {"message": "Bad credentials"})
        violations, example = self.checked(asked, raw_path, headers, content)
        if violations:
            self.violations.append(f"{asked.method} {raw_path}: {'; '.join(violations)}")
            return Answer(422, {"message": "Validation Failed", "errors": violations})
        for method, pattern, name in self.routes():
            match = re.fullmatch(pattern, raw_place)
            if method == asked.method and match:
                parts = [urllib.parse.unquote(part) for part in match.groups()]
                try:
                    answer = getattr(self, name)(asked, *parts)
                except LookupError:  # no such repository or object
                    answer = not_found()
                if self.after:
                    self.after(asked)
                return overlaid(answer, example)
        raise NotImplementedError(f"the test's GitHub has no {asked.method} {asked.path}")


class QuietServer(http.server.ThreadingHTTPServer):
    """Does not log an error when the program is killed in the middle of a request."""

    daemon_threads = True

    def handle_error(self, request, client_address):
        if not isinstance(sys.exc_info()[1], OSError):
            super().handle_error(request, client_address)


def parsed(content):
    try:
        return json.loads(content) if content else None
    except ValueError:
        return None


def handler_for(github):
    class Handler(http.server.BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        timeout = 30 * PATIENCE

        def do_any(self):
            content = self.rfile.read(int(self.headers.get("content-length") or 0))
            headers = {name.lower(): value for name, value in self.headers.items()}
            try:
                answer = github.handle(self.command, self.path, headers, content)
            except Exception as error:  # shown by assert_sound, where a thread's trace would get lost
                github.violations.append(f"{self.command} {self.path}: {type(error).__name__}: {error}")
                answer = Answer(500, {"message": "the test's GitHub broke"})
            with contextlib.suppress(OSError):  # the program may be gone by now
                self.reply(answer)

        def reply(self, answer):
            body = b"" if answer.body is None else json.dumps(answer.body).encode()
            self.send_response(answer.status)
            for name, value in answer.headers.items():
                self.send_header(name, value)
            if answer.status != 204:
                self.send_header("Content-Type", "application/json; charset=utf-8")
                self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            if answer.status != 204:
                self.wfile.write(body)

        do_GET = do_POST = do_PATCH = do_PUT = do_DELETE = do_any

        def log_message(self, *_):
            """Prints nothing: `asked` keeps every request."""

    return Handler
