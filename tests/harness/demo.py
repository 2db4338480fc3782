"""The demo application as a server for tests."""

import json
import time

from harness.program import PATIENCE


def start_demo(case, *arguments):
    """Starts `iter8 demo` on free ports and returns the URL of each version by name. It ends with the test."""
    ready = case.folder / "demo.json"
    ready.unlink(missing_ok=True)
    running = case.start("demo", "--port", "0", "--ready-file", ready, *arguments)
    deadline = time.monotonic() + 20 * PATIENCE
    while not ready.exists():
        if running.ends_within(0.01):
            raise AssertionError(f"the demo ended{running.finish().story()}")
        if time.monotonic() > deadline:
            running.stop()
            raise AssertionError(f"the demo did not start{running.finished.story()}")
    return json.loads(ready.read_text())
