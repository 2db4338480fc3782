"""What a request costs iter8 and wrk against the same nginx, measured in turn.

usage: load.py [--connections N] [--seconds S] [--repetitions R]

nginx has one worker on one core and answers 1 KiB; the client has the other core: a closed loop with keep-alive.
Requests are counted by nginx, processor time and peak memory by the kernel, over the whole life of the client, start
and report included. Prints each repetition, the medians with their range, and the ratios of the medians.
"""

import argparse
import contextlib
import os
import pathlib
import re
import shutil
import socket
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.request

ROOT = pathlib.Path(__file__).resolve().parents[2]
ITER8 = os.environ.get("ITER8", str(ROOT / "build/release/iter8"))

NGINX = """
daemon off; pid nginx.pid; error_log stderr; worker_processes 1;
events {{ worker_connections 4096; }}
http {{
  access_log off; keepalive_requests 1000000000; root html;
  client_body_temp_path t1; proxy_temp_path t2; fastcgi_temp_path t3; uwsgi_temp_path t4; scgi_temp_path t5;
  server {{ listen 127.0.0.1:{port}; location = /status {{ stub_status; }} }}
}}
"""

EXPERIMENT = """
tasks:
- task: http
  with: {{url: "{url}", arrival: closed, connections: {connections}, duration: {seconds}s}}
"""


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def requests_seen(url):
    text = urllib.request.urlopen(url + "status", timeout=10).read().decode()
    return int(re.search(r"^ \d+ \d+ (\d+)", text, re.M).group(1))


@contextlib.contextmanager
def nginx(folder, core):
    """One worker on `core`, on a free port; stopped at the end."""
    port = free_port()
    (folder / "html").mkdir()
    (folder / "html/index.html").write_bytes(b"x" * 1024)
    (folder / "nginx.conf").write_text(NGINX.format(port=port))
    folder.chmod(0o755)  # when this runs as root, the worker does not
    server = subprocess.Popen(["taskset", "-c", str(core), "nginx", "-p", str(folder), "-c", str(folder / "nginx.conf")])
    try:
        url = f"http://127.0.0.1:{port}/"
        for _ in range(100):
            with contextlib.suppress(OSError):
                requests_seen(url)
                break
            time.sleep(0.05)
        yield url
    finally:
        server.terminate()
        server.wait()


def peak_memory(pid):
    """Highest resident size in MiB so far, or None when the process is gone. The figure of wait4 would include the
    moment before exec, when the child was a copy of this interpreter."""
    with contextlib.suppress(OSError):
        match = re.search(r"VmHWM:\s+(\d+) kB", pathlib.Path(f"/proc/{pid}/status").read_text())
        return int(match.group(1)) / 1024 if match else None
    return None


def measure(command, core, url, folder):
    """Runs a client to its end: requests a second, microseconds of processor time a request, MiB."""
    before = requests_seen(url)
    start = time.monotonic()
    client = subprocess.Popen(["taskset", "-c", str(core), *command], cwd=folder, stdout=subprocess.DEVNULL,
                              stderr=subprocess.PIPE)
    memory = 0
    while True:
        memory = max(memory, peak_memory(client.pid) or 0)
        pid, status, usage = os.wait4(client.pid, os.WNOHANG)
        if pid:
            break
        time.sleep(0.05)
    elapsed = time.monotonic() - start
    client.returncode = os.waitstatus_to_exitcode(status)
    if client.returncode != 0:
        sys.exit(f"{command[0]} failed with {client.returncode}: {client.stderr.read().decode()}")
    client.stderr.close()
    requests = requests_seen(url) - before - 1
    return {"requests/s": requests / elapsed,
            "CPU us/request": (usage.ru_utime + usage.ru_stime) / requests * 1e6,
            "user": usage.ru_utime / requests * 1e6,
            "peak MiB": memory}


def calls_per_request(command, core, url, folder):
    """System calls a request, by strace, which slows the client: the calls for waiting are fewer than usual."""
    if not shutil.which("strace"):
        return None
    trace = folder / "calls"
    before = requests_seen(url)
    subprocess.run(["taskset", "-c", str(core), "strace", "-f", "-c", "-o", str(trace), *command], cwd=folder,
                   check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    requests = requests_seen(url) - before - 1
    total = re.search(r"^100\.00\s+\S+\s+\S+\s+(\d+)", trace.read_text(), re.M)
    return int(total.group(1)) / requests


def parse():
    parser = argparse.ArgumentParser(prog="./dev bench load")
    parser.add_argument("--connections", type=int, default=64)
    parser.add_argument("--seconds", type=int, default=5)
    parser.add_argument("--repetitions", type=int, default=5)
    return parser.parse_args()


def report(runs, calls):
    print(f"\n{'median (min .. max)':22}{'iter8':>30}{'wrk':>30}{'iter8/wrk':>12}")
    for figure in runs["iter8"][0]:
        cells = []
        medians = []
        for client in ("iter8", "wrk"):
            values = [run[figure] for run in runs[client]]
            medians.append(statistics.median(values))
            cells.append(f"{medians[-1]:.2f} ({min(values):.2f} .. {max(values):.2f})")
        print(f"{figure:22}{cells[0]:>30}{cells[1]:>30}{medians[0] / medians[1]:>12.3f}")
    if calls["iter8"]:
        print(f"{'system calls/request':22}{calls['iter8']:>30.2f}{calls['wrk']:>30.2f}"
              f"{calls['iter8'] / calls['wrk']:>12.3f}")
    else:
        print("system calls/request: not measured, there is no strace")


def main():
    options = parse()
    cores = sorted(os.sched_getaffinity(0))
    if len(cores) < 2:
        sys.exit("load: needs two cores, one for nginx and one for the client")
    for program in ("nginx", "wrk", "taskset", ITER8):
        if not shutil.which(program):
            sys.exit(f"load: there is no {program}")

    with tempfile.TemporaryDirectory(prefix="iter8-bench-") as name:
        folder = pathlib.Path(name)
        with nginx(folder, cores[0]) as url:
            (folder / "experiment.yaml").write_text(
                EXPERIMENT.format(url=url, connections=options.connections, seconds=options.seconds))
            commands = {"iter8": [ITER8, "run", "--quiet"],
                        "wrk": ["wrk", "-t1", f"-c{options.connections}", f"-d{options.seconds}s", url]}
            print(f"nginx on core {cores[0]}, client on core {cores[1]}, {options.connections} connections, "
                  f"{options.seconds} s, {options.repetitions} repetitions in turn; load average "
                  f"{os.getloadavg()[0]:.2f}")
            runs = {"iter8": [], "wrk": []}
            for _ in range(options.repetitions):
                for client, command in commands.items():
                    runs[client].append(measure(command, cores[1], url, folder))
                    print(f"{client:8}" + "".join(f"{value:12.2f} {figure}" for figure, value in
                                                  runs[client][-1].items()), flush=True)
            calls = {client: calls_per_request(command, cores[1], url, folder)
                     for client, command in commands.items()}
    report(runs, calls)


if __name__ == "__main__":
    main()
