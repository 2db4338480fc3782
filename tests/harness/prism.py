"""Prism, which checks requests against an OpenAPI description and answers with its examples."""

import atexit
import functools
import http.client
import json
import os
import select
import socket
import subprocess
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

from harness import github_description, npm
from harness.program import PATIENCE

PROGRAM = "@stoplight/prism-cli"


@dataclass(frozen=True)
class Checked:
    """What the description says about a request."""

    status: int        # of the example, or of the refusal
    example: object    # the example's body, or None
    violations: list   # what is wrong with the request, as texts


@functools.cache
def shared_prism():
    """The one of this process, which ends with it."""
    prism = Prism()
    atexit.register(prism.stop)
    return prism


class Prism:
    """A validator of GitHub requests. It takes three seconds to start: shared_prism() is started once for all tests of a file."""

    def __init__(self):
        npm.need(PROGRAM, "@octokit/openapi")
        self._known = {}
        self._folder = tempfile.TemporaryDirectory(prefix="iter8-prism-")
        description = Path(self._folder.name) / "github.json"
        github_description.write_strict_slice(description)
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = probe.getsockname()[1]
        self._log = open(Path(self._folder.name) / "log", "w+b")
        # Not by npx, whose child would outlive it.
        self._process = subprocess.Popen(
            ["node", npm.MODULES / PROGRAM / "dist/index.js", "mock", "-h", "127.0.0.1", "-p", str(self.port), description],
            stdin=subprocess.DEVNULL, stdout=self._log, stderr=subprocess.STDOUT, env={"PATH": os.environ["PATH"]})
        self._wait_until_it_answers()

    def check(self, method, raw_path, headers, body):
        """Validates one request, given as it arrived. Results are cached."""
        key = (method, raw_path, bytes(body or b""), headers.get("accept"), headers.get("content-type"))
        if key not in self._known:
            self._known[key] = self._ask(method, raw_path, headers, body)
        return self._known[key]

    def _ask(self, method, raw_path, headers, body):
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=30 * PATIENCE)
        kept = {name: value for name, value in headers.items()
                if name.lower() in ("accept", "content-type", "authorization", "x-github-api-version")}
        try:
            connection.request(method, raw_path, body=body, headers=kept)
            response = connection.getresponse()
            content = response.read()
        finally:
            connection.close()
        example = json.loads(content) if content else None
        return Checked(response.status, example, request_violations(response, example))

    def stop(self):
        if self._process.poll() is None:
            self._process.kill()
            self._process.wait()
        self._log.close()
        self._folder.cleanup()

    def _wait_until_it_answers(self):
        deadline = time.monotonic() + 180 * PATIENCE  # three seconds, but for a machine with ten times the work it can do
        while time.monotonic() < deadline and self._process.poll() is None:
            try:
                socket.create_connection(("127.0.0.1", self.port), timeout=1).close()
                return
            except ConnectionRefusedError:
                select.select([], [], [], 0.05)
        self._log.seek(0)
        raise AssertionError("prism did not start: " + self._log.read().decode(errors="replace"))


def request_violations(response, example):
    """Only violations in the request count, not those in GitHub's own examples."""
    found = json.loads(response.getheader("sl-violations") or "[]")
    texts = [f"{'.'.join(map(str, one['location']))}: {one['message']}" for one in found if "request" in one["location"]]
    refused = response.status >= 400 and isinstance(example, dict) and "stoplight.io" in str(example.get("type"))
    if refused and not texts:
        texts = [f"{example.get('title')}: {example.get('detail')}"]
    return texts
