"""The base class of tests of the whole program: each has its own folder, runs the program, and checks what must always hold."""

import atexit
import re
import tempfile
import unittest
from pathlib import Path

import yaml

from harness.program import CRASH_MARKS, PATIENCE, SANITIZED, Running

CODES = (0, 1, 2, 3, 130, 143)  # the documented exit codes, docs/commands.md
LOCATED = r"^{file}:\d+:\d+: error: "
UNLOCATED = r"^{file}: error: "


class Tried:
    """How many cases a test file tried, for tests/redteam/threats.py."""

    count = 0

    @classmethod
    def tell(cls):
        if cls.count:
            print(f"inputs tried: {cls.count}", flush=True)


atexit.register(Tried.tell)


class Case(unittest.TestCase):
    """Runs the program in a fresh folder. Everything that was started ends with the test."""

    maxDiff = 2000

    def subTest(self, *arguments, **parameters):
        Tried.count += 1
        return super().subTest(*arguments, **parameters)

    def setUp(self):
        Tried.count += 1
        folder = tempfile.TemporaryDirectory(prefix="iter8-test-")
        self.addCleanup(folder.cleanup)
        self.folder = Path(folder.name).resolve()

    def skipTest(self, reason):
        """Says aloud which case cannot run here, in the form that tests/dev/summary.py counts; unittest alone would keep it to
        itself."""
        print(f"case {self.id().removeprefix('__main__.')} cannot run here: {reason}", flush=True)
        super().skipTest(reason)

    def write(self, name, content):
        """Writes a file of the folder: bytes, text, or anything else as YAML."""
        path = self.folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        if not isinstance(content, (bytes, str)):
            content = yaml.safe_dump(content, sort_keys=False)
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        return path

    def start(self, *arguments, environment=None, **popen):
        running = Running(arguments, popen.pop("cwd", self.folder), environment, **popen)
        self.addCleanup(running.stop)
        return running

    def iter8(self, *arguments, environment=None, within=20.0, **popen):
        """Runs the program to its end, which must be with a documented exit code."""
        finished = self.start(*arguments, environment=environment, **popen).finish(within)
        self.assert_sound(finished)
        return finished

    def run_experiment(self, experiment, *arguments, **options):
        """Writes experiment.yaml and runs it."""
        self.write("experiment.yaml", experiment)
        return self.iter8("run", *arguments, **options)

    def result(self):
        """The content of result.yaml, which must be complete and have our schema."""
        path = self.folder / "result.yaml"
        self.assertTrue(path.is_file(), "there is no result.yaml")
        document = yaml.load(path.read_text(), Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader))
        self.assertEqual(document["schema"], "iter8/result/v1")
        return document

    def assert_sound(self, finished):
        """No crash, no sanitizer report, and a documented exit code."""
        self.assertIn(finished.code, CODES, "not a documented exit code" + finished.story())
        self.assert_no_crash(finished)

    def assert_no_crash(self, finished):
        for mark in CRASH_MARKS:
            self.assertNotIn(mark, finished.err, finished.story())

    def assert_code(self, finished, code):
        self.assertEqual(finished.code, code, finished.story())

    def assert_says(self, finished, pattern):
        self.assertRegex(finished.text, re.compile(pattern, re.MULTILINE | re.IGNORECASE), finished.story())

    def assert_refused(self, finished, *patterns, file="experiment.yaml", located=True):
        """Exit code 2, an error that names the file (and the place in it), quickly and without much memory.
        The time is the program's own, so that a busy machine does not matter."""
        self.assert_code(finished, 2)
        prefix = LOCATED if located else UNLOCATED
        self.assertRegex(finished.err, re.compile(prefix.format(file=re.escape(file)), re.MULTILINE), finished.story())
        for pattern in patterns:
            self.assert_says(finished, pattern)
        self.assertLess(finished.cpu_seconds, (5 if SANITIZED else 2) * PATIENCE, finished.story())
        if not SANITIZED:
            self.assertLess(finished.peak_mebibytes, 256, finished.story())

