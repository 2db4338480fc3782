"""Real servers that are queried for metrics, each in its own folder, on free loopback ports, with data that the tests know."""

import os
import select
import shutil
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.parse
import urllib.request

from harness.daemons import free_port
from harness.program import PATIENCE

SEARCH = os.environ["PATH"] + ":/usr/sbin:/usr/lib/postgresql/15/bin"


def program(name):
    """The path of a program, or an error: tests call require() first."""
    path = shutil.which(name, path=SEARCH)
    if path is None:
        raise AssertionError(f"{name} is not installed")
    return path


def require(*names):
    """Ends the test, as one that cannot run here, when a program is missing."""
    missing = [name for name in names if shutil.which(name, path=SEARCH) is None]
    if missing:
        print(f"cannot run here: {', '.join(missing)} not installed")
        sys.exit(77)


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
    """Samples of a counter for each set of labels {"{…}": rate}, from `seconds` before `now`; they go on for some minutes, so
    that a slow machine asks for nothing that is not there."""
    return [(name + labels, when, (when - now + seconds) * rate)
            for labels, rate in per_second.items() for when in range(now - seconds, now + 300, step)]


def start_victoria_metrics(case, samples):
    """VictoriaMetrics with these samples, imported through its own API."""
    port = free_port()
    server = Server(case, "victoria-metrics", [
        program("victoria-metrics"), f"-storageDataPath={case.folder}/victoria", f"-httpListenAddr=127.0.0.1:{port}",
        "-search.latencyOffset=0s", "-loggerLevel=ERROR"], port, "/health")
    lines = [f"{series} {value} {when * 1000}" for series, when, value in samples]
    fetch(server.url("/api/v1/import/prometheus"), "\n".join(lines).encode())
    fetch(server.url("/internal/force_flush"))
    return server


INFLUXDB = """
reporting-disabled = true
bind-address = "127.0.0.1:{rpc}"
[meta]
  dir = "{folder}/meta"
[data]
  dir = "{folder}/data"
  wal-dir = "{folder}/wal"
  index-version = "inmem"
[http]
  bind-address = "127.0.0.1:{port}"
  auth-enabled = false
"""


def start_influxdb(case, lines):
    """InfluxDB 1.6 with a database `shop` that holds these lines of its line protocol."""
    folder = case.folder / "influxdb"
    folder.mkdir()
    port = free_port()
    (folder / "influxdb.conf").write_text(INFLUXDB.format(folder=folder, port=port, rpc=free_port()))
    server = Server(case, "influxdb", [program("influxd"), "run", "-config", folder / "influxdb.conf"], port, "/ping")
    fetch(server.url("/query"), urllib.parse.urlencode({"q": "CREATE DATABASE shop"}).encode())
    fetch(server.url("/write?db=shop"), "\n".join(lines).encode())
    return server


CARBON = """
[cache]
STORAGE_DIR = {folder}
CONF_DIR = {folder}
LOG_DIR = {folder}
PID_DIR = {folder}
LOCAL_DATA_DIR = {folder}/whisper/
LINE_RECEIVER_INTERFACE = 127.0.0.1
LINE_RECEIVER_PORT = {line}
ENABLE_UDP_LISTENER = False
PICKLE_RECEIVER_PORT = 0
CACHE_QUERY_INTERFACE = 127.0.0.1
CACHE_QUERY_PORT = {query}
MAX_UPDATES_PER_SECOND = inf
MAX_CREATES_PER_MINUTE = inf
LOG_UPDATES = False
USER =
"""

GRAPHITE_SETTINGS = """
SECRET_KEY = "for tests"
STORAGE_DIR = CONF_DIR = LOG_DIR = "{folder}"
WHISPER_DIR = STANDARD_DIRS_ROOT = "{folder}/whisper"
STANDARD_DIRS = ["{folder}/whisper"]
INDEX_FILE = "{folder}/index"
DATABASES = {{"default": {{"ENGINE": "django.db.backends.sqlite3", "NAME": "{folder}/graphite.db"}}}}
CARBONLINK_HOSTS = ["127.0.0.1:{query}"]
ALLOWED_HOSTS = ["*"]
TIME_ZONE = "UTC"
"""

GRAPHITE_SERVER = """
import sys
from wsgiref.simple_server import make_server, WSGIRequestHandler
from graphite.wsgi import application
WSGIRequestHandler.log_message = lambda *_: None
make_server("127.0.0.1", int(sys.argv[1]), application).serve_forever()
"""


def start_graphite(case, lines):
    """carbon that got these lines, and graphite-web in front of it, with the Python that Debian installed it for."""
    folder = case.folder / "graphite"
    (folder / "whisper").mkdir(parents=True)
    line, query, port = free_port(), free_port(), free_port()
    (folder / "carbon.conf").write_text(CARBON.format(folder=folder, line=line, query=query))
    (folder / "storage-schemas.conf").write_text("[all]\npattern = .*\nretentions = 10s:1d\n")
    (folder / "graphite_test_settings.py").write_text(
        "from graphite.settings import *\n" + GRAPHITE_SETTINGS.format(folder=folder, query=query))
    (folder / "serve.py").write_text(GRAPHITE_SERVER)
    Server(case, "carbon", [program("carbon-cache"), f"--config={folder}/carbon.conf", "--nodaemon", "start"], line,
           env={**os.environ, "GRAPHITE_ROOT": str(folder), "HOME": str(folder)})
    with socket.create_connection(("127.0.0.1", line), timeout=10) as stream:
        stream.sendall("".join(f"{text}\n" for text in lines).encode())
    environment = {**os.environ, "PYTHONPATH": str(folder), "DJANGO_SETTINGS_MODULE": "graphite_test_settings",
                   "GRAPHITE_STORAGE_DIR": str(folder), "GRAPHITE_CONF_DIR": str(folder)}
    return Server(case, "graphite-web", ["/usr/bin/python3", folder / "serve.py", str(port)], port, "/version/",
                  env=environment, cwd=folder)


def start_postgresql(case, statements):
    """PostgreSQL that ran these statements as the owner of the database `postgres`. Its server refuses to run as root."""
    folder = case.folder / "postgresql"
    folder.mkdir()
    as_owner = []
    if os.geteuid() == 0:
        os.chmod(case.folder, 0o755)
        shutil.chown(folder, "nobody", "nogroup")
        as_owner = [program("setpriv"), "--reuid=nobody", "--regid=nogroup", "--clear-groups"]
    (case.folder / "password").write_text("sesame-98765")
    done = subprocess.run([*as_owner, program("initdb"), "--pgdata", folder / "data", "--username=shop", "--auth=scram-sha-256",
                           f"--pwfile={case.folder}/password", "--no-sync"], capture_output=True, text=True,
                          timeout=60 * PATIENCE)
    if done.returncode:
        raise AssertionError(done.stdout + done.stderr)
    port = free_port()
    server = Server(case, "postgresql", [*as_owner, program("postgres"), "-D", folder / "data", "-p", str(port),
                                         "-c", "listen_addresses=127.0.0.1", "-c", f"unix_socket_directories={folder}",
                                         "-c", "fsync=off"], port)
    for statement in statements:
        done = subprocess.run([program("psql"), "-w", f"postgresql://shop:sesame-98765@127.0.0.1:{port}/postgres", "-c",
                               statement], capture_output=True, text=True, timeout=60 * PATIENCE)
        if done.returncode:
            raise AssertionError(done.stdout + done.stderr)
    return server
