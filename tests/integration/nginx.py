"""A real nginx in its own folder: one process, free ports, and an access log of all requests."""

import os
import select
import shutil
import socket
import subprocess
import sys
import time
from dataclasses import dataclass

from harness.daemons import free_port, nginx_configuration
from harness.program import PATIENCE

LOG = ("log_format asked '$server_port|$connection|$request_method|$request_uri|$status|$http_x_version|$content_length|$http_host|"
       "$server_protocol';")
SERVER = """
    access_log {folder}/access.log asked;
    keepalive_requests {requests};
    listen 127.0.0.1:{ports[0]};
    listen 127.0.0.1:{ports[1]};
    listen unix:{folder}/nginx.sock;
    {tls}
    {clear}
    location / {{ return 200 "{body}"; }}
    location /fail {{ return 503 "no"; }}
    location /empty {{ return 204; }}
    location /moved {{ return 302 /; }}
    location /file {{ alias {folder}/file; }}
    location /half {{ if ($server_port = {ports[1]}) {{ return 500; }} return 200 "ok"; }}
"""


def installed():
    """The path of nginx, which Debian keeps out of the PATH of ordinary users; None when it is not installed."""
    return shutil.which("nginx", path=os.environ["PATH"] + ":/usr/sbin")


@dataclass(frozen=True)
class Asked:
    """One request as nginx logged it."""

    port: str
    connection: str
    method: str
    uri: str
    status: str
    version: str
    length: str
    host: str
    protocol: str


class Nginx:
    """Ends with `case`. `ports` are ways to the same server, with `http2` a third in the clear; `certificate` (two files)
    adds one for https, which agrees to HTTP/2 with `http2`."""

    def __init__(self, case, certificate=None, http2=False, requests_per_connection=100_000):
        self.folder = case.folder / "nginx"
        self.folder.mkdir()
        self.ports = (free_port(), free_port(), free_port())
        self.tls_port = free_port() if certificate else None
        (self.folder / "file").write_bytes(b"x" * 300_000)
        tls = (f"listen 127.0.0.1:{self.tls_port} ssl{' http2' if http2 else ''}; ssl_certificate {certificate[0]}; "
               f"ssl_certificate_key {certificate[1]};") if certificate else ""
        clear = f"listen 127.0.0.1:{self.ports[2]} http2;" if http2 else ""
        configuration = self.folder / "nginx.conf"
        server = SERVER.format(folder=self.folder, ports=self.ports, tls=tls, clear=clear, body="x" * 1024,
                               requests=requests_per_connection)
        configuration.write_text(nginx_configuration(self.folder, server, LOG))
        self._process = subprocess.Popen([installed(), "-c", configuration, "-e", self.folder / "start.log"],
                                         stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        case.addCleanup(self.stop)
        self._wait_until_it_answers()

    def url(self, path="/", version=0):
        return f"http://127.0.0.1:{self.ports[version]}{path}"

    def _wait_until_it_answers(self):
        deadline = time.monotonic() + 10 * PATIENCE
        while time.monotonic() < deadline and self._process.poll() is None:
            try:
                socket.create_connection(("127.0.0.1", self.ports[0]), timeout=1).close()
                return
            except ConnectionRefusedError:
                select.select([], [], [], 0.01)
        sys.exit("nginx did not start: " + (self.folder / "start.log").read_text())

    def stop(self):
        if self._process.poll() is None:
            self._process.terminate()
            self._process.wait(10 * PATIENCE)

    def asked(self):
        """Every request so far, in the order in which they ended. Stops the server, which completes the log."""
        self.stop()
        return [Asked(*line.split("|")) for line in (self.folder / "access.log").read_text().splitlines()]
