"""What a call of gRPC costs iter8 and other load generators, and how true its figures are, measured in turn.

usage: grpc.py [--calls N] [--repetitions R] [--only PART ...]

Parts: cost, memory, stall. The server (tests/grpc/go_server, built with Go) has one core, the client the other. Every client makes the
same number of unary calls with a message of 100 bytes over 8 connections with 32 streams; processor time and peak memory are the
kernel's, over the whole life of the client. The row of HTTP/2 is the same calls as plain requests of the task http. Clients run in
turn; a ratio is the median of those of the runs that followed each other. A peer that is missing is named. Exit code 0 when
everything could be measured, wanted figures met or not.
"""

import argparse
import contextlib
import os
import pathlib
import shutil
import statistics
import subprocess
import sys
import tempfile

import measuring
from load import ITER8, ROOT, Report

PROTO = ROOT / "tests/grpc/echo.proto"
PEERS = {"ghz": "with Go: go install github.com/bojand/ghz/cmd/ghz@latest", "h2load": "./dev install bench"}
TEXT = "x" * 98  # with its key and length, a message of 100 bytes
CONNECTIONS, STREAMS = 8, 32
PARTS = ("cost", "memory", "stall")


@contextlib.contextmanager
def echo_server(folder, core, *arguments):
    """The port of the server, which ends with its standard input."""
    program = folder / "go_echo_server"
    if not program.exists():
        subprocess.run(["go", "build", "-o", program, "."], cwd=ROOT / "tests/grpc/go_server", check=True)
    server = subprocess.Popen(["taskset", "-c", str(core), program, "-quiet", *arguments], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    try:
        yield int(server.stdout.readline().split()[1])
    finally:
        server.stdin.close()
        server.wait(20)


def iter8(folder, name, task, **options):
    directory = folder / name
    directory.mkdir(exist_ok=True)
    values = ", ".join(f"{key}: {value}" for key, value in options.items())
    (directory / "experiment.yaml").write_text(f"tasks:\n- task: {task}\n  with: {{{values}}}\n")
    return [ITER8, "run", "--quiet", str(directory / "experiment.yaml"), "--result", str(directory / "result.yaml")]


def grpc_load(folder, name, port, **options):
    return iter8(folder, name, "grpc", host=f'"127.0.0.1:{port}"', call="iter8.test.Echo/Unary", proto=f'"{PROTO}"', workers=1,
                 data=f"{{text: {TEXT}}}", connections=CONNECTIONS, **options)


def clients(folder, port, calls):
    framed = folder / "message.bin"
    framed.write_bytes(b"\0\0\0\0\x64\x0a\x62" + TEXT.encode())
    headers = '{content-type: application/grpc, te: trailers}'
    return {
        "iter8": grpc_load(folder, "grpc", port, arrival="closed", concurrency=CONNECTIONS * STREAMS, numRequests=calls),
        "iter8 http": iter8(folder, "http", "http", url=f'"http://127.0.0.1:{port}/iter8.test.Echo/Unary"', http='"2"', method="POST",
                            payloadFile=f'"{framed}"', headers=headers, arrival="closed", connections=CONNECTIONS, streams=STREAMS,
                            numRequests=calls, workers=1),
        "ghz": ["ghz", "--insecure", "--proto", str(PROTO), "--call", "iter8.test.Echo.Unary", "-d", f'{{"text":"{TEXT}"}}',
                "-n", str(calls), "-c", str(CONNECTIONS * STREAMS), "--connections", str(CONNECTIONS), f"127.0.0.1:{port}"],
        "h2load": ["h2load", "-t1", f"-c{CONNECTIONS}", f"-m{STREAMS}", f"-n{calls}", "-d", str(framed),
                   "-H", "content-type: application/grpc", "-H", "te: trailers", f"http://127.0.0.1:{port}/iter8.test.Echo/Unary"],
    }


def cost(options, cores, folder, report):
    with echo_server(folder, cores[0]) as port:
        commands = clients(folder, port, options.calls)
        runs = {client: [] for client, command in commands.items() if shutil.which(command[0])}
        for _ in range(options.repetitions):
            for client in runs:
                elapsed, usage, peak = measuring.run_client(commands[client], cores[1], folder)
                runs[client].append({"CPU us/call": (usage.ru_utime + usage.ru_stime) * 1e6 / options.calls,
                                     "calls/s": options.calls / elapsed, "peak MiB": peak})
    print(f"\n{options.calls} unary calls of 100 bytes, {CONNECTIONS} connections x {STREAMS} streams")
    for client, figures in runs.items():
        print(f"  {client:12}" + "".join(f"{measuring.median_text([run[name] for run in figures]):>26} {name}" for name in figures[0]),
              flush=True)
    for peer, limit in (("iter8 http", 1.15), ("ghz", 0.25)):
        if peer not in runs:
            report.missing(f"CPU of a call against {peer}", "it is not here")
            continue
        pairs = [ours["CPU us/call"] / theirs["CPU us/call"] for ours, theirs in zip(runs["iter8"], runs[peer])]
        report.at_most(f"CPU of a call against {peer}", statistics.median(pairs), limit)


def memory(options, cores, folder, report):
    sizes = []
    with echo_server(folder, cores[0]) as port:
        command = grpc_load(folder, "flat", port, arrival="closed", concurrency=CONNECTIONS * STREAMS, numRequests=options.calls * 5)
        measuring.run_client(command, cores[1], folder, lambda pid: sizes.append(measuring.status_of(pid, "VmRSS")))
    sizes = [size for size in sizes if size]
    early, late = statistics.median(sizes[len(sizes) // 4:len(sizes) // 2]), statistics.median(sizes[3 * len(sizes) // 4:])
    print(f"\nmemory over {options.calls * 5} calls: {early:.2f} MiB in the second quarter, {late:.2f} in the last")
    report.at_most("growth of memory, last quarter against second", late - early, 0.5, " MiB")


def stall(_options, cores, folder, report):
    """A server that answers after 2 ms and stands still for 500 ms every 5 s: in an open loop, every call that was due shows it."""
    with echo_server(folder, cores[0], "-delay=2ms", "-stall=500ms", "-every=5s") as port:
        command = grpc_load(folder, "stall", port, qps=1000, duration="20s", precision="high", percentiles="[50, 95, 99]")
        measuring.run_client(command, None, folder)
        metrics, _ = measuring.metrics_of(ITER8, folder / "stall")
    p95, p99 = metrics["grpc/latency-p95"], metrics["grpc/latency-p99"]
    print(f"\na stall of 500 ms every 5 s, 1000 calls/s: p95 {p95:.1f} p99 {p99:.1f} ms")
    report.near("a stall of 500 ms every 5 s: p95", p95, 252, 0.02 * 252, " ms")
    report.near("a stall of 500 ms every 5 s: p99", p99, 452, 0.02 * 452, " ms")


def parse():
    parser = argparse.ArgumentParser(prog="./dev bench grpc")
    parser.add_argument("--calls", type=int, default=200_000, help="of each run of a client")
    parser.add_argument("--repetitions", type=int, default=5)
    parser.add_argument("--only", nargs="+", choices=PARTS, default=PARTS)
    return parser.parse_args()


def main():
    options = parse()
    cores = sorted(os.sched_getaffinity(0))
    os.environ["PATH"] += f":/usr/local/go/bin:{pathlib.Path.home()}/go/bin"
    if len(cores) < 2:
        sys.exit("grpc: needs two cores, one for the server and one for clients")
    for program in ("go", "taskset", ITER8):
        if not shutil.which(program):
            sys.exit(f"grpc: there is no {program}")
    missing = [f"{peer} ({how})" for peer, how in PEERS.items() if not shutil.which(peer)]
    print(f"server on core {cores[0]}, clients on core {cores[1]}; {options.repetitions} repetitions in turn; load average "
          f"{os.getloadavg()[0]:.2f}\npeers that are not here: " + (", ".join(missing) or "none"))
    report = Report()
    with tempfile.TemporaryDirectory(prefix="iter8-bench-") as name:
        folder = pathlib.Path(name)
        for part, run in (("cost", cost), ("memory", memory), ("stall", stall)):
            if part in options.only:
                run(options, cores, folder, report)
    report.print()
    print(f"load average at the end {os.getloadavg()[0]:.2f}")


if __name__ == "__main__":
    main()
