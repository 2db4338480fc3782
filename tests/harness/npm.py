"""Where the test tools from npm are."""

import os
import shutil
from pathlib import Path

from harness.program import stop_all

MODULES = Path(os.environ.get("ITER8_NPM") or Path(__file__).resolve().parents[2] / "build/npm") / "node_modules"


def need(*packages):
    """Ends the test as skipped, with a message, if node or one of these packages is missing: it cannot run here."""
    missing = [package for package in packages if not (MODULES / package).is_dir()]
    if not shutil.which("node"):
        missing.append("node")
    if missing:
        print(f"cannot run here: no {', '.join(missing)}; ./dev install npm brings it", flush=True)
        stop_all()
        os._exit(77)  # unittest would take SystemExit for an error of the test
