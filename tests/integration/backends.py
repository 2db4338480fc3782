"""Real servers that metrics are asked of, each in a folder of its own, on free loopback ports, with data that the tests know."""

import os
import select
import shutil
import socket
import subprocess
import sys
import time
import unittest
import urllib.error
import urllib.parse
import urllib.request

from harness.program import PATIENCE

SEARCH = os.environ["PATH"] + ":/usr/sbin:/usr/lib/postgresql/15/bin"


def program(name):
    """The path of a program; the test is skipped, and says so, where it is not installed."""
    path = shutil.which(name, path=SEARCH)
    if path is None:
        print(f"cannot run here: {name} is not installed")
        raise unittest.SkipTest(f"{name} is not installed")
    return path


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def fetch(url, data=None, headers=(), method=None):
    """The body of a good answer; the status and body of a bad one as an AssertionError."""
    request = urllib.request.Request(url, data=data, headers=dict(headers), method=method)
    try:
        with urllib.request.urlopen(request, timeout=20 * PATIENCE) as answer:
            return answer.read().decode()
    except urllib.error.HTTPError as error:
        raise AssertionError(f"{url}: {error.code}: {error.read(500)}") from None


class Server:
    """A process that ends with the test; ready when `ready` (an URL, or nothing for the port alone) answers."""

    def __init__(self, case, name, command, port, ready="", **popen):
        self.port = port
        self._log = case.folder / f"{name}.log"
        with self._log.open("wb") as log:
            self._process = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=log, stderr=log, **popen)
        case.addCleanup(self.stop)
        self._wait(name, ready)

    def url(self, path=""):
        return f"http://127.0.0.1:{self.port}{path}"

    def _wait(self, name, ready):
        deadline = time.monotonic() + 30 * PATIENCE
        while time.monotonic() < deadline and self._process.poll() is None:
            try:
                if ready:
                    fetch(self.url(ready))
                else:
                    socket.create_connection(("127.0.0.1", self.port), timeout=1).close()
                return
            except (OSError, AssertionError):
                select.select([], [], [], 0.02)
        self.stop()
        sys.exit(f"{name} did not start: " + self._log.read_text(errors="replace")[-2000:])

    def stop(self):
        if self._process.poll() is None:
            self._process.terminate()
            try:
                self._process.wait(10 * PATIENCE)
            except subprocess.TimeoutExpired:
                self._process.kill()
                self._process.wait()


def start_prometheus(case, samples=None, scrape=(), arguments=()):
    """Prometheus with back-filled data: a list of (series, time, value), and targets HOST:PORT that it scrapes every
    second."""
    folder = case.folder / "prometheus"
    folder.mkdir()
    if samples:
        lines = [f"{series} {value} {when}" for series, when, value in samples]
        (folder / "data.om").write_text("\n".join([*lines, "# EOF", ""]))
        done = subprocess.run([program("promtool"), "tsdb", "create-blocks-from", "openmetrics", folder / "data.om",
                               folder / "tsdb"], capture_output=True, text=True, timeout=60 * PATIENCE)
        if done.returncode:
            raise AssertionError(done.stdout + done.stderr)
    (folder / "prometheus.yml").write_text(
        "global: {scrape_interval: 1s, scrape_timeout: 1s}\n"
        f"scrape_configs: [{{job_name: demo, static_configs: [{{targets: {list(scrape)}}}]}}]\n")
    port = free_port()
    return Server(case, "prometheus", [program("prometheus"), f"--config.file={folder}/prometheus.yml",
                                       f"--storage.tsdb.path={folder}/tsdb", f"--web.listen-address=127.0.0.1:{port}",
                                       "--log.level=warn", *arguments], port, "/-/ready")


def counters(name, per_second, now, seconds=1200, step=15):
    """Samples of a counter for each set of labels {"{…}": rate}, from `seconds` before `now` to now."""
    return [(name + labels, when, (when - now + seconds) * rate)
            for labels, rate in per_second.items() for when in range(now - seconds, now + 1, step)]
