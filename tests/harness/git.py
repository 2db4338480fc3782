"""Real git repositories for tests, handled by the git command."""

import hashlib
import os
import struct
import subprocess
import zlib
from dataclasses import dataclass
from pathlib import Path

IDENTITY = {"GIT_AUTHOR_NAME": "Test", "GIT_AUTHOR_EMAIL": "test@example.com", "GIT_COMMITTER_NAME": "Test",
            "GIT_COMMITTER_EMAIL": "test@example.com", "GIT_CONFIG_GLOBAL": "/dev/null", "GIT_CONFIG_NOSYSTEM": "1"}


ZEROS = 1 << 24  # bytes, the step of Repository.add_zeros


@dataclass(frozen=True)
class Blob:
    """A file whose content is an object of the repository already."""

    id: str


def object_header(kind, size):
    """Kind and size of an object in a pack (gitformat-pack)."""
    head = [kind << 4 | size & 15]
    size >>= 4
    while size:
        head[-1] |= 128
        head.append(size & 127)
        size >>= 7
    return bytes(head)


def zlib_zeros(size):
    """That many zeros, a multiple of ZEROS, compressed: the same block again and again."""
    deflate = zlib.compressobj(9, wbits=-15)
    block = deflate.compress(bytes(ZEROS)) + deflate.flush(zlib.Z_FULL_FLUSH)
    return b"\x78\x9c" + block * (size // ZEROS) + b"\x03\0" + struct.pack(">I", (size % 65521) << 16 | 1)


class Repository:
    """A bare repository with one branch, `main`. Paths and contents as `files`."""

    def __init__(self, folder, files, branch="main"):
        self.folder = Path(folder)
        self.branch = branch
        self.folder.mkdir(parents=True)
        self.git("init", "-q", "--bare", f"--initial-branch={branch}")
        self.git("config", "http.receivepack", "true")
        self.commit(branch, files, "Begin")

    def git(self, *arguments, given=None, variables=None):
        """The output of a git command, as text without the last newline."""
        return self.raw(*arguments, given=given, variables=variables).decode("utf-8", "surrogateescape").rstrip("\n")

    def raw(self, *arguments, given=None, variables=None):
        done = subprocess.run(["git", *arguments], cwd=self.folder, input=given, capture_output=True, timeout=60,
                              env={"PATH": os.environ["PATH"], "HOME": str(self.folder), **IDENTITY, **(variables or {})})
        if done.returncode:
            raise LookupError(f"git {' '.join(arguments)}: {done.stderr.decode(errors='replace')}")
        return done.stdout

    def head(self, branch=None):
        """The commit of a branch, or None."""
        try:
            return self.git("rev-parse", "-q", "--verify", f"refs/heads/{branch or self.branch}")
        except LookupError:
            return None

    def branches(self):
        return self.git("for-each-ref", "--format=%(refname:short)", "refs/heads").split()

    def file(self, path, branch=None):
        return self.raw("show", f"{branch or self.branch}:{path}")

    def mode(self, path, branch=None):
        return self.git("ls-tree", branch or self.branch, path).split()[0]

    def log(self, branch=None):
        """The commits of a branch, newest first, as full messages."""
        return self.git("log", "--format=%B%x00", branch or self.branch).split("\0\n")

    def state(self):
        """Every branch and its commit: equal exactly when nothing changed."""
        return self.git("for-each-ref", "--format=%(refname) %(objectname)", "refs/heads")

    def add_zeros(self, size):
        """The id of a new blob of this many zeros, a multiple of ZEROS, in a pack of a thousandth of it."""
        zeros = bytes(ZEROS)
        content = hashlib.sha1(f"blob {size}\0".encode())
        for _ in range(size // ZEROS):
            content.update(zeros)
        name = content.digest()
        packed = object_header(3, size) + zlib_zeros(size)
        pack = b"PACK" + struct.pack(">II", 2, 1) + packed
        pack += hashlib.sha1(pack).digest()
        index = b"\377tOc" + struct.pack(">I", 2) + b"".join(struct.pack(">I", int(first >= name[0])) for first in range(256))
        index += name + struct.pack(">II", zlib.crc32(packed), 12) + pack[-20:]
        index += hashlib.sha1(index).digest()
        for ending, bytes_of_it in (("pack", pack), ("idx", index)):
            (self.folder / f"objects/pack/pack-{pack[-20:].hex()}.{ending}").write_bytes(bytes_of_it)
        return name.hex()

    def commit(self, branch, files, message, base=None):
        """A commit with these files ({path: text, bytes, (mode, content) or Blob(id)}; None removes) on top of the branch."""
        parent = self.head(base or branch)
        index = {"GIT_INDEX_FILE": str(self.folder / "test-index")}
        self.git("read-tree", *([parent] if parent else ["--empty"]), variables=index)
        for path, content in files.items():
            if content is None:
                self.git("update-index", "--force-remove", path, variables=index)
                continue
            mode, content = content if isinstance(content, tuple) else ("100644", content)
            content = content.encode() if isinstance(content, str) else content
            blob = content.id if isinstance(content, Blob) else self.git("hash-object", "-w", "--stdin", given=content)
            self.git("update-index", "--add", "--cacheinfo", f"{mode},{blob},{path}", variables=index)
        tree = self.git("write-tree", variables=index)
        commit = self.git("commit-tree", tree, "-m", message, *(["-p", parent] if parent else []))
        self.git("update-ref", f"refs/heads/{branch}", commit)
        return commit
