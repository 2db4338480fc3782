"""Chromium and what drives it."""

import os
import shutil
import subprocess
from pathlib import Path

from harness.npm import MODULES, need
from harness.program import PATIENCE

HERE = Path(__file__).resolve().parent


def need_chromium():
    """Ends the test as skipped, with a message, if the browser or its tools are missing."""
    need("playwright-core", "axe-core")
    if shutil.which("chromium"):
        return
    print("cannot run here: no chromium; ./dev install browser brings it", flush=True)
    os._exit(77)


def drive(script, *arguments, within=300):
    """Runs one of the scripts of this folder with node and returns what it prints."""
    environment = {**os.environ, "CHROMIUM": shutil.which("chromium"), "MODULES": str(MODULES)}
    done = subprocess.run(["node", HERE / script, *map(str, arguments)], env=environment, capture_output=True, text=True,
                          check=False, timeout=within * PATIENCE)
    if done.returncode != 0:
        raise AssertionError(f"{script} failed:\n{done.stdout}\n{done.stderr}")
    return done.stdout
