"""Equal versions on this machine: how often the verdicts of `iter8 run` itself would call them different.

Two processes of the demo application, one a version, are loaded by `iter8 run` again and again, in three settings: quiet, with
a busy process on each core, and with pauses of each version's own (0.8 a second, 50 ms on average, by SIGSTOP). A call is wrong
when P(met) of "no more than the baseline" is beyond alpha on either side. Exits with 1 when the calls at .05 or .01 are more than
chance explains (binomial, 99 %) with a fifth on top of alpha."""

import argparse
import json
import math
import os
import pathlib
import random
import signal
import subprocess
import sys
import tempfile
import threading
import time

METRICS = ["http/latency-mean", "http/latency-p50", "http/latency-p90", "http/latency-p99"]
ALPHAS = [0.05, 0.01, 0.001]
ITER8 = os.environ["ITER8"]


class Demo:
    """One process of the application; its pauses begin at random and their lengths are exponential."""

    def __init__(self, folder, name, pauses):
        ready = folder / f"{name}.json"
        self.process = subprocess.Popen([ITER8, "demo", "--port", "0", "--ready-file", ready,
                                         "--seed", str(random.Random(name).randrange(10**6)), "--version",
                                         f"name={name},latency=5ms,jitter=2.5ms,errors=0"], stdout=subprocess.DEVNULL)
        deadline = time.monotonic() + 20
        while not ready.exists():
            if time.monotonic() > deadline:
                raise RuntimeError("the demo application did not start")
            time.sleep(0.01)
        self.url = json.loads(ready.read_text())[name]
        self.over = threading.Event()
        self.pauser = threading.Thread(target=self.pause, args=(random.Random(name),)) if pauses else None
        if self.pauser:
            self.pauser.start()

    def pause(self, chance):
        while not self.over.wait(chance.expovariate(0.8)):
            self.process.send_signal(signal.SIGSTOP)
            self.over.wait(chance.expovariate(1 / 0.05))
            self.process.send_signal(signal.SIGCONT)

    def stop(self):
        self.over.set()
        if self.pauser:
            self.pauser.join()
        self.process.terminate()
        self.process.wait()


def experiment(urls, seconds):
    objectives = "".join(f"        - {{metric: {metric}, upper: +0%, gate: false}}\n" for metric in METRICS)
    return (f"versions: [{{name: stable, url: '{urls[0]}'}}, {{name: candidate, url: '{urls[1]}'}}]\n"
            f"tasks:\n  - task: http\n    with: {{duration: {seconds}s, qps: 200, connections: 32, arrival: poisson}}\n"
            f"  - task: assess\n    with:\n      slos:\n{objectives}")


def checks_of(folder):
    """P(met) of each metric, None where nothing could be decided; and whether the run was degraded."""
    report = subprocess.run([ITER8, "report", "-o", "json"], cwd=folder, check=True, capture_output=True, text=True).stdout
    result = json.loads(report)
    checks = {}
    for objective in result["insights"]["assessment"]["slos"]:
        check = objective["versions"][1]
        has_evidence = check.get("logEvidencePass", 0) != 0 or check.get("logEvidenceFail", 0) != 0
        checks[objective["metric"]] = check.get("probability") if has_evidence else None
    return checks, "Degraded:" in subprocess.run([ITER8, "report"], cwd=folder, capture_output=True, text=True).stdout


def tolerated(alpha, calls):
    most = 1.2 * alpha
    return most + 2.326 * math.sqrt(most * (1 - most) / calls)


def run_setting(name, runs, seconds, pauses=False, neighbours=0):
    busy = [subprocess.Popen([sys.executable, "-c", "while True: pass"]) for _ in range(neighbours)]
    met = {metric: [] for metric in METRICS}
    degraded = 0
    with tempfile.TemporaryDirectory() as text:
        folder = pathlib.Path(text)
        demos = [Demo(folder, version, pauses) for version in ("stable", "candidate")]
        try:
            (folder / "experiment.yaml").write_text(experiment([demo.url for demo in demos], seconds))
            for _ in range(runs):
                subprocess.run([ITER8, "run", "--no-gate", "-q"], cwd=folder, check=True, capture_output=True, timeout=60 + seconds)
                checks, was_degraded = checks_of(folder)
                degraded += was_degraded
                for metric in METRICS:
                    met[metric].append(checks.get(metric))
        finally:
            for demo in demos:
                demo.stop()
            for process in busy:
                process.kill()
                process.wait()
    return report(name, met, runs, degraded)


def report(name, met, runs, degraded):
    print(f"\n{name}: {runs} runs, {degraded} degraded; wrong calls, of two a run")
    print(f"  {'metric':<20} {'open':>5} " + " ".join(f"{'at ' + str(alpha):>10}" for alpha in ALPHAS))
    totals = [0] * len(ALPHAS)
    for metric, values in met.items():
        known = [value for value in values if value is not None]
        wrong = [sum(min(value, 1 - value) <= alpha for value in known) for alpha in ALPHAS]
        totals = [total + count for total, count in zip(totals, wrong)]
        print(f"  {metric:<20} {len(values) - len(known):>5} " + " ".join(f"{count:>10}" for count in wrong))
    calls = 2 * runs * len(METRICS)
    held = True
    for alpha, total in zip(ALPHAS, totals):
        # Four metrics of one run are about one call; so is the sample that chance is judged by.
        most = tolerated(alpha, 2 * runs)
        holds = total / calls <= most
        held = held and holds
        print(f"  together at {alpha}: {100 * total / calls:.2f} % (at most {100 * most:.2f}) {'met' if holds else 'NOT MET'}")
    return held


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--runs", type=int, default=100)
    parser.add_argument("--seconds", type=int, default=4)
    arguments = parser.parse_args()
    held = [run_setting("quiet", arguments.runs, arguments.seconds),
            run_setting("neighbours on every core", arguments.runs, arguments.seconds, neighbours=os.cpu_count()),
            run_setting("own pauses .8/s of 50 ms", arguments.runs, arguments.seconds, pauses=True)]
    print("\nall figures hold" if all(held) else "\nfigures missed")
    return 0 if all(held) else 1


if __name__ == "__main__":
    sys.exit(main())
