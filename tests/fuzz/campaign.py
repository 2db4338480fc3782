#!/usr/bin/env python3
"""Fuzzes for hours, in slices, so that every target gets its share, two targets at a time, when nobody else wants the processor.

campaign.py FOLDER run SECONDS [TARGET...]  FOLDER/bin holds the targets, FOLDER/fast the same without sanitizers, if there are any. What
                                            they find goes to FOLDER/found, an input that one did not survive to FOLDER/crashes, and
                                            what ran to FOLDER/log.tsv: when, target, executions, CPU seconds, exit code, bin or fast
campaign.py FOLDER keep                     adds the log to totals.tsv, empties it, and puts into corpus/ what covers more than is there
campaign.py sum                             prints the totals"""

import collections
import os
import pathlib
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import time

import seeds

HERE = pathlib.Path(__file__).resolve().parent
TOTALS = HERE / "totals.tsv"
EXECUTIONS = re.compile(r"^stat::number_of_executed_units: *(\d+)$", re.MULTILINE)
SLICE = 60  # seconds
# Every other slice tries short inputs only and without sanitizers, if there is such a build: many times as often. What it keeps is
# tried with sanitizers in the next slice. Bytes of an input; `./dev fuzz` tries longer ones.
KINDS = (("bin", 4096), ("fast", 512))
LONGEST_KEPT = 2048


def arguments_of(target, longest, crashes):
    return [f"-max_len={longest}", "-timeout=10", "-rss_limit_mb=2048", f"-artifact_prefix={crashes}/{target}-",
            "-print_final_stats=1", f"-dict={HERE}/dictionaries/{target}.dict"]


def wait_for_idle_processors():
    os.sched_setscheduler(0, os.SCHED_IDLE, os.sched_param(0))


def run_slice(folder, target, build, longest):
    """Executions, CPU seconds and exit code."""
    found, made, crashes = folder / "found" / target, folder / "made" / target, folder / "crashes"
    for each in (found, made, crashes):
        each.mkdir(parents=True, exist_ok=True)
    for name, content in seeds.seeds_of(target).items():
        (made / name).write_bytes(content[:longest])
    command = [folder / build / f"fuzz_{target}", f"-max_total_time={SLICE}", *arguments_of(target, longest, crashes),
               found, HERE / "corpus" / target, made]
    with tempfile.TemporaryFile() as output:
        process = subprocess.Popen(command, stdout=output, stderr=output, preexec_fn=wait_for_idle_processors)
        overdue = threading.Timer(SLICE + 120, os.kill, [process.pid, signal.SIGINT])
        overdue.start()
        _, status, usage = os.wait4(process.pid, 0)
        overdue.cancel()
        process.returncode = os.waitstatus_to_exitcode(status)
        output.seek(0)
        text = output.read().decode(errors="replace")
    if process.returncode != 0:
        (crashes / f"{target}-{int(time.time())}.txt").write_text(text[-20000:])
    return sum(map(int, EXECUTIONS.findall(text))), usage.ru_utime + usage.ru_stime, process.returncode


def run(folder, seconds, targets):
    end = time.monotonic() + seconds
    slices = dict.fromkeys(targets, 0)
    lock = threading.Lock()

    def work():
        while time.monotonic() < end:
            with lock:
                target = min(slices, key=slices.get)
                slices[target] += 1
                build, longest = KINDS[slices[target] % len(KINDS)]
            if not (folder / build / f"fuzz_{target}").exists():
                build = "bin"
            executions, cpu, code = run_slice(folder, target, build, longest)
            with lock, open(folder / "log.tsv", "a", encoding="utf-8") as log:
                log.write(f"{int(time.time())}\t{target}\t{executions}\t{cpu:.1f}\t{code}\t{build}\n")

    workers = [threading.Thread(target=work) for _ in range(2)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()


def totals():
    """Target -> [executions with sanitizers, executions without, CPU seconds]."""
    rows = [line.split("\t") for line in TOTALS.read_text().splitlines()[1:]]
    return {target: list(map(int, numbers)) for target, *numbers in rows}


def add_log(folder):
    sums = collections.defaultdict(lambda: [0, 0, 0], totals())
    log = folder / "log.tsv"
    for line in log.read_text().splitlines():
        _, target, executions, cpu, _, build = line.split("\t")
        sums[target][0 if build == "bin" else 1] += int(executions)
        sums[target][2] += round(float(cpu))
    rows = ["\t".join(map(str, (target, *numbers))) + "\n" for target, numbers in sorted(sums.items())]
    TOTALS.write_text("target\twith sanitizers\twithout\tCPU seconds\n" + "".join(rows))
    log.write_text("")


def merge(folder, target):
    """Adds to the corpus the shortest inputs that reach edges which its own do not."""
    corpus, found = HERE / "corpus" / target, folder / "found" / target
    with tempfile.TemporaryDirectory() as new:
        known = pathlib.Path(new) / "known"
        shutil.copytree(corpus, known)
        subprocess.run([folder / "bin" / f"fuzz_{target}", "-merge=1", "-use_counters=0", f"-max_len={LONGEST_KEPT}", "-timeout=10",
                        "-rss_limit_mb=2048", f"-artifact_prefix={new}/", known, found],
                       check=True, capture_output=True)
        for path in known.iterdir():
            if not (corpus / path.name).exists():
                shutil.copy(path, corpus / path.name)


def print_totals():
    rows = totals()
    rows["all"] = [sum(column) for column in zip(*rows.values())]
    for target, (sanitized, fast, cpu) in rows.items():
        print(f"{target:<16} {sanitized:>14,} {fast:>14,} {cpu:>8,} s")


def main():
    if sys.argv[1:] == ["sum"]:
        print_totals()
        return
    folder = pathlib.Path(sys.argv[1])
    known = sorted(path.name.removeprefix("fuzz_") for path in (folder / "bin").iterdir())
    if sys.argv[2] == "run":
        run(folder, float(sys.argv[3]), sys.argv[4:] or known)
    else:
        add_log(folder)
        for target in known:
            merge(folder, target)


if __name__ == "__main__":
    main()
