"""What is compiled into the program is on the list of ./dev whose licences go where the program goes."""

import os
import re
import subprocess
import sys
import unittest
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
OURS = re.compile(r"(src|tasks|entrypoint)/")
# Headers of the system and of libraries that are loaded at run time: their code stays outside of the program.
OUTSIDE = {"libc6-dev", "linux-libc-dev", "libcurl4-openssl-dev", "libgit2-dev", "libjq-dev", "libpq-dev", "libssl-dev",
           "libgcc-12-dev"}  # libgcc is of the sources and the licence of libstdc++


def headers():
    """Every header outside of this folder that a file of the program includes, as the compiler has told ninja."""
    listed = subprocess.run(["ninja", "-C", os.environ["BUILD"], "-t", "deps"], capture_output=True, text=True, check=True,
                            timeout=60).stdout
    found, ours = set(), False
    for line in listed.splitlines():
        if line and not line.startswith(" "):
            ours = bool(OURS.match(line))
        elif ours and line.strip().startswith("/usr/"):
            found.add(line.strip())
    return found


def embedded():
    """The files of other packages that the build writes into the program, as CMake has found them."""
    cache = (Path(os.environ["BUILD"]) / "CMakeCache.txt").read_text()
    return set(re.findall(r"^ITER8_DYGRAPHS:FILEPATH=(.*)$", cache, re.MULTILINE))


def packages_of(paths):
    done = subprocess.run(["xargs", "dpkg-query", "--search"], input="\n".join(paths), capture_output=True, text=True, check=False,
                          timeout=60)
    return {name.split(":")[0] for name in re.findall(r"^(.*): /", done.stdout, re.MULTILINE)}


def linked():
    return set(re.search(r"^linked=\(([^)]*)\)", (ROOT / "dev").read_text(), re.MULTILINE)[1].split())


class Licences(unittest.TestCase):

    def test_every_library_that_becomes_part_of_the_program_is_on_the_list(self):
        found = packages_of(headers() | embedded())
        self.assertIn("libfmt-dev", found)
        self.assertEqual(found - OUTSIDE, linked())


if __name__ == "__main__":
    if not Path("/usr/bin/dpkg-query").exists():
        print("cannot run here: no dpkg-query, which knows what package a header is of")
        sys.exit(77)
    unittest.main()
