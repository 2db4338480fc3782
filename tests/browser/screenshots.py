#!/usr/bin/env python3
"""usage: screenshots.py [FOLDER]: takes the pictures of docs/images (or of FOLDER), for which it runs the showcase against the
demo application. The environment variable ITER8 names the binary. ./dev screenshots calls it."""

import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

HERE = Path(__file__).resolve().parent
ROOT = HERE.parents[1]
sys.path[:0] = [str(ROOT / "tests"), str(HERE)]

import terminal
from chromium import drive, need_chromium
from harness.program import binary

VERSIONS = ("name=stable,latency=24ms,jitter=6ms,errors=0.002,conversion=0.05",
            "name=candidate,latency=18ms,jitter=5ms,errors=0.003,conversion=0.09")


def start_demo(folder):
    """The demo application and the URLs of its versions."""
    ready = folder / "demo.json"
    versions = [argument for version in VERSIONS for argument in ("--version", version)]
    demo = subprocess.Popen([binary(), "demo", "--port", "0", "--ready-file", ready, *versions], cwd=folder,
                            stdout=subprocess.DEVNULL)
    end = time.monotonic() + 20
    while not ready.exists() or not ready.read_text().strip().endswith("}"):
        if demo.poll() is not None or time.monotonic() > end:
            demo.kill()
            sys.exit("the demo application did not start")
        time.sleep(0.02)
    return demo, json.loads(ready.read_text())


def shoot_terminal(folder, experiment, environment, size, images):
    """The experiment as it runs, and the summary that it ends with."""
    columns, rows = size
    place = folder / f"{columns}x{rows}"
    place.mkdir()
    shutil.copy(HERE / experiment, place / "experiment.yaml")
    with terminal.Terminal(place, columns, rows, environment) as window:
        window.type("iter8 run")
        running = window.wait_for(r"^  candidate +\d\d\d requests", within=60)
        (images / f"terminal-running-{columns}x{rows}.svg").write_text(terminal.svg(running, columns, rows))
        finished = window.wait_for(r"^  details: ", within=120)
        (images / f"terminal-{columns}x{rows}.svg").write_text(terminal.svg(finished, columns, rows))


def run_showcase(folder, images):
    """Leaves result.yaml and report.html in the folder, and the pictures of the terminal."""
    shutil.copy(HERE / "showcase.yaml", folder / "experiment.yaml")
    shutil.copy(ROOT / "examples/ab-conversion/iter8-task-orders", folder)
    demo, urls = start_demo(folder)
    try:
        variables = {"STABLE_URL": urls["stable"], "CANDIDATE_URL": urls["candidate"], "ITER8_TASK_PATH": str(folder)}
        environment = {**os.environ, **variables}
        shoot_terminal(folder, "terminal.yaml", variables, (80, 24), images)
        shoot_terminal(folder, "showcase.yaml", variables, (120, 40), images)
        subprocess.run([binary(), "run", "--no-gate", "--report", "html=report.html"], cwd=folder, env=environment, check=True,
                       timeout=300)
    finally:
        demo.terminate()
        demo.wait(10)


def main():
    images = Path(sys.argv[1] if len(sys.argv) > 1 else ROOT / "docs/images")
    images.mkdir(parents=True, exist_ok=True)
    need_chromium()
    terminal.need_tmux()
    with tempfile.TemporaryDirectory(prefix="iter8-screenshots-") as name:
        folder = Path(name)
        run_showcase(folder, images)
        drive("shoot.mjs", folder / "report.html", images)
    for image in sorted([*images.glob("page-*.png"), *images.glob("terminal-*.svg")]):
        print(image.relative_to(ROOT) if image.is_relative_to(ROOT) else image)


if __name__ == "__main__":
    main()
