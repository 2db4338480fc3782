#!/usr/bin/env python3
"""tidy.py BUILD [FILE ...]: clang-tidy on these files, or on every file of BUILD, a folder configured with the preset `tidy`.

A compilation unit of several files is checked as a whole, because their headers are most of the work; a few changed files of
a unit are checked by themselves. Progress and complaints go to stderr; stdout gets a line "passed NAME" or "failed NAME" a
check. Exits 1 when any failed."""

import argparse
import json
import os
import re
import shlex
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
OURS = re.compile(r"(src|tasks|entrypoint)/.*\.cc")
INCLUDED = re.compile(r'^#include "([^"]+\.cc)"', re.MULTILINE)
FILES_ALONE = 3  # up to this many of a unit are faster by themselves
# The unit includes sources on purpose, and they are not headers.
IN_UNITS = ["--checks=-bugprone-suspicious-include", r"--header-filter=(src|tasks|entrypoint)/.*\.(h|cc)$"]


class Check:
    """One run of clang-tidy on a file, or on the unit that includes the files."""

    def __init__(self, source, files, command):
        self.files = files
        self.cost = sum((ROOT / file).stat().st_size for file in files)
        self.name = f"clang-tidy {files[0]}" + (f" and {len(files) - 1} more" if len(files) > 1 else "")
        self._source, self._command = source, command

    def run(self):
        begin = time.monotonic()
        options = IN_UNITS if is_unit(self._source) else []
        done = subprocess.run(["clang-tidy-14", "--quiet", *options, self._source, "--", *self._command], cwd=ROOT,
                              capture_output=True, text=True, check=False)
        took = f"{time.monotonic() - begin:4.0f} s  {self.name}\n"
        sys.stderr.write(took if done.returncode == 0 else took + done.stdout + done.stderr)
        print("passed" if done.returncode == 0 else "failed", self.name, flush=True)
        return done.returncode == 0


def arguments_of(entry):
    """How the compiler is called, without its name, its input and its output."""
    words = shlex.split(entry["command"])[1:]
    kept = []
    while words:
        word = words.pop(0)
        if word in ("-o", "-c"):
            words.pop(0)
        else:
            kept.append(word)
    return kept


def is_unit(source):
    """cmake/layer.cmake makes the units, in folders of this name."""
    return source.parent.name == "units"


def files_of(source):
    """The files of ours that a unit includes, or the file itself, below ROOT; generated ones are nobody's to mend."""
    names = INCLUDED.findall(source.read_text()) if is_unit(source) else [os.path.relpath(source, ROOT)]
    return [name for name in names if OURS.fullmatch(name)]


def checks(build, wanted):
    for entry in json.loads((build / "compile_commands.json").read_text()):
        source, command = Path(entry["file"]), arguments_of(entry)
        files = files_of(source)
        chosen = files if wanted is None else [file for file in files if file in wanted]
        if 0 < len(chosen) <= FILES_ALONE and len(chosen) < len(files):
            yield from (Check(ROOT / file, [file], command) for file in chosen)
        elif chosen:
            yield Check(source, files, command)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--jobs", type=int, default=1)
    parser.add_argument("build", type=Path)
    parser.add_argument("files", nargs="*")
    arguments = parser.parse_args()
    found = sorted(checks(arguments.build, set(arguments.files) or None), key=lambda check: -check.cost)
    with ThreadPoolExecutor(arguments.jobs) as pool:
        return 0 if all(list(pool.map(Check.run, found))) else 1


if __name__ == "__main__":
    sys.exit(main())
