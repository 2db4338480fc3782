"""Programs that serve on a free loopback port, in the folder of a test, and end with it."""

import shutil
import socket
import subprocess
import time

from harness.program import PATIENCE

SEARCH = "/usr/sbin:/usr/bin:/usr/local/bin"

NGINX = """
daemon off;
master_process off;
pid {folder}/nginx.pid;
error_log {folder}/error.log;
events {{ worker_connections 512; }}
http {{
  access_log off;
  {http}
  client_body_temp_path {folder}/body;
  proxy_temp_path {folder}/proxy;
  fastcgi_temp_path {folder}/fastcgi;
  uwsgi_temp_path {folder}/uwsgi;
  scgi_temp_path {folder}/scgi;
  server {{
    {server}
  }}
}}
"""

# HTTP/2 in the clear, in front of one server; `options` are those of its line.
HAPROXY = """
global
  maxconn 200
defaults
  mode http
  timeout connect 5s
  timeout client 20s
  timeout server 20s
frontend clear
  bind 127.0.0.1:{port} proto h2
  default_backend behind
backend behind
  server one 127.0.0.1:{backend}{options}
"""


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def listens(port):
    """Asks the kernel, as a connection would count as one at the server."""
    listening = f"0100007F:{port:04X} 00000000:0000 0A"
    with open("/proc/net/tcp", encoding="ascii") as table:
        return any(listening in line for line in table)


def serve(case, program, arguments, port, folder=None, **popen):
    """Starts a program (by name or path) that stays in the foreground, and waits until it listens. Skips the test where the
    program is missing."""
    path = shutil.which(program, path=None if "/" in str(program) else SEARCH)
    if path is None:
        case.skipTest(f"no {program}")
    folder = folder or case.folder
    log = folder / f"{path.rsplit('/', 1)[-1]}.log"
    with log.open("wb") as out:
        process = subprocess.Popen([path, *arguments], cwd=folder, stdin=subprocess.DEVNULL, stdout=out, stderr=out, **popen)

    def stop():
        process.terminate()
        try:
            process.wait(10 * PATIENCE)
        except subprocess.TimeoutExpired:  # connections that never end keep it alive
            process.kill()
            process.wait()

    case.addCleanup(stop)
    deadline = time.monotonic() + 20 * PATIENCE
    while not listens(port):
        case.assertIsNone(process.poll(), f"{program} ended: {log.read_text(errors='replace')}")
        case.assertLess(time.monotonic(), deadline, f"{program} does not listen")


def nginx_configuration(folder, server, http=""):
    """One process with one server block, which keeps all its files in the folder. Requests are logged only where the block says so."""
    return NGINX.format(folder=folder, server=server, http=http)


def serve_nginx(case, port, server, name="nginx"):
    """nginx with one server block, in a folder of its own."""
    folder = case.folder / name
    folder.mkdir()
    (folder / "nginx.conf").write_text(nginx_configuration(folder, server))
    serve(case, "nginx", ["-c", str(folder / "nginx.conf"), "-e", str(folder / "start.log")], port, folder)


def serve_haproxy(case, port, backend, options=""):
    """haproxy in front of the server on this port."""
    case.write("haproxy.cfg", HAPROXY.format(port=port, backend=backend, options=options))
    serve(case, "haproxy", ["-db", "-f", "haproxy.cfg"], port)
