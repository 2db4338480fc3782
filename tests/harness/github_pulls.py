"""Pull requests, labels, assignees and reviewers in the fake GitHub, and the related part of GraphQL."""

from dataclasses import dataclass, field

from harness.routes import Answer, Routes, not_found, refused, route


@dataclass
class Pull:
    number: int
    repository: str
    title: str
    body: str
    head: str
    base: str
    draft: bool = False
    state: str = "open"
    merge_commit: str = None
    labels: list = field(default_factory=list)
    assignees: list = field(default_factory=list)
    reviewers: list = field(default_factory=list)
    teams: list = field(default_factory=list)
    reviews: list = field(default_factory=list)
    auto_merge: str = None

    @property
    def is_merged(self):
        return self.merge_commit is not None


class PullRequests(Routes):
    def __init__(self):
        super().__init__()
        self.pulls = []

    def open_pulls(self):
        return [pull for pull in self.pulls if pull.state == "open"]

    def described(self, pull):
        owner, name = pull.repository.split("/")
        repository = self.repository(owner, name)
        return {"number": pull.number, "node_id": f"PR_{pull.number}", "state": pull.state, "title": pull.title,
                "body": pull.body, "draft": pull.draft, "merged": pull.is_merged,
                "merged_at": "2026-01-01T00:00:00Z" if pull.is_merged else None, "mergeable": True,
                "merge_commit_sha": pull.merge_commit, "html_url": f"https://github.example.com/{pull.repository}/pull/{pull.number}",
                "head": {"ref": pull.head, "label": f"{owner}:{pull.head}", "sha": repository.head(pull.head) or "0" * 40},
                "base": {"ref": pull.base, "label": f"{owner}:{pull.base}", "sha": repository.head(pull.base)},
                "labels": [{"name": label} for label in pull.labels],
                "assignees": [{"login": login} for login in pull.assignees],
                "requested_reviewers": [{"login": login} for login in pull.reviewers],
                "requested_teams": [{"slug": slug, "name": slug} for slug in pull.teams],
                "auto_merge": {"merge_method": pull.auto_merge.lower()} if pull.auto_merge else None}

    def pull(self, owner, name, number):
        return next((pull for pull in self.pulls
                     if pull.repository == f"{owner}/{name}" and pull.number == int(number)), None)

    @route("GET", "/pulls")
    def list_pulls(self, asked, owner, name):
        found = [pull for pull in self.pulls if pull.repository == f"{owner}/{name}"]
        state = asked.query.get("state", "open")
        found = [pull for pull in found if state in ("all", pull.state)]
        if "head" in asked.query:
            found = [pull for pull in found if f"{owner}:{pull.head}" == asked.query["head"]]
        if "base" in asked.query:
            found = [pull for pull in found if pull.base == asked.query["base"]]
        return Answer(200, [self.described(pull) for pull in reversed(found)])

    @route("POST", "/pulls")
    def create_pull(self, asked, owner, name):
        repository = self.repository(owner, name)
        head, base = asked.body["head"], asked.body["base"]
        for branch, key in ((head, "head"), (base, "base")):
            if not repository.head(branch):
                return Answer(422, {"message": "Validation Failed",
                                    "errors": [{"resource": "PullRequest", "field": key, "code": "invalid"}]})
        if any(pull.head == head and pull.base == base and pull.repository == f"{owner}/{name}" for pull in self.open_pulls()):
            return refused("Validation Failed", f"A pull request already exists for {owner}:{head}.")
        if repository.git("rev-parse", f"{head}^{{tree}}") == repository.git("rev-parse", f"{base}^{{tree}}"):
            return refused("Validation Failed", f"No commits between {base} and {head}")
        pull = Pull(len(self.pulls) + 1, f"{owner}/{name}", asked.body["title"], asked.body.get("body") or "", head, base,
                    asked.body.get("draft", False))
        self.pulls.append(pull)
        return Answer(201, self.described(pull))

    @route("GET", "/pulls/{}")
    def get_pull(self, asked, owner, name, number):
        pull = self.pull(owner, name, number)
        return Answer(200, self.described(pull)) if pull else not_found()

    @route("PATCH", "/pulls/{}")
    def change_pull(self, asked, owner, name, number):
        pull = self.pull(owner, name, number)
        for key in ("title", "body", "state", "base"):
            if key in asked.body:
                setattr(pull, key, asked.body[key])
        return Answer(200, self.described(pull))

    @route("PUT", "/pulls/{}/merge")
    def merge_pull(self, asked, owner, name, number):
        pull = self.pull(owner, name, number)
        repository = self.repository(owner, name)
        head = repository.head(pull.head)
        if asked.body.get("sha") not in (None, head):
            return refused("Head branch was modified. Review and try the merge again.", status=409)
        if pull.draft or pull.state != "open":
            return refused("Pull Request is not mergeable", status=405)
        tree = repository.git("rev-parse", f"{head}^{{tree}}")
        parents = ["-p", repository.head(pull.base)] + (["-p", head] if asked.body.get("merge_method", "merge") == "merge" else [])
        pull.merge_commit = repository.git("commit-tree", tree, "-m", f"{pull.title} (#{pull.number})", *parents)
        repository.git("update-ref", f"refs/heads/{pull.base}", pull.merge_commit)
        pull.state = "closed"
        return Answer(200, {"sha": pull.merge_commit, "merged": True, "message": "Pull Request successfully merged"})

    @route("GET", "/pulls/{}/reviews")
    def list_reviews(self, asked, owner, name, number):
        return Answer(200, [{"user": {"login": login}} for login in self.pull(owner, name, number).reviews])

    @route("POST", "/pulls/{}/requested_reviewers")
    def request_reviewers(self, asked, owner, name, number):
        pull = self.pull(owner, name, number)
        pull.reviewers += [login for login in asked.body.get("reviewers", []) if login not in pull.reviewers]
        pull.teams += [slug for slug in asked.body.get("team_reviewers", []) if slug not in pull.teams]
        return Answer(201, self.described(pull))

    @route("POST", "/issues/{}/labels")
    def add_labels(self, asked, owner, name, number):
        pull = self.pull(owner, name, number)
        pull.labels += [label for label in asked.body["labels"] if label not in pull.labels]
        return Answer(200, [{"name": label} for label in pull.labels])

    @route("POST", "/issues/{}/assignees")
    def add_assignees(self, asked, owner, name, number):
        pull = self.pull(owner, name, number)
        pull.assignees += [login for login in asked.body["assignees"] if login not in pull.assignees]
        return Answer(201, {"number": pull.number, "assignees": [{"login": login} for login in pull.assignees]})

    @route("POST", "//graphql")
    def graphql(self, asked):
        variables = asked.body["variables"]
        if "enablePullRequestAutoMerge" not in asked.body["query"]:
            return Answer(200, {"errors": [{"message": "no such mutation in the test's GitHub"}]})
        pull = next(pull for pull in self.pulls if f"PR_{pull.number}" == variables["id"])
        pull.auto_merge = variables["method"]
        return Answer(200, {"data": {"enablePullRequestAutoMerge": {"clientMutationId": None}}})
