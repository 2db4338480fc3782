"""./dev archive packs the program with its licences, and the same bytes each time."""

import os
import subprocess
import tarfile
import tempfile
import unittest
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


PROGRAM = b'#!/bin/sh\n[ "$1" = man ] && echo .TH ITER8 1\nexit\n' + b"a program\n" * 1000  # not the one of the build, which takes long to compress


def pack(folder, umask):
    program = folder / "iter8"
    program.parent.mkdir()
    program.write_bytes(PROGRAM)
    program.chmod(0o755)
    subprocess.run([ROOT / "dev", "archive", folder], check=True, capture_output=True, timeout=100, umask=umask,
                   env={**os.environ, "ITER8": program, "SOURCE_DATE_EPOCH": "1700000000"})
    archive, = folder.glob("*.tar.gz")
    return archive


class Archive(unittest.TestCase):

    @classmethod
    def setUpClass(cls):
        folder = tempfile.TemporaryDirectory(prefix="iter8-test-")
        cls.addClassCleanup(folder.cleanup)
        cls.first, cls.second = (pack(Path(folder.name) / name, umask) for name, umask in (("first", 0o022), ("second", 0o077)))
        with tarfile.open(cls.first) as archive:
            cls.members = {member.name.partition("/")[2]: member for member in archive.getmembers()}
            cls.tops = {member.name.partition("/")[0] for member in archive.getmembers()}

    def test_two_archives_of_one_commit_are_the_same(self):
        self.assertEqual(self.first.name, self.second.name)
        self.assertEqual(self.first.read_bytes(), self.second.read_bytes())

    def test_it_unpacks_into_one_folder_of_its_own_name(self):
        self.assertRegex(self.first.name, r"^iter8-\d+\.\d+\.\d+-linux-[a-z0-9]+\.tar\.gz$")
        self.assertEqual(self.tops, {self.first.name.removesuffix(".tar.gz")})

    def test_it_holds_the_program_and_every_licence(self):
        self.assertEqual(self.members["iter8"].mode, 0o755)
        self.assertEqual(self.members["iter8"].size, len(PROGRAM))
        licences = {name for name in self.members if name.startswith("licences/")}
        self.assertLessEqual({"LICENSE", "README.md", "CHANGELOG.md"}, set(self.members))
        self.assertLessEqual({"licences/iter8", "licences/libfmt-dev", "licences/libnghttp2-dev", "licences/GPL-3"}, licences)
        self.assertEqual({name for name in licences if self.members[name].size < 100} - {"licences/linked-packages"}, set())

    def test_it_holds_the_manual_page_that_the_program_prints(self):
        with tarfile.open(self.first) as archive:
            member, = (member for member in archive.getmembers() if member.name.endswith("share/man/man1/iter8.1"))
            self.assertEqual(archive.extractfile(member).read(), b".TH ITER8 1\n")

    def test_nobody_owns_it_and_its_time_is_the_commits(self):
        for name, member in self.members.items():
            self.assertEqual((member.uid, member.gid, member.uname, member.mtime), (0, 0, "", 1700000000), name)
            self.assertFalse(member.mode & 0o022, name)


if __name__ == "__main__":
    unittest.main()
