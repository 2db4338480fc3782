"""200 queries to a local Prometheus: the time of the task, which loads libcurl, asks, reads and records, against curl as a
whole process with as many connections, taken in turns in the same minute. The whole `iter8 run`, which also checks the
file, chooses what to ask and writes the result safely, stands beside them. Exits with 1 when the ratio of the medians of
task and curl is above the bound."""

import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.parse
from pathlib import Path

import yaml

from backends import counters, program, start_prometheus

QUERIES = 200
CONNECTIONS = 8
ROUNDS = 15
BOUND = 1.5
NOW = int(time.time()) - 30


class Bench:
    """What the servers of the tests expect of a test: a folder, and a list of what to do at the end."""

    def __init__(self, folder):
        self.folder = Path(folder)
        self._cleanups = []

    def addCleanup(self, cleanup):
        self._cleanups.append(cleanup)

    def finish(self):
        for cleanup in reversed(self._cleanups):
            cleanup()


def query(number):
    return f'sum(increase(orders_total{{shop="{number % 50}"}}[5m])) + {number}'


def experiment(url):
    metrics = [{"name": f"m{number}", "query": query(number)} for number in range(QUERIES)]
    return {"tasks": [{"task": "metrics", "with": {"provider": "prometheus", "url": url, "delay": "30s", "method": "GET",
                                                   "concurrency": CONNECTIONS, "metrics": metrics}}]}


def curl_configuration(url):
    lines = []
    for number in range(QUERIES):
        parameters = urllib.parse.urlencode({"query": query(number), "time": NOW, "timeout": "30s"})
        lines += [f'url = "{url}/api/v1/query?{parameters}"', 'output = "/dev/null"']
    return "\n".join(lines) + "\n"


def timed(command, folder):
    begin = time.perf_counter()
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, timeout=120)
    taken = time.perf_counter() - begin
    if done.returncode:
        sys.exit(f"{command[0]} failed: {done.stdout}{done.stderr}")
    return taken


def seconds_of_task(folder):
    result = yaml.safe_load((folder / "result.yaml").read_text())
    [execution] = result["tasks"]
    found = len(result["insights"]["metrics"])
    if execution["status"] != "completed" or found != QUERIES:
        sys.exit(f"the task is {execution['status']} with {found} metrics: {execution['message']}")
    return execution["seconds"]


def main():
    with tempfile.TemporaryDirectory(prefix="iter8-bench-") as name:
        bench = Bench(name)
        try:
            server = start_prometheus(bench, counters("orders_total", {f'{{shop="{i}"}}': i + 1 for i in range(50)}, NOW))
            (bench.folder / "experiment.yaml").write_text(json.dumps(experiment(server.url())))
            (bench.folder / "curl.conf").write_text(curl_configuration(server.url()))
            commands = {"iter8": [os.environ["ITER8"], "run", "--log-level", "error"],
                        "curl": [program("curl"), "--silent", "--fail", "--parallel", "--parallel-immediate", "--parallel-max",
                                 str(CONNECTIONS), "--config", "curl.conf"]}
            for command in commands.values():
                timed(command, bench.folder)
            times = {"task": [], "iter8": [], "curl": []}
            for _ in range(ROUNDS):
                for tool, command in commands.items():
                    times[tool].append(timed(command, bench.folder))
                times["task"].append(seconds_of_task(bench.folder))
        finally:
            bench.finish()
    medians = {tool: statistics.median(taken) for tool, taken in times.items()}
    ratio = medians["task"] / medians["curl"]
    for tool, median in medians.items():
        print(f"{tool:6} {QUERIES} queries in {1000 * median:6.1f} ms (median of {ROUNDS}, best {1000 * min(times[tool]):.1f})")
    print(f"ratio  of task and curl {ratio:.2f}, bound {BOUND}: {'met' if ratio <= BOUND else 'not met'}"
          f"; of iter8 and curl {medians['iter8'] / medians['curl']:.2f}")
    sys.exit(ratio > BOUND)


if __name__ == "__main__":
    main()
