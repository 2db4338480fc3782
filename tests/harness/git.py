"""Real git repositories for tests, handled by the git command."""

import os
import subprocess
from pathlib import Path

IDENTITY = {"GIT_AUTHOR_NAME": "Test", "GIT_AUTHOR_EMAIL": "test@example.com", "GIT_COMMITTER_NAME": "Test",
            "GIT_COMMITTER_EMAIL": "test@example.com", "GIT_CONFIG_GLOBAL": "/dev/null", "GIT_CONFIG_NOSYSTEM": "1"}


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

    def commit(self, branch, files, message, base=None):
        """A commit with these files ({path: text, bytes or (mode, content)}; None removes) on top of the branch."""
        parent = self.head(base or branch)
        index = {"GIT_INDEX_FILE": str(self.folder / "test-index")}
        self.git("read-tree", *([parent] if parent else ["--empty"]), variables=index)
        for path, content in files.items():
            if content is None:
                self.git("update-index", "--force-remove", path, variables=index)
                continue
            mode, content = content if isinstance(content, tuple) else ("100644", content)
            content = content.encode() if isinstance(content, str) else content
            blob = self.git("hash-object", "-w", "--stdin", given=content)
            self.git("update-index", "--add", "--cacheinfo", f"{mode},{blob},{path}", variables=index)
        tree = self.git("write-tree", variables=index)
        commit = self.git("commit-tree", tree, "-m", message, *(["-p", parent] if parent else []))
        self.git("update-ref", f"refs/heads/{branch}", commit)
        return commit
