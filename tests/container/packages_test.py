"""The layers of the image that hold packages of Debian can be built. container_test.py goes on from there."""

import subprocess
import sys

from container.machine import ROOT, reason_not_to_run

if __name__ == "__main__":
    if reason := reason_not_to_run():
        print(f"cannot run here: {reason}")
        sys.exit(77)
    subprocess.run([ROOT / "tests/container/build.sh", "--packages"], check=True, timeout=800, stdin=subprocess.DEVNULL)
