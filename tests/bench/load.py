"""What a request costs iter8 and other load generators, and how true their figures are, measured in turn.

usage: load.py [--seconds S] [--repetitions R] [--requests N] [--only PART ...]

Parts: cost, memory, accuracy, rates. Servers have one core, clients the other. Requests are counted by nginx,
processor time and peak memory by the kernel, over the whole life of the client, start and report included. Clients run in
turn; a ratio is the median of those of the runs that followed each other, because a machine that is shared changes its
speed from one second to the next. Prints medians with their range, and whether each figure is what docs/load.md says it
should be. A peer that is missing or fails is named. Exit code 0 when everything could be measured, wanted figures met or
not.
"""

import argparse
import os
import pathlib
import shutil
import statistics
import sys
import tempfile

import bench_servers
import measuring

ROOT = pathlib.Path(__file__).resolve().parents[2]
ITER8 = os.environ.get("ITER8", str(ROOT / "build/release/iter8"))
PEERS = {"wrk": "./dev install bench", "h2load": "./dev install bench", "hey": "./dev install bench", "ab": "./dev install bench",
         "fortio": "with Go: go install fortio.org/fortio@latest", "oha": "with Rust: cargo install oha --locked"}
FAR_REPETITIONS = 3  # of the clients that are compared with a factor, not with a few per cent
PARTS = ("cost", "memory", "accuracy", "rates")


def iter8(folder, name, **options):
    """A command that loads with these options of the http task."""
    directory = folder / name
    directory.mkdir(exist_ok=True)
    values = ", ".join(f"{key}: {value}" for key, value in options.items())
    (directory / "experiment.yaml").write_text(f"tasks:\n- task: http\n  with: {{{values}}}\n")
    return [ITER8, "run", "--quiet", str(directory / "experiment.yaml"), "--result", str(directory / "result.yaml")]


def cases(options, site, folder):
    """Name, clients in the order in which they are run, and what is wanted of iter8 against which peer."""
    seconds = options.seconds

    def h1(connections):
        return {"iter8": iter8(folder, f"h1-{connections}", url=f'"{site.plain}"', arrival="closed",
                               connections=connections, duration=f"{seconds}s"),
                "wrk": ["wrk", "-t1", f"-c{connections}", f"-d{seconds}s", site.plain],
                "h2load": ["h2load", "--h1", "-t1", f"-c{connections}", f"-D{seconds}", site.plain],
                "hey": ["hey", "-z", f"{seconds}s", "-c", str(connections), "-cpus", "1", site.plain],
                "ab": ["ab", "-q", "-k", "-t", str(seconds), "-n", "100000000", "-c", str(connections), site.plain],
                "fortio": ["fortio", "load", "-quiet", "-qps", "0", "-c", str(connections), "-t", f"{seconds}s", site.plain],
                "oha": ["oha", "--no-tui", "-z", f"{seconds}s", "-c", str(connections), site.plain]}

    for connections in (64, 256):
        yield (f"HTTP/1.1, {connections} connections", h1(connections), [("wrk", 0.85), ("hey", 0.25)],
               {"calls": 2.05, "user us/request": 0.6})
    yield "HTTPS, 64 connections", {
        "iter8": iter8(folder, "https", url=f'"{site.secure}"', arrival="closed", connections=64, duration=f"{seconds}s",
                       tls=f'{{ca: "{folder}/cert.pem"}}'),
        "wrk": ["wrk", "-t1", "-c64", f"-d{seconds}s", site.secure],
        "h2load": ["h2load", "--h1", "-t1", "-c64", f"-D{seconds}", site.secure],
        "hey": ["hey", "-z", f"{seconds}s", "-c", "64", "-cpus", "1", site.secure],
        "ab": ["ab", "-q", "-k", "-t", str(seconds), "-n", "100000000", "-c", "64", site.secure],
        "oha": ["oha", "--no-tui", "--insecure", "-z", f"{seconds}s", "-c", "64", site.secure],
    }, [("wrk", 0.90), ("h2load", 0.90), ("hey", 0.25)], {}
    yield "HTTP/2 in the clear, 8 connections x 32 streams", {
        "iter8": iter8(folder, "h2c", url=f'"{site.clear}"', http='"2"', arrival="closed", connections=8, streams=32,
                       duration=f"{seconds}s"),
        "h2load": ["h2load", "-t1", "-c8", "-m32", f"-D{seconds}", site.clear],
        "oha": ["oha", "--no-tui", "--http2", "-z", f"{seconds}s", "-c", "8", "-p", "32", site.clear],
    }, [("h2load", 0.80)], {}
    yield "a connection per request, 32 at a time", {
        "iter8": iter8(folder, "close", url=f'"{site.plain}"', arrival="closed", connections=32, keepAlive="false",
                       duration=f"{seconds}s"),
        "wrk": ["wrk", "-t1", "-c32", f"-d{seconds}s", "-H", "Connection: close", site.plain],
        "hey": ["hey", "-z", f"{seconds}s", "-c", "32", "-cpus", "1", "-disable-keepalive", site.plain],
        "ab": ["ab", "-q", "-t", str(seconds), "-n", "100000000", "-c", "32", site.plain],
        "oha": ["oha", "--no-tui", "--disable-keepalive", "-z", f"{seconds}s", "-c", "32", site.plain],
    }, [("wrk", 0.90), ("hey", 0.25)], {"calls": 8}


class Report:
    """What was wanted and what came of it, printed at the end."""

    def __init__(self):
        self.rows = []

    def add(self, what, figure, wanted, met):
        self.rows.append((what, figure, wanted, "met" if met else "NOT MET"))

    def at_most(self, what, figure, limit, unit=""):
        self.add(what, f"{figure:.3g}{unit}", f"<= {limit:g}{unit}", figure <= limit)

    def at_least(self, what, figure, limit, unit=""):
        self.add(what, f"{figure:.3g}{unit}", f">= {limit:g}{unit}", figure >= limit)

    def near(self, what, figure, truth, tolerance, unit):
        self.add(what, f"{figure:.4g}{unit}", f"{truth:g}{unit} +- {tolerance:.3g}", abs(figure - truth) <= tolerance)

    def missing(self, what, why):
        self.rows.append((what, "-", why, "NOT MEASURED"))

    def print(self):
        print(f"\n{'wanted':66}{'measured':>12}  {'limit':28}")
        for what, figure, wanted, verdict in self.rows:
            print(f"{what:66}{figure:>12}  {wanted:28}{verdict}")
        print(f"{sum(row[3] == 'met' for row in self.rows)} of {len(self.rows)} met")


def run_in_turn(clients, near, options, core, site, folder):
    """Figures by client; those that cannot run are named and left out. Those that are not `near` run less often."""
    runs = {client: [] for client in clients if shutil.which(clients[client][0])}
    for repetition in range(options.repetitions):
        for client in list(runs):
            if client not in near and repetition >= FAR_REPETITIONS:
                continue
            try:
                runs[client].append(measuring.measure(clients[client], core, site, folder))
            except measuring.Failed as failure:
                print(f"  {client}: left out: {failure}")
                del runs[client]
    return runs


def print_runs(runs):
    for client, figures in runs.items():
        print(f"  {client:8}" + "".join(f"{measuring.median_text([run[name] for run in figures]):>26} {name}"
                                        for name in figures[0]), flush=True)


def cost(options, cores, site, folder, report):
    for name, clients, ratios, limits in cases(options, site, folder):
        print(f"\n{name}", flush=True)
        near = {"iter8", *(peer for peer, limit in ratios if limit > 0.5)}
        runs = run_in_turn(clients, near, options, cores[1], site, folder)
        print_runs(runs)
        if "iter8" not in runs:
            report.missing(name, "iter8 did not run")
            continue

        def median(client, figure):
            return statistics.median(run[figure] for run in runs[client])

        for peer, limit in ratios:
            if peer not in runs:
                report.missing(f"{name}: CPU against {peer}", "it did not run")
                continue
            pairs = [ours["CPU us/request"] / theirs["CPU us/request"] for ours, theirs in zip(runs["iter8"], runs[peer])]
            print(f"  iter8 / {peer}, in turn: {measuring.median_text(pairs)}")
            report.at_most(f"{name}: CPU against {peer}", statistics.median(pairs), limit)
            if peer == "hey":
                report.at_most(f"{name}: memory against hey", median("iter8", "peak MiB") / median(peer, "peak MiB"), 0.1)
        if "user us/request" in limits:
            user = {client: median(client, "user us/request") for client in ("iter8", "wrk") if client in runs}
            report.at_most(f"{name}: user time a request (wrk {user.get('wrk', 0):.2f} us)", user["iter8"],
                           limits["user us/request"], " us")
        if "calls" in limits:
            calls = {client: measuring.calls_per_request(clients[client], cores[1], site, folder) for client in ("iter8", "wrk")}
            print("  system calls a request, by strace: " + ", ".join(f"{client} {count:.2f}" for client, count in calls.items() if count))
            report.at_most(f"{name}: system calls a request", calls["iter8"], limits["calls"])


def memory(options, cores, site, folder, report):
    print("\nmemory", flush=True)
    peaks = {}
    for connections in (64, 10_000):
        command = iter8(folder, f"memory-{connections}", url=f'"{site.plain}"', arrival="closed", connections=connections,
                        duration="4s", workers=1)
        peaks[connections] = measuring.run_client(command, cores[1], folder)[2]
        metrics, _ = measuring.metrics_of(ITER8, folder / f"memory-{connections}")
        print(f"  {connections} connections: peak {peaks[connections]:.2f} MiB, {metrics['http/request-count']} requests, "
              f"{metrics['http/error-count']} errors")
    report.at_most("memory at 64 connections", peaks[64], 8, " MiB")
    report.at_most("memory at 10 000 connections", peaks[10_000], 20, " MiB")
    report.at_most("memory of each further connection", (peaks[10_000] - peaks[64]) * 1024 / 9936, 1, " KiB")

    sizes = []
    command = iter8(folder, "flat", url=f'"{site.plain}"', arrival="closed", connections=64, numRequests=options.requests)
    elapsed = measuring.run_client(command, cores[1], folder,
                                   lambda pid: sizes.append(measuring.status_of(pid, "VmRSS")))[0]
    sizes = [size for size in sizes if size]
    early, late = statistics.median(sizes[len(sizes) // 4:len(sizes) // 2]), statistics.median(sizes[3 * len(sizes) // 4:])
    print(f"  {options.requests} requests in {elapsed:.0f} s: {early:.2f} MiB in the second quarter, {late:.2f} in the last")
    report.at_most(f"growth over {options.requests} requests, last quarter against second", late - early, 0.3, " MiB")


def accuracy(options, cores, folder, report):
    """The client is not pinned, so that `precision: high` has a core to spin on; the server has one of its own."""
    program = bench_servers.compile_program(folder, "delay_server")
    floor = measuring.lateness_of_an_idle_core(bench_servers.compile_program(folder, "clock_reader"), cores[1])
    print(f"\na program that only reads the clock, on core {cores[1]}, is late by p50 {floor[0]} p99 {floor[1]} max {floor[2]} us")
    print("open loop, 1000/s against a server that responds after 2 ms", flush=True)
    for stall in (False, True):
        seconds = 20 if stall else 6
        with bench_servers.delay_server(program, cores[0], 2000, *((5000, 500) if stall else ())) as url:
            name = "stall" if stall else "steady"
            command = iter8(folder, name, url=f'"{url}"', qps=1000, duration=f"{seconds}s", connections=16, maxConnections=1000,
                            precision="high", warmupDuration="0s" if stall else "1s", percentiles="[50, 95, 99]")
            measuring.run_client(command, None, folder)
            metrics, warnings = measuring.metrics_of(ITER8, folder / name)
        p50, p95, p99 = (metrics[f"http/latency-p{p}"] for p in (50, 95, 99))
        late50, late99, late_max = (metrics[f"http/lateness-{p}"] * 1000 for p in ("p50", "p99", "max"))
        print(f"  {name}: p50 {p50:.3f} p95 {p95:.3f} p99 {p99:.3f} ms, achieved {metrics['http/rate-achieved']:.2f}/s, "
              f"lateness p50 {late50:.1f} p99 {late99:.1f} max {late_max:.1f} us, involuntary switches "
              f"{metrics['http/involuntary-switches']}" + "".join(f"\n    {warning}" for warning in warnings))
        if stall:
            report.near("a stall of 500 ms every 5 s: p95", p95, 252, 0.02 * 252, " ms")
            report.near("a stall of 500 ms every 5 s: p99", p99, 452, 0.02 * 452, " ms")
        else:
            report.near("2 ms: p50", p50, 2, 0.1, " ms")
            report.at_most("2 ms: lateness p50", late50, 10, " us")
            report.at_most(f"2 ms: lateness p99 (reading the clock {floor[1]} us)", late99, 100, " us")


def rates(options, cores, site, folder, report):
    print("\nrates", flush=True)
    for rate in (1, 10, 100, 1000, 10_000, 50_000, 100_000):
        seconds = 5 if rate < 10 else 2
        command = iter8(folder, f"rate-{rate}", url=f'"{site.plain}"', qps=rate, duration=f"{seconds}s", connections=64, workers=1)
        measuring.run_client(command, cores[1], folder)
        metrics, warnings = measuring.metrics_of(ITER8, folder / f"rate-{rate}")
        achieved = metrics["http/rate-achieved"]
        print(f"  {rate}/s: {achieved:.2f}/s achieved, p50 {metrics['http/latency-p50']:.3f} ms, worker "
              f"{100 * metrics['http/worker-cpu']:.0f} % of its core" + "".join(f"\n    {warning}" for warning in warnings))
        close = abs(achieved / rate - 1) <= 0.005
        said = achieved / rate < 0.99 and any("degraded" in warning for warning in warnings)
        report.add(f"rate of {rate}/s", f"{achieved:.6g}/s", "within 0.5 %, or said so", close or said)
    program = folder / "delay_server"
    if not program.exists():
        program = bench_servers.compile_program(folder, "delay_server")
    with bench_servers.delay_server(program, cores[0], 10_000) as url:
        command = iter8(folder, "too-much", url=f'"{url}"', qps=1000, duration="3s", connections=5)
        measuring.run_client(command, cores[1], folder)
    metrics, warnings = measuring.metrics_of(ITER8, folder / "too-much")
    said = metrics["http/degraded"] == 1 and any("of the asked rate" in warning for warning in warnings)
    report.add("1000/s of a server that can 500/s", f"{metrics['http/rate-achieved']:.4g}/s", "said that it was not met", said)


def parse():
    parser = argparse.ArgumentParser(prog="./dev bench load")
    parser.add_argument("--seconds", type=int, default=2, help="of each run of a client")
    parser.add_argument("--repetitions", type=int, default=7)
    parser.add_argument("--requests", type=int, default=10_000_000, help="over which memory should be flat")
    parser.add_argument("--only", nargs="+", choices=PARTS, default=PARTS)
    return parser.parse_args()


def main():
    options = parse()
    cores = sorted(os.sched_getaffinity(0))
    if len(cores) < 2:
        sys.exit("load: needs two cores, one for servers and one for clients")
    for program in ("nginx", "taskset", "openssl", "c++", ITER8):
        if not shutil.which(program):
            sys.exit(f"load: there is no {program}")
    missing = [f"{peer} ({how})" for peer, how in PEERS.items() if not shutil.which(peer)]
    print(f"servers on core {cores[0]}, clients on core {cores[1]}; runs of {options.seconds} s, {options.repetitions} "
          f"repetitions in turn; load average {os.getloadavg()[0]:.2f}")
    print("peers that are not here: " + (", ".join(missing) or "none"))
    report = Report()
    with tempfile.TemporaryDirectory(prefix="iter8-bench-") as name:
        folder = pathlib.Path(name)
        with bench_servers.nginx(folder, cores[0]) as site:
            if "cost" in options.only:
                cost(options, cores, site, folder, report)
            if "memory" in options.only:
                memory(options, cores, site, folder, report)
            if "rates" in options.only:
                rates(options, cores, site, folder, report)
        if "accuracy" in options.only:
            accuracy(options, cores, folder, report)
    report.print()
    print(f"load average at the end {os.getloadavg()[0]:.2f}")


if __name__ == "__main__":
    main()
