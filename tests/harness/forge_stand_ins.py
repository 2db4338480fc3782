"""Fake GitLab and Gitea servers, as Debian has no packages of them: their API calls as documented, on real git repositories.
They check the keys of requests; they do not show how the real servers respond to everything."""

import base64
import re
from dataclasses import dataclass, field

from harness.github import Github
from harness.github_git import tree_with
from harness.routes import Answer, refused


def call(method, pattern, *keys):
    """Marks the method that handles a call; `keys` are the keys that the body may have."""
    def mark(function):
        function.route = (method, pattern)
        function.keys = set(keys)
        return function
    return mark


class StandIn(Github):
    """The transport and state of the fake GitHub, with the calls of this class."""

    def routes(self):
        for name, function in vars(type(self)).items():
            if hasattr(function, "route"):
                yield (*function.route, name)

    def checked(self, asked, raw_path, headers, content):
        for method, pattern, name in self.routes():
            if method == asked.method and re.fullmatch(pattern, raw_path.partition("?")[0]):
                unknown = set(asked.body or {}) - getattr(type(self), name).keys
                return ([f"unknown keys {sorted(unknown)}"] if unknown else []), None
        return [f"no such call: {asked.method} {raw_path}"], None

    def only(self):
        return next(iter(self.repositories.values()))

    def commit(self, parent, files, message, author=None):
        """The id of a commit with {path: bytes} on top of `parent`."""
        repository = self.only()
        entries = {path: ("100644", repository.git("hash-object", "-w", "--stdin", given=content))
                   for path, content in files.items()}
        variables = {"GIT_AUTHOR_NAME": author} if author else {}
        return repository.git("commit-tree", tree_with(repository, parent, entries), "-p", parent, given=message.encode(),
                              variables=variables)

    def parents(self, commit):
        return self.only().git("show", "-s", "--format=%P", commit).split()

    def message_of(self, commit):
        return self.only().git("show", "-s", "--format=%B", commit)

    def merge(self, request):
        repository = self.only()
        request.merge_commit = repository.git("commit-tree", f"{request.head}^{{tree}}", "-p", repository.head(request.base),
                                              "-p", repository.head(request.head), "-m", f"Merge {request.number}")
        repository.git("update-ref", f"refs/heads/{request.base}", request.merge_commit)
        request.state = "merged"


@dataclass
class Request:
    number: int
    head: str
    base: str
    title: str
    body: str
    state: str = "opened"
    merge_commit: str = None
    labels: list = field(default_factory=list)
    assignees: list = field(default_factory=list)
    reviewers: list = field(default_factory=list)
    auto_merge: bool = False


PROJECT = "/api/v4/projects/([^/]+)"
USERS = {"ana": 11, "bo": 12}


class Gitlab(StandIn):
    @property
    def environment(self):
        return {"GITLAB_CI": "true", "CI_API_V4_URL": self.url + "/api/v4", "GITLAB_TOKEN": self.token,
                "CI_PROJECT_PATH": next(iter(self.repositories)), "CI_JOB_URL": "https://gitlab.example.com/-/jobs/7"}

    def is_authorized(self, headers):
        return headers.get("private-token") == self.token

    def shown(self, request):
        return {"iid": request.number, "web_url": f"https://gitlab.example.com/-/merge_requests/{request.number}",
                "title": request.title, "description": request.body, "state": request.state,
                "source_branch": request.head, "target_branch": request.base, "sha": self.only().head(request.head),
                "merge_commit_sha": request.merge_commit, "squash_commit_sha": None, "labels": request.labels,
                "merge_when_pipeline_succeeds": request.auto_merge,
                "assignees": [{"username": name} for name in request.assignees],
                "reviewers": [{"username": name} for name in request.reviewers]}

    @call("GET", PROJECT)
    def project(self, asked, project):
        return Answer(200, {"id": 1, "default_branch": self.repositories[project].branch})

    @call("GET", PROJECT + "/repository/branches/([^/]+)")
    def branch(self, asked, project, branch):
        head = self.only().head(branch)
        if not head:
            return Answer(404, {"message": "404 Branch Not Found"})
        return Answer(200, {"name": branch, "protected": branch in self.protected, "commit": {"id": head}})

    @call("GET", PROJECT + "/repository/commits/([^/]+)")
    def get_commit(self, asked, project, sha):
        return Answer(200, {"id": sha, "message": self.message_of(sha), "parent_ids": self.parents(sha)})

    @call("GET", PROJECT + "/repository/files/([^/]+)")
    def get_file(self, asked, project, path):
        content = self.only().raw("show", f"{asked.query['ref']}:{path}")
        return Answer(200, {"file_path": path, "size": len(content), "encoding": "base64", "execute_filemode": False,
                            "content": base64.b64encode(content).decode()})

    @call("GET", PROJECT + "/repository/tree")
    def get_tree(self, asked, project):
        place = f"{asked.query['ref']}:{asked.query.get('path', '')}"
        return Answer(200, [{"name": name} for name in self.only().git("ls-tree", "--name-only", place).split()])

    @call("POST", PROJECT + "/repository/commits", "branch", "start_sha", "commit_message", "actions", "force", "author_name",
          "author_email")
    def make_commit(self, asked, project):
        body = asked.body
        if self.only().head(body["branch"]) and not body.get("force"):
            return Answer(400, {"message": f"A branch called '{body['branch']}' already exists."})
        for action in body["actions"]:
            if set(action) != {"action", "file_path", "content", "encoding"}:
                return Answer(400, {"error": "actions is invalid"})
        files = {action["file_path"]: base64.b64decode(action["content"]) for action in body["actions"]}
        commit = self.commit(body["start_sha"], files, body["commit_message"], body.get("author_name"))
        self.only().git("update-ref", f"refs/heads/{body['branch']}", commit)
        return Answer(201, {"id": commit})

    @call("GET", PROJECT + "/merge_requests")
    def list_requests(self, asked, project):
        found = [one for one in self.pulls if one.state == asked.query["state"] and one.head == asked.query["source_branch"]
                 and one.base == asked.query["target_branch"]]
        return Answer(200, [self.shown(one) for one in reversed(found)])

    @call("POST", PROJECT + "/merge_requests", "source_branch", "target_branch", "title", "description",
          "remove_source_branch")
    def open_request(self, asked, project):
        body = asked.body
        for one in self.pulls:
            if one.state == "opened" and one.head == body["source_branch"]:
                return Answer(409, {"message": [f"Another open merge request already exists for this source branch: !{one.number}"]})
        self.pulls.append(Request(len(self.pulls) + 1, body["source_branch"], body["target_branch"], body["title"],
                                  body["description"]))
        return Answer(201, self.shown(self.pulls[-1]))

    @call("PUT", PROJECT + "/merge_requests/([^/]+)", "title", "description", "add_labels", "assignee_ids", "reviewer_ids")
    def change_request(self, asked, project, number):
        one, body = self.pulls[int(number) - 1], asked.body
        one.title, one.body = body.get("title", one.title), body.get("description", one.body)
        one.labels += [label for label in body.get("add_labels", "").split(",") if label]
        names = {number: name for name, number in USERS.items()}
        one.assignees = [names[id] for id in body["assignee_ids"]] if "assignee_ids" in body else one.assignees
        one.reviewers = [names[id] for id in body["reviewer_ids"]] if "reviewer_ids" in body else one.reviewers
        return Answer(200, self.shown(one))

    @call("PUT", PROJECT + "/merge_requests/([^/]+)/merge", "sha", "squash", "merge_when_pipeline_succeeds")
    def merge_request(self, asked, project, number):
        one = self.pulls[int(number) - 1]
        if not getattr(one, "prepared", False):  # GitLab needs a moment for a new one
            one.prepared = True
            return Answer(405, {"message": "405 Method Not Allowed"})
        if asked.body.get("merge_when_pipeline_succeeds"):
            one.auto_merge = True
        else:
            self.merge(one)
        return Answer(200, self.shown(one))

    @call("GET", "/api/v4/users")
    def users(self, asked):
        name = asked.query["username"]
        return Answer(200, [{"id": USERS[name], "username": name}] if name in USERS else [])


REPO = "/api/v1/repos/([^/]+)/([^/]+)"
LABELS = {"promotion": 5, "auto": 6}


class Gitea(StandIn):
    @property
    def environment(self):
        return {"GITEA_ACTIONS": "true", "GITHUB_API_URL": self.url + "/api/v1", "GITEA_TOKEN": self.token,
                "GITHUB_REPOSITORY": next(iter(self.repositories))}

    def is_authorized(self, headers):
        return headers.get("authorization") == f"token {self.token}"

    def shown(self, request):
        return {"number": request.number, "html_url": f"https://gitea.example.com/pulls/{request.number}",
                "title": request.title, "body": request.body, "state": "open" if request.state == "opened" else "closed",
                "merged": request.state == "merged", "merge_commit_sha": request.merge_commit,
                "head": {"ref": request.head, "sha": self.only().head(request.head)}, "base": {"ref": request.base},
                "labels": [{"name": name} for name in request.labels],
                "assignees": [{"login": name} for name in request.assignees],
                "requested_reviewers": [{"login": name} for name in request.reviewers]}

    @call("GET", REPO)
    def repository_itself(self, asked, owner, name):
        return Answer(200, {"default_branch": self.repositories[f"{owner}/{name}"].branch})

    @call("GET", REPO + "/branches/([^/]+)")
    def branch(self, asked, owner, name, branch):
        head = self.only().head(branch)
        if not head:
            return Answer(404, {"message": "not found"})
        return Answer(200, {"name": branch, "protected": branch in self.protected, "commit": {"id": head}})

    @call("GET", REPO + "/git/commits/([^/]+)")
    def get_commit(self, asked, owner, name, sha):
        return Answer(200, {"sha": sha, "commit": {"message": self.message_of(sha)},
                            "parents": [{"sha": parent} for parent in self.parents(sha)]})

    @call("GET", REPO + "/contents/?(.*)")
    def contents(self, asked, owner, name, path):
        place = f"{asked.query['ref']}:{path}"
        if self.only().git("cat-file", "-t", place) == "tree":
            return Answer(200, [{"name": one} for one in self.only().git("ls-tree", "--name-only", place).split()])
        return Answer(200, {"type": "file", "path": path, "sha": self.only().git("rev-parse", place), "encoding": "base64",
                            "content": base64.b64encode(self.only().raw("show", place)).decode()})

    @call("POST", REPO + "/contents", "branch", "new_branch", "message", "files", "author")
    def change_files(self, asked, owner, name):
        body, repository = asked.body, self.only()
        target = body.get("new_branch", body["branch"])
        if "new_branch" in body and repository.head(target):
            return Answer(409, {"message": f"branch already exists [name: {target}]"})
        parent = repository.head(body["branch"])
        for file in body["files"]:
            if file["operation"] == "update" and file["sha"] != repository.git("rev-parse", f"{parent}:{file['path']}"):
                return refused("sha does not match")
        commit = self.commit(parent, {file["path"]: base64.b64decode(file["content"]) for file in body["files"]}, body["message"],
                             body.get("author", {}).get("name"))
        repository.git("update-ref", f"refs/heads/{target}", commit)
        return Answer(201, {"commit": {"sha": commit}})

    @call("GET", REPO + "/pulls")
    def list_pulls(self, asked, owner, name):
        wanted = ["opened"] if asked.query["state"] == "open" else ["merged", "closed"]
        return Answer(200, [self.shown(one) for one in reversed(self.pulls) if one.state in wanted])

    @call("POST", REPO + "/pulls", "head", "base", "title", "body")
    def open_pull(self, asked, owner, name):
        body = asked.body
        if any(one.state == "opened" and one.head == body["head"] for one in self.pulls):
            return Answer(409, {"message": "pull request already exists for these targets"})
        self.pulls.append(Request(len(self.pulls) + 1, body["head"], body["base"], body["title"], body["body"]))
        return Answer(201, self.shown(self.pulls[-1]))

    @call("PATCH", REPO + "/pulls/([^/]+)", "title", "body")
    def change_pull(self, asked, owner, name, number):
        one = self.pulls[int(number) - 1]
        one.title, one.body = asked.body["title"], asked.body["body"]
        return Answer(201, self.shown(one))

    @call("GET", REPO + "/labels")
    def labels(self, asked, owner, name):
        return Answer(200, [{"id": number, "name": label} for label, number in LABELS.items()])

    @call("POST", REPO + "/issues/([^/]+)/labels", "labels")
    def add_labels(self, asked, owner, name, number):
        names = {number: label for label, number in LABELS.items()}
        self.pulls[int(number) - 1].labels += [names[label] for label in asked.body["labels"]]
        return Answer(200, [])

    @call("PATCH", REPO + "/issues/([^/]+)", "assignees")
    def assign(self, asked, owner, name, number):
        self.pulls[int(number) - 1].assignees = asked.body["assignees"]
        return Answer(201, {})

    @call("POST", REPO + "/pulls/([^/]+)/requested_reviewers", "reviewers", "team_reviewers")
    def request_reviewers(self, asked, owner, name, number):
        self.pulls[int(number) - 1].reviewers += asked.body["reviewers"]
        return Answer(201, [])

    @call("POST", REPO + "/pulls/([^/]+)/merge", "Do", "head_commit_id", "merge_when_checks_succeed")
    def merge_pull(self, asked, owner, name, number):
        one = self.pulls[int(number) - 1]
        if asked.body.get("merge_when_checks_succeed"):
            one.auto_merge = True
        else:
            self.merge(one)
        return Answer(200)
