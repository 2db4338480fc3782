"""tidy.py checks every file once: whole units, a few changed files by themselves. With a clang-tidy that only notes its call."""

import json
import os
import subprocess
import sys
import tempfile
import unittest
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
FILES = sorted(path.relative_to(ROOT).as_posix() for path in (ROOT / "src/net").glob("*.cc"))
NOTES_ITS_CALL = """#!/bin/sh
echo "$@" >>"$CALLS"
case "$*" in *bad*) echo "a complaint"; exit 1;; esac
"""


class Tidy(unittest.TestCase):

    def setUp(self):
        folder = tempfile.TemporaryDirectory(prefix="iter8-test-")
        self.addCleanup(folder.cleanup)
        self.folder = Path(folder.name)
        self.write("bin/clang-tidy-14", NOTES_ITS_CALL).chmod(0o755)

    def write(self, name, text):
        path = self.folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
        return path

    def tidy(self, units, *files, options="-std=c++20"):
        """Of a build with these units (lists of files), or with files of their own (no list). Returns the process and the calls."""
        entries = []
        for number, unit in enumerate(units):
            source = ROOT / unit if isinstance(unit, str) else self.write(
                f"units/net_{number}.cc", "".join(f'#include "{file}"\n' for file in unit))
            entries.append({"file": str(source), "command": f"/usr/bin/c++ {options} -o some/file.o -c {source}"})
        self.write("compile_commands.json", json.dumps(entries))
        calls = self.write("calls", "")
        done = subprocess.run([sys.executable, "-B", ROOT / "tests/dev/tidy.py", "--jobs", "2", self.folder, *files],
                              capture_output=True, text=True, check=False, timeout=60,
                              env={**os.environ, "PATH": f"{self.folder}/bin:{os.environ['PATH']}", "CALLS": str(calls)})
        return done, calls.read_text().splitlines()

    def test_a_unit_is_checked_as_a_whole_and_its_sources_are_not_headers(self):
        done, calls = self.tidy([FILES])
        self.assertEqual((done.returncode, done.stdout), (0, f"passed clang-tidy {FILES[0]} and {len(FILES) - 1} more\n"))
        self.assertEqual(len(calls), 1)
        self.assertIn("/units/net_0.cc -- -std=c++20", calls[0])
        self.assertIn("(h|cc)$", calls[0])

    def test_a_file_of_its_own_is_checked_with_the_options_of_its_compiler(self):
        done, calls = self.tidy([FILES[0]], options="-DX='a b'")
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertEqual(calls, [f"--quiet {ROOT / FILES[0]} -- -DX=a b"])

    def test_a_few_changed_files_of_a_unit_are_checked_by_themselves(self):
        _, calls = self.tidy([FILES], FILES[1], FILES[2])
        self.assertEqual({call.split()[1] for call in calls}, {str(ROOT / FILES[1]), str(ROOT / FILES[2])})
        self.assertEqual(len(calls), 2)

    def test_many_changed_files_of_a_unit_are_checked_with_it(self):
        _, calls = self.tidy([FILES], *FILES[:4])
        self.assertEqual(len(calls), 1)
        self.assertIn("/units/", calls[0])

    def test_units_without_a_changed_file_are_left_out(self):
        _, calls = self.tidy([FILES[:4], FILES[4:]], FILES[0])
        self.assertEqual(len(calls), 1)

    def test_a_complaint_is_shown_and_fails(self):
        done, _ = self.tidy([FILES], options="-Dbad")
        self.assertEqual(done.returncode, 1)
        self.assertTrue(done.stdout.startswith("failed clang-tidy src/net/"))
        self.assertIn("a complaint", done.stderr)


if __name__ == "__main__":
    unittest.main()
