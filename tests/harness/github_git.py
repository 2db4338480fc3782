"""The git data calls of the fake GitHub, on real repositories."""

import base64
import binascii

from harness.routes import Answer, Routes, not_found, refused, route


class GitData(Routes):
    @route("GET", "")
    def repository_itself(self, asked, owner, name):
        if f"{owner}/{name}" not in self.repositories:
            return not_found()
        repository = self.repositories[f"{owner}/{name}"]
        return Answer(200, {"full_name": f"{owner}/{name}", "name": name, "default_branch": repository.branch,
                            "owner": {"login": owner}})

    @route("GET", "/git/ref/{}")
    def reference(self, asked, owner, name, ref):
        try:
            sha = self.repository(owner, name).git("rev-parse", "-q", "--verify", f"refs/{ref}")
        except LookupError:
            return not_found()
        return Answer(200, {"ref": f"refs/{ref}", "object": {"type": "commit", "sha": sha}})

    @route("GET", "/branches/{}")
    def branch(self, asked, owner, name, branch):
        if branch not in self.repository(owner, name).branches():
            return not_found()
        return Answer(200, {"name": branch, "protected": branch in self.protected})

    @route("GET", "/git/commits/{}")
    def commit(self, asked, owner, name, sha):
        try:
            repository = self.repository(owner, name)
            tree, parents, message = repository.git("show", "-s", "--format=%T%n%P%n%B", sha).split("\n", 2)
        except LookupError:
            return not_found()
        return Answer(200, {"sha": sha, "tree": {"sha": tree}, "message": message.rstrip("\n"),
                            "parents": [{"sha": parent} for parent in parents.split()]})

    @route("GET", "/git/trees/{}")
    def tree(self, asked, owner, name, sha):
        try:
            lines = self.repository(owner, name).raw("ls-tree", "-z", "-l", sha).decode().split("\0")[:-1]
        except LookupError:
            return not_found()
        entries = []
        for line in lines:
            head, path = line.split("\t", 1)
            mode, kind, entry, size = head.split()
            entries.append({"path": path, "mode": mode, "type": kind, "sha": entry,
                            **({"size": int(size)} if kind == "blob" else {})})
        return Answer(200, {"sha": sha, "tree": entries, "truncated": False})

    @route("GET", "/git/blobs/{}")
    def blob(self, asked, owner, name, sha):
        try:
            content = self.repository(owner, name).raw("cat-file", "blob", sha)
        except LookupError:
            return not_found()
        return Answer(200, {"sha": sha, "size": len(content), "encoding": "base64",
                            "content": base64.encodebytes(content).decode()})

    @route("POST", "/git/blobs")
    def create_blob(self, asked, owner, name):
        content = asked.body["content"]
        try:
            given = base64.b64decode(content, validate=True) if asked.body.get("encoding") == "base64" else content.encode()
        except binascii.Error:
            return refused("Validation Failed", "content is not valid Base64")
        sha = self.repository(owner, name).git("hash-object", "-w", "--stdin", given=given)
        return Answer(201, {"sha": sha})

    @route("POST", "/git/trees")
    def create_tree(self, asked, owner, name):
        repository = self.repository(owner, name)
        entries = {}
        for entry in asked.body["tree"]:
            sha = entry.get("sha")
            if sha is None:
                sha = repository.git("hash-object", "-w", "--stdin", given=entry["content"].encode())
            entries[entry["path"]] = (entry["mode"], sha)
        return Answer(201, {"sha": tree_with(repository, asked.body.get("base_tree"), entries)})

    @route("POST", "/git/commits")
    def create_commit(self, asked, owner, name):
        repository = self.repository(owner, name)
        parents = [word for parent in asked.body.get("parents", []) for word in ("-p", parent)]
        author = asked.body.get("author") or {"name": "iter8[bot]", "email": "bot@example.com"}
        # A different time for each commit, so that no two commits are identical by chance.
        self.seconds = getattr(self, "seconds", 0) + 1
        when = f"{1_700_000_000 + self.seconds} +0000"
        try:
            sha = repository.git("commit-tree", asked.body["tree"], *parents, given=asked.body["message"].encode(),
                                 variables={"GIT_AUTHOR_NAME": author["name"], "GIT_AUTHOR_EMAIL": author["email"],
                                            "GIT_AUTHOR_DATE": when, "GIT_COMMITTER_DATE": when})
        except LookupError as error:
            return refused(str(error))
        return Answer(201, {"sha": sha, "tree": {"sha": asked.body["tree"]}, "message": asked.body["message"],
                            "parents": [{"sha": parent} for parent in asked.body.get("parents", [])],
                            "verification": {"verified": "author" not in asked.body}})

    @route("POST", "/git/refs")
    def create_reference(self, asked, owner, name):
        repository = self.repository(owner, name)
        ref, sha = asked.body["ref"], asked.body["sha"]
        try:
            repository.git("rev-parse", "-q", "--verify", ref)
            return refused("Reference already exists")
        except LookupError:
            repository.git("update-ref", ref, sha)
        return Answer(201, {"ref": ref, "object": {"type": "commit", "sha": sha}})

    @route("PATCH", "/git/refs/{}")
    def move_reference(self, asked, owner, name, ref):
        repository = self.repository(owner, name)
        sha = asked.body["sha"]
        try:
            old = repository.git("rev-parse", "-q", "--verify", f"refs/{ref}")
        except LookupError:
            return refused("Reference does not exist")
        if not asked.body.get("force") and repository.git("merge-base", old, sha) != old:
            return refused("Update is not a fast forward")
        repository.git("update-ref", f"refs/{ref}", sha)
        return Answer(200, {"ref": f"refs/{ref}", "object": {"type": "commit", "sha": sha}})

    @route("DELETE", "/git/refs/{}")
    def delete_reference(self, asked, owner, name, ref):
        try:
            self.repository(owner, name).git("update-ref", "-d", f"refs/{ref}")
        except LookupError:
            return refused("Reference does not exist")
        return Answer(204)


def tree_with(repository, base, entries):
    """The tree `base` with {path: (mode, blob)} in it; a blob of None removes."""
    index = {"GIT_INDEX_FILE": str(repository.folder / "api-index")}
    repository.git("read-tree", *([base] if base else ["--empty"]), variables=index)
    for path, (mode, sha) in entries.items():
        if sha is None:
            repository.git("update-index", "--force-remove", path, variables=index)
        else:
            repository.git("update-index", "--add", "--cacheinfo", f"{mode},{sha},{path}", variables=index)
    return repository.git("write-tree", variables=index)
