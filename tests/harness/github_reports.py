"""Comments, statuses, check runs, deployments and repository_dispatch in the fake GitHub."""

from harness.routes import Answer, Routes, not_found, route


class Reports(Routes):
    def __init__(self):
        super().__init__()
        self.comments = []      # {"id", "repository", "issue", "body", "ours"}
        self.statuses = []      # {"repository", "sha", **body}
        self.check_runs = []    # {"id", "repository", **body, "annotations": [every one that was sent]}
        self.deployments = []   # {"id", "repository", **body, "statuses": [latest first]}
        self.dispatched = []    # {"repository", **body}

    @route("GET", "/issues/{}/comments")
    def list_comments(self, asked, owner, name, number):
        found = [one for one in self.comments if (one["repository"], one["issue"]) == (f"{owner}/{name}", int(number))]
        size, page = int(asked.query.get("per_page", 30)), int(asked.query.get("page", 1))
        headers = {}
        if len(found) > size * page:
            headers["Link"] = f'<{self.url}{asked.path}?per_page={size}&page={page + 1}>; rel="next"'
        return Answer(200, [self._comment(one) for one in found[size * (page - 1):size * page]], headers)

    @route("POST", "/issues/{}/comments")
    def create_comment(self, asked, owner, name, number):
        comment = self.add_comment(f"{owner}/{name}", int(number), asked.body["body"])
        return Answer(201, self._comment(comment))

    @route("PATCH", "/issues/comments/{}")
    def update_comment(self, asked, owner, name, number):
        comment = next((one for one in self.comments if one["id"] == int(number)), None)
        if not comment:
            return not_found()
        if not comment["ours"]:
            return Answer(403, {"message": "Resource not accessible by integration"})
        comment["body"] = asked.body["body"]
        return Answer(200, self._comment(comment))

    def add_comment(self, repository, issue, body, ours=True):
        self.comments.append({"id": 100 + len(self.comments), "repository": repository, "issue": issue, "body": body,
                              "ours": ours})
        return self.comments[-1]

    @staticmethod
    def _comment(comment):
        return {"id": comment["id"], "body": comment["body"],
                "html_url": f"https://github.example.com/{comment['repository']}/pull/{comment['issue']}#{comment['id']}"}

    @route("POST", "/statuses/{}")
    def create_status(self, asked, owner, name, sha):
        self.statuses.append({"repository": f"{owner}/{name}", "sha": sha, **asked.body})
        return Answer(201, {"state": asked.body["state"], "context": asked.body.get("context", "default")})

    @route("GET", "/commits/{}/check-runs")
    def list_check_runs(self, asked, owner, name, sha):
        found = [one for one in self.check_runs if one["head_sha"] == sha
                 and asked.query.get("check_name", one["name"]) == one["name"]]
        return Answer(200, {"total_count": len(found), "check_runs": [self._check(one) for one in found]})

    @route("POST", "/check-runs")
    def create_check_run(self, asked, owner, name):
        run = {"id": 200 + len(self.check_runs), "repository": f"{owner}/{name}", "annotations": []}
        self.check_runs.append(run)
        return Answer(201, self._changed_check(run, asked.body))

    @route("PATCH", "/check-runs/{}")
    def update_check_run(self, asked, owner, name, number):
        run = next((one for one in self.check_runs if one["id"] == int(number)), None)
        return Answer(200, self._changed_check(run, asked.body)) if run else not_found()

    def _changed_check(self, run, body):
        run["annotations"].extend(body.get("output", {}).get("annotations", []))
        run.update(body)
        return self._check(run)

    @staticmethod
    def _check(run):
        return {"id": run["id"], "name": run["name"], "external_id": run.get("external_id"), "head_sha": run["head_sha"],
                "html_url": f"https://github.example.com/{run['repository']}/runs/{run['id']}"}

    @route("GET", "/deployments")
    def list_deployments(self, asked, owner, name):
        found = [one for one in self.deployments if one["repository"] == f"{owner}/{name}"
                 and all(asked.query.get(key, one[key]) == one[key] for key in ("ref", "environment"))]
        return Answer(200, [self._deployment(one) for one in reversed(found)])

    @route("POST", "/deployments")
    def create_deployment(self, asked, owner, name):
        self.deployments.append({"id": 300 + len(self.deployments), "repository": f"{owner}/{name}", **asked.body,
                                 "statuses": []})
        return Answer(201, self._deployment(self.deployments[-1]))

    @route("GET", "/deployments/{}/statuses")
    def list_deployment_statuses(self, asked, owner, name, number):
        statuses = self._deployment_of(number)["statuses"]
        return Answer(200, statuses[:int(asked.query.get("per_page", 30))])

    @route("POST", "/deployments/{}/statuses")
    def create_deployment_status(self, asked, owner, name, number):
        self._deployment_of(number)["statuses"].insert(0, dict(asked.body))
        return Answer(201, {"state": asked.body["state"]})

    def _deployment_of(self, number):
        found = [one for one in self.deployments if one["id"] == int(number)]
        if not found:
            raise LookupError(number)
        return found[0]

    @staticmethod
    def _deployment(deployment):
        return {key: deployment.get(key) for key in ("id", "ref", "environment", "payload", "description")}

    @route("POST", "/dispatches")
    def dispatch(self, asked, owner, name):
        self.dispatched.append({"repository": f"{owner}/{name}", **asked.body})
        return Answer(204)
