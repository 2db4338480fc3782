"""An ordinary ASGI server (uvicorn) with the application of tests/asgi, and nginx in front of it."""

import os
import select
import socket
import subprocess
import time
from pathlib import Path

from harness.program import PATIENCE, stop_all

TESTS = Path(__file__).resolve().parents[1]
ENVIRONMENT = Path(os.environ.get("ITER8_ASGI") or TESTS.parent / "build/asgi")

PROXY = """
daemon off;
master_process off;
pid {folder}/nginx.pid;
error_log {folder}/error.log;
events {{ worker_connections 512; }}
http {{
  access_log off;
  client_body_temp_path {folder}/body;
  proxy_temp_path {folder}/proxy;
  fastcgi_temp_path {folder}/fastcgi;
  uwsgi_temp_path {folder}/uwsgi;
  scgi_temp_path {folder}/scgi;
  server {{
    listen 127.0.0.1:{ports[0]};
    listen 127.0.0.1:{ports[1]} http2;
    location / {{ proxy_pass http://127.0.0.1:{upstream}; proxy_buffering off; proxy_http_version 1.1; proxy_set_header Connection ""; }}
  }}
}}
"""


def need():
    """Ends the test as skipped, with a message, if the server is not installed: it cannot run here."""
    if (ENVIRONMENT / "bin/uvicorn").is_file():
        return
    print("cannot run here: no uvicorn; ./dev install asgi brings it", flush=True)
    stop_all()
    os._exit(77)  # unittest would take SystemExit for an error of the test


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def start(case, command, port, **popen):
    """Starts a server that ends with `case`, and waits until it listens."""
    process = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, **popen)

    def stop():
        process.terminate()
        try:
            process.wait(10 * PATIENCE)
        except subprocess.TimeoutExpired:  # streams that never end keep it alive
            process.kill()
            process.wait()

    case.addCleanup(stop)
    deadline = time.monotonic() + 20 * PATIENCE
    while time.monotonic() < deadline and process.poll() is None:
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
            return
        except ConnectionRefusedError:
            select.select([], [], [], 0.02)
    case.fail(f"{command[0]} did not start")


class StreamServers:
    """uvicorn, and nginx in front of it with HTTP/1.1 and HTTP/2 in the clear: URLs of `direct`, `proxy` and `proxy_http2`."""

    def __init__(self, case, nginx):
        upstream, *ports = (free_port(), free_port(), free_port())
        start(case, [ENVIRONMENT / "bin/uvicorn", "--host", "127.0.0.1", "--port", str(upstream), "--timeout-graceful-shutdown", "1",
                     "--log-level", "critical", "app:app"], upstream, cwd=TESTS / "asgi", env={**os.environ, "PYTHONDONTWRITEBYTECODE": "1"})
        self.direct, self.proxy, self.proxy_http2 = (f"http://127.0.0.1:{port}" for port in (upstream, *ports))
        if not nginx:
            return
        folder = case.folder / "proxy"
        folder.mkdir()
        (folder / "nginx.conf").write_text(PROXY.format(folder=folder, ports=ports, upstream=upstream))
        start(case, [nginx, "-c", folder / "nginx.conf", "-e", folder / "start.log"], ports[0])
