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


def run_showcase(folder):
    """Leaves result.yaml and report.html in the folder."""
    shutil.copy(HERE / "showcase.yaml", folder / "experiment.yaml")
    shutil.copy(ROOT / "examples/ab-conversion/iter8-task-orders", folder)
    demo, urls = start_demo(folder)
    try:
        environment = {**os.environ, "STABLE_URL": urls["stable"], "CANDIDATE_URL": urls["candidate"],
                       "ITER8_TASK_PATH": str(folder)}
        subprocess.run([binary(), "run", "--no-gate", "--report", "html=report.html"], cwd=folder, env=environment, check=True,
                       timeout=300)
    finally:
        demo.terminate()
        demo.wait(10)


def main():
    images = Path(sys.argv[1] if len(sys.argv) > 1 else ROOT / "docs/images")
    images.mkdir(parents=True, exist_ok=True)
    need_chromium()
    with tempfile.TemporaryDirectory(prefix="iter8-screenshots-") as name:
        folder = Path(name)
        run_showcase(folder)
        drive("shoot.mjs", folder / "report.html", images)
    for image in sorted(images.glob("page-*.png")):
        print(image.relative_to(ROOT) if image.is_relative_to(ROOT) else image)


if __name__ == "__main__":
    main()
