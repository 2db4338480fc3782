"""How true the times are that iter8 reports of events inside responses, and what an event costs it.

usage: stream.py [--streams N] [--events N] [--gap MS] [--repetitions R]

Streams begin evenly over a second. The event server has one core, iter8 the other; the truth is what the server measured
when it wrote the events, so that its own delays are not counted as errors of the client. Processor time is that of the
kernel for the whole life of the client, less that of a run with a single event a stream. Exit code 0 when everything
could be measured, wanted figures met or not.
"""

import argparse
import os
import pathlib
import subprocess
import tempfile

import bench_servers
import measuring

ROOT = pathlib.Path(__file__).resolve().parents[2]
ITER8 = os.environ.get("ITER8", str(ROOT / "build/release/iter8"))
FIRST_MS = 100
STREAM = '{format: sse, content: ".choices[0].delta.content", tokens: ".usage.completion_tokens", done: "[DONE]"}'
WANTED = {"p50": 0.1, "p99": 1.0}  # msec from the truth
WANTED_CPU = 1.0  # us an event


def load(folder, url, options, precision):
    (folder / "experiment.yaml").write_text(
        f"tasks:\n- task: http\n  with: {{url: \"{url}\", qps: {options.streams}, numRequests: {options.streams}, "
        f"connections: {options.streams}, timeout: 10m, precision: {precision}, stream: {STREAM}}}\n")
    return [ITER8, "run", "--quiet", str(folder / "experiment.yaml"), "--result", str(folder / "result.yaml")]


def run(folder, program, options, events, precision="normal"):
    """Metrics of iter8, what the server did, and processor time in seconds: of the user and in all."""
    command = ["taskset", "-c", "0", str(program), str(FIRST_MS * 1000), str(int(options.gap * 1000)), str(events)]
    server = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    try:
        url = f"http://127.0.0.1:{int(server.stdout.readline())}/"
        _, usage, memory = measuring.run_client(load(folder, url, options, precision), 1, folder)
        server.stdin.close()
        truth = [int(word) for word in server.stdout.readline().split()]
    finally:
        server.stdout.close()
        bench_servers.stop(server)
    metrics, warnings = measuring.metrics_of(ITER8, folder)
    return metrics, truth, usage, memory, warnings


def judged(value, wanted):
    return f"{value:8.3f}  ({'as' if value <= wanted else 'NOT as'} wanted, at most {wanted})"


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--streams", type=int, default=200)
    parser.add_argument("--events", type=int, default=500)
    parser.add_argument("--gap", type=float, default=20, help="msec")
    parser.add_argument("--repetitions", type=int, default=3)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        program = bench_servers.compile_program(folder, "event_server")
        reader = bench_servers.compile_program(folder, "clock_reader")
        print("an idle core is late by (us, p50 p99 max):", *measuring.lateness_of_an_idle_core(reader, 1))
        _, _, base, _, _ = run(folder, program, options, 1)
        for number in range(options.repetitions):
            metrics, truth, usage, memory, warnings = run(folder, program, options, options.events)
            count = options.streams * options.events
            print(f"run {number + 1}: {metrics.get('http/event-count'):.0f} events, {metrics.get('http/error-count'):.0f} errors, "
                  f"{memory:.1f} MiB")
            for metric, place in (("ttft", 0), ("inter-event", 2)):
                for label, offset in (("p50", 0), ("p99", 1)):
                    true = truth[place + offset] / 1e6
                    found = metrics[f"http/{metric}-{label}"]
                    print(f"  {metric}-{label}: {found:.3f} ms, truth {true:.3f}; off by {judged(abs(found - true), WANTED[label])}")
            user = (usage.ru_utime - base.ru_utime) / count * 1e6
            system = (usage.ru_stime - base.ru_stime) / count * 1e6
            print(f"  CPU us/event: {judged(user + system, WANTED_CPU)}, of which user {user:.3f}")
            for warning in warnings:
                print("  warning:", warning)


if __name__ == "__main__":
    main()
