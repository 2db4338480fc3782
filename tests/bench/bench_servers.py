"""Servers of the load bench: nginx with one worker, and the delay server, each pinned to one core."""

import contextlib
import pathlib
import re
import socket
import subprocess
import time
import urllib.request

HERE = pathlib.Path(__file__).resolve().parent

NGINX = """
daemon off; pid nginx.pid; error_log stderr; worker_processes 1; worker_rlimit_nofile 40000;
events {{ worker_connections 20000; }}
http {{
  access_log off; keepalive_requests 1000000000; keepalive_timeout 600s; root html;
  client_body_temp_path t1; proxy_temp_path t2; fastcgi_temp_path t3; uwsgi_temp_path t4; scgi_temp_path t5;
  http2_max_concurrent_streams 1000; http2_max_requests 1000000000;
  server {{ listen 127.0.0.1:{plain} backlog=16384; location = /status {{ stub_status; }} }}
  server {{ listen 127.0.0.1:{clear} http2; }}
  server {{ listen 127.0.0.1:{secure} ssl; ssl_certificate cert.pem; ssl_certificate_key key.pem; }}
}}
"""


class Nginx:
    """The same 1 KiB page in the clear, as HTTP/2 in the clear with prior knowledge, and over TLS."""

    def __init__(self, ports):
        self.plain = f"http://127.0.0.1:{ports[0]}/"
        self.clear = f"http://127.0.0.1:{ports[1]}/"
        self.secure = f"https://127.0.0.1:{ports[2]}/"

    def requests_seen(self):
        text = urllib.request.urlopen(self.plain + "status", timeout=10).read().decode()
        return int(re.search(r"^ \d+ \d+ (\d+)", text, re.M).group(1))


def free_ports(count):
    with contextlib.ExitStack() as stack:
        probes = [stack.enter_context(socket.socket()) for _ in range(count)]
        for probe in probes:
            probe.bind(("127.0.0.1", 0))
        return [probe.getsockname()[1] for probe in probes]


def stop(server):
    server.terminate()
    try:
        server.wait(10)
    except subprocess.TimeoutExpired:
        server.kill()
        server.wait()


@contextlib.contextmanager
def nginx(folder, core):
    ports = free_ports(3)
    (folder / "html").mkdir()
    (folder / "html/index.html").write_bytes(b"x" * 1024)
    subprocess.run(["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-keyout",
                    "key.pem", "-out", "cert.pem", "-days", "2", "-subj", "/CN=bench", "-addext",
                    "subjectAltName=IP:127.0.0.1"], cwd=folder, check=True, stderr=subprocess.DEVNULL)
    (folder / "nginx.conf").write_text(NGINX.format(plain=ports[0], clear=ports[1], secure=ports[2]))
    folder.chmod(0o755)  # when this runs as root, the worker does not
    command = ["taskset", "-c", str(core), "nginx", "-p", str(folder), "-c", str(folder / "nginx.conf")]
    with open(folder / "nginx.log", "wb") as log:
        server = subprocess.Popen(command, stderr=log)
    try:
        site = Nginx(ports)
        for _ in range(100):
            with contextlib.suppress(OSError):
                site.requests_seen()
                break
            time.sleep(0.05)
        yield site
    finally:
        stop(server)


def compile_program(folder, name):
    """One of the programs in this folder."""
    program = folder / name
    subprocess.run(["c++", "-std=c++20", "-O2", "-o", str(program), str(HERE / f"{name}.cc")], check=True)
    return program


@contextlib.contextmanager
def delay_server(program, core, *arguments):
    """Its URL; see delay_server.cc for the arguments."""
    server = subprocess.Popen(["taskset", "-c", str(core), str(program), *map(str, arguments)], stdout=subprocess.PIPE)
    try:
        yield f"http://127.0.0.1:{int(server.stdout.readline())}/"
    finally:
        server.stdout.close()
        stop(server)
