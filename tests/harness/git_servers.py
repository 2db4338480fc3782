"""Real git servers for tests: git http-backend behind nginx with a password and TLS, and sshd with a deploy key."""

import contextlib
import getpass
import os
import select
import shutil
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

from harness.daemons import free_port, nginx_configuration
from harness.program import PATIENCE

BACKEND = "/usr/lib/git-core/git-http-backend"
SYSTEM_PATH = os.environ.get("PATH", "") + ":/usr/sbin:/sbin"

SERVER = """
    access_log {folder}/access.log;
    client_max_body_size 50m;
    listen 127.0.0.1:{port} ssl;
    ssl_certificate {certificate};
    ssl_certificate_key {key};
    location / {{
      auth_basic git;
      auth_basic_user_file {folder}/users;
      fastcgi_pass unix:{folder}/cgi.sock;
      fastcgi_param SCRIPT_FILENAME {backend};
      fastcgi_param GIT_PROJECT_ROOT {root};
      fastcgi_param GIT_HTTP_EXPORT_ALL "";
      fastcgi_param PATH_INFO $uri;
      fastcgi_param REMOTE_USER $remote_user;
      fastcgi_param QUERY_STRING $query_string;
      fastcgi_param REQUEST_METHOD $request_method;
      fastcgi_param CONTENT_TYPE $content_type;
      fastcgi_param CONTENT_LENGTH $content_length;
      fastcgi_param HTTP_CONTENT_ENCODING $http_content_encoding;
    }}
"""

SSHD = """
Port {port}
ListenAddress 127.0.0.1
HostKey {folder}/host
AuthorizedKeysFile {folder}/authorized
PidFile {folder}/sshd.pid
PasswordAuthentication no
KbdInteractiveAuthentication no
UsePAM no
StrictModes no
PermitRootLogin prohibit-password
LogLevel ERROR
"""


def need(*programs):
    """Ends the test as skipped, with a message, if one of these programs is missing: it cannot run here."""
    missing = [program for program in programs if not (shutil.which(program, path=SYSTEM_PATH) or Path(program).exists())]
    if missing:
        print(f"cannot run here: no {', '.join(missing)}; ./dev install test brings it", flush=True)
        sys.stdout.flush()
        os._exit(77)


def wait_for(reachable, process, log):
    deadline = time.monotonic() + 20 * PATIENCE
    while time.monotonic() < deadline and process.poll() is None:
        if reachable():
            return
        select.select([], [], [], 0.02)
    raise AssertionError(f"{process.args[0]} did not start: {log.read_text() if log.exists() else ''}")


def answers(port):
    try:
        socket.create_connection(("127.0.0.1", port), timeout=1).close()
    except ConnectionRefusedError:
        return False
    return True


class Processes:
    """Programs that end with the case."""

    def __init__(self, case):
        self._case = case

    def start(self, *command, **popen):
        program = shutil.which(command[0], path=SYSTEM_PATH) or command[0]
        process = subprocess.Popen([program, *map(str, command[1:])], stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
                                   stderr=subprocess.DEVNULL, start_new_session=True, **popen)
        self._case.addCleanup(self.stop, process)
        return process

    @staticmethod
    def stop(process):
        """Ends the whole group: fcgiwrap has children that would outlive it."""
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait(10 * PATIENCE)


class HttpsGit:
    """Serves the bare repositories below `root` at `url`/NAME.git to `user` with `password` only; ends with `case`."""

    def __init__(self, case, root, certificate, user, password):
        need("nginx", "fcgiwrap", BACKEND)
        folder = case.folder / "git-https"
        folder.mkdir()
        (folder / "users").write_text(f"{user}:{{PLAIN}}{password}\n")
        port = free_port()
        self.url = f"https://localhost:{port}"
        self._access = folder / "access.log"
        configuration = folder / "nginx.conf"
        server = SERVER.format(folder=folder, port=port, certificate=certificate[0], key=certificate[1], backend=BACKEND, root=root)
        configuration.write_text(nginx_configuration(folder, server))
        processes = Processes(case)
        cgi = processes.start("fcgiwrap", "-c", "2", "-s", f"unix:{folder}/cgi.sock",
                              env={"PATH": os.environ["PATH"], "HOME": str(folder)})
        wait_for((folder / "cgi.sock").exists, cgi, folder / "error.log")
        nginx = processes.start("nginx", "-c", configuration, "-e", folder / "start.log")
        wait_for(lambda: answers(port), nginx, folder / "start.log")

    def requests(self):
        """The lines of the access log so far."""
        return self._access.read_text().splitlines() if self._access.exists() else []


class SshGit:
    """An sshd that lets in whoever has the private key `key`; `known_hosts` is the line that names its host key."""

    def __init__(self, case):
        need("sshd", "ssh-keygen", "git")
        folder = case.folder / "git-ssh"
        folder.mkdir()
        for name in ("host", "deploy", "other"):
            subprocess.run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-C", name, "-f", folder / name], check=True,
                           timeout=60)
        shutil.copy(folder / "deploy.pub", folder / "authorized")
        self.key = (folder / "deploy").read_text()
        self.other_key = (folder / "other").read_text()
        self.port = free_port()
        kind, key = (folder / "host.pub").read_text().split()[:2]
        self.known_hosts = f"[127.0.0.1]:{self.port} {kind} {key}\n"
        self.wrong_hosts = f"[127.0.0.1]:{self.port} " + " ".join((folder / "other.pub").read_text().split()[:2]) + "\n"
        (folder / "config").write_text(SSHD.format(folder=folder, port=self.port))
        if os.geteuid() == 0:
            Path("/run/sshd").mkdir(exist_ok=True)  # sshd will not start as root without it
        process = Processes(case).start(shutil.which("sshd", path=SYSTEM_PATH), "-D", "-E", folder / "log", "-f",
                                        folder / "config")
        wait_for(lambda: answers(self.port), process, folder / "log")

    def url(self, repository):
        return f"ssh://{getpass.getuser()}@127.0.0.1:{self.port}{repository}"
