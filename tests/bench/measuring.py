"""What a client of the load bench costs: processor time and memory by the kernel, requests by the server."""

import contextlib
import json
import os
import pathlib
import re
import shutil
import statistics
import subprocess
import time

PATIENCE = 150  # seconds for any client


class Failed(Exception):
    """A client that did not end well; its figures are missing, not the whole bench."""


def status_of(pid, key):
    """A figure of /proc/PID/status in MiB, or None when the process is gone."""
    with contextlib.suppress(OSError):
        match = re.search(key + r":\s+(\d+) kB", pathlib.Path(f"/proc/{pid}/status").read_text())
        return int(match.group(1)) / 1024 if match else None
    return None


def worker_of(pid):
    """The process that does the work: of `iter8 run` the child that it supervises, otherwise the process itself."""
    with contextlib.suppress(OSError):
        for child in pathlib.Path(f"/proc/{pid}/task/{pid}/children").read_text().split():
            if os.getpgid(int(child)) == os.getpgid(pid):
                return int(child)
    return pid


def private_memory(pid):
    """MiB that a process shares with no other."""
    with contextlib.suppress(OSError):
        kibibytes = re.findall(r"^Private_\w+:\s+(\d+) kB", pathlib.Path(f"/proc/{pid}/smaps_rollup").read_text(), re.MULTILINE)
        return sum(map(int, kibibytes)) / 1024
    return 0


def run_client(command, core, folder, watch=None):
    """Runs a client to its end: seconds, rusage, peak MiB. `watch` is called with the pid of its worker twenty times a second. The
    figure of wait4 for memory would include the moment before exec, when the child was a copy of this interpreter."""
    pinned = ["taskset", "-c", str(core), *command] if core is not None else command
    start = time.monotonic()
    with open(folder / "client.log", "w+b") as log:
        client = subprocess.Popen(pinned, cwd=folder, stdout=subprocess.DEVNULL, stderr=log)
        memory = 0
        while True:
            worker = worker_of(client.pid)
            beside = private_memory(client.pid) if worker != client.pid else 0
            memory = max(memory, (status_of(worker, "VmHWM") or 0) + beside)
            if watch:
                watch(worker)
            pid, status, usage = os.wait4(client.pid, os.WNOHANG)
            if pid:
                break
            if time.monotonic() - start > PATIENCE:
                client.kill()
            time.sleep(0.05)
        elapsed = time.monotonic() - start
        client.returncode = os.waitstatus_to_exitcode(status)
        log.seek(0)
        if client.returncode != 0:
            raise Failed(f"{command[0]} ended with {client.returncode}: {log.read().decode(errors='replace')[-300:]}")
    return elapsed, usage, memory


def measure(command, core, site, folder):
    before = site.requests_seen()
    elapsed, usage, memory = run_client(command, core, folder)
    requests = site.requests_seen() - before - 1
    if requests < 100:
        raise Failed(f"{command[0]} sent {requests} requests")
    return {"requests/s": requests / elapsed,
            "CPU us/request": (usage.ru_utime + usage.ru_stime) / requests * 1e6,
            "user us/request": usage.ru_utime / requests * 1e6,
            "peak MiB": memory}


def calls_per_request(command, core, site, folder):
    """System calls a request, by strace, which slows the client: the calls for waiting are fewer than usual."""
    if not shutil.which("strace"):
        return None
    trace = folder / "calls"
    before = site.requests_seen()
    subprocess.run(["taskset", "-c", str(core), "strace", "-f", "-c", "-o", str(trace), *command], cwd=folder, check=True,
                   timeout=PATIENCE, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    requests = site.requests_seen() - before - 1
    total = re.search(r"^100\.00\s+\S+\s+\S+\s+(\d+)", trace.read_text(), re.M)
    return int(total.group(1)) / requests


def lateness_of_an_idle_core(program, core):
    """p50, p99 and max in us of clock_reader: how punctual a program can be on this machine."""
    return subprocess.run(["taskset", "-c", str(core), str(program)], check=True, timeout=60,
                          stdout=subprocess.PIPE).stdout.decode().split()


def metrics_of(iter8, folder):
    """The latest metrics of result.yaml: name to number."""
    document = json.loads(subprocess.run([iter8, "report", "-o", "json"], cwd=folder, check=True, timeout=60,
                                         stdout=subprocess.PIPE).stdout)
    metrics = {name: series["values"][0] for name, series in document["insights"]["metrics"].items() if "values" in series}
    warnings = [warning["message"] for task in document["tasks"] for warning in task.get("warnings", [])]
    return metrics, warnings


def median_text(values):
    return f"{statistics.median(values):.2f} ({min(values):.2f} .. {max(values):.2f})"
