"""The release is built so that a mistake in memory ends it: cmake/hardening.cmake. The build here is another preset, so what is
checked is what the release's compiler and linker are told, and that they do it, on one small program."""

import json
import subprocess
import tempfile
import unittest
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]

# A program that copies what it is given: FORTIFY replaces the copy, the protector watches the frame.
PROGRAM = r"""
#include <cstring>
int main(int count, char** words) {
  char room[16];
  std::strcpy(room, words[count - 1]);
  return room[0];
}
"""


def configured(folder):
    """Flags of compiler and linker for a program in the preset `release`."""
    subprocess.run(["cmake", "-S", ROOT, "-B", folder, "--preset", "release"], check=True, capture_output=True, timeout=120,
                   cwd=ROOT)
    commands = json.loads((folder / "compile_commands.json").read_text())
    main, = [entry for entry in commands if entry["file"].endswith("entrypoint/main.cc")]
    compiler = [word for word in main["command"].split() if word.startswith(("-f", "-D_F", "-U_F", "-O", "-m"))]
    ninja = (folder / "build.ninja").read_text()
    at = ninja.index("build iter8: CXX_EXECUTABLE_LINKER")
    flags, = [line.partition(" = ")[2] for line in ninja[at:at + 20000].splitlines() if line.startswith("  LINK_FLAGS = ")][:1]
    return compiler, flags.split()


class Hardening(unittest.TestCase):

    @classmethod
    def setUpClass(cls):
        folder = tempfile.TemporaryDirectory(prefix="iter8-test-")
        cls.addClassCleanup(folder.cleanup)
        cls.folder = Path(folder.name)
        cls.compiler, cls.linker = configured(cls.folder / "build")
        (cls.folder / "program.cc").write_text(PROGRAM)
        cls.program = cls.folder / "program"
        subprocess.run(["c++", *cls.compiler, cls.folder / "program.cc", *cls.linker, "-o", cls.program], check=True,
                       capture_output=True, timeout=120)

    def read(self, *options):
        return subprocess.run(["readelf", "-W", *options, self.program], check=True, capture_output=True, text=True,
                              timeout=60).stdout

    def test_its_addresses_differ_at_every_start(self):
        self.assertRegex(self.read("-h"), r"Type:\s+DYN")

    def test_its_tables_are_read_only_before_it_runs(self):
        self.assertIn("GNU_RELRO", self.read("-l"))
        self.assertRegex(self.read("-d"), "BIND_NOW|FLAGS.*NOW")

    def test_its_stack_is_not_executable(self):
        stack, = [line for line in self.read("-l").splitlines() if "GNU_STACK" in line]
        self.assertNotIn("E", stack.split()[-2])

    def test_an_overflow_ends_it(self):
        symbols = self.read("--dyn-syms")
        self.assertIn("__stack_chk_fail", symbols)
        self.assertIn("__strcpy_chk", symbols)
        done = subprocess.run([self.program, "x" * 4000], capture_output=True, timeout=60, check=False)
        self.assertEqual(done.returncode, -6, "SIGABRT by the check, not a fault later")

    def test_returns_and_calls_are_marked_where_the_processor_can_check_them(self):
        self.assertTrue({"-fcf-protection", "-mbranch-protection=standard"} & set(self.compiler), self.compiler)


if __name__ == "__main__":
    unittest.main()
