"""Workflows and their runs in the fake GitHub."""

import time

from harness.routes import Answer, Routes, not_found, route


class Actions(Routes):
    """Every request for a run advances it by one of its `steps`; the last step is its conclusion."""

    def __init__(self):
        super().__init__()
        self.runs = []  # {"id", "workflow", "ref", "inputs", "title", "steps", "cancelled", "created"}
        self.steps = ["queued", "in_progress", "success"]
        self.says_which_run = True
        self.looks_until_listed = 0  # lists of runs that do not show a new run yet

    @route("GET", "")
    def repository_itself(self, asked, owner, name):
        return Answer(200, {"default_branch": "main", "full_name": f"{owner}/{name}"})

    @route("POST", "/actions/workflows/{}/dispatches")
    def start(self, asked, owner, name, workflow):
        run = self.add_run(workflow, asked.body["ref"], asked.body.get("inputs", {}))
        if self.says_which_run and asked.body.get("return_run_details"):
            return Answer(200, {"workflow_run_id": run["id"], "html_url": self._described(run)["html_url"]})
        return Answer(204)

    def add_run(self, workflow, ref, inputs):
        """A run whose name shows the input `id`, as `run-name: Deploy ${{ inputs.id }}` does."""
        self.runs.append({"id": 5000 + len(self.runs), "workflow": workflow, "ref": ref, "inputs": inputs,
                          "title": f"Deploy {inputs.get('id', '')}", "steps": list(self.steps), "cancelled": False,
                          "created": time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime())})
        return self.runs[-1]

    @route("GET", "/actions/workflows/{}/runs")
    def list_runs(self, asked, owner, name, workflow):
        if self.looks_until_listed > 0:
            self.looks_until_listed -= 1
            return Answer(200, {"total_count": 0, "workflow_runs": []})
        found = [self._described(run) for run in reversed(self.runs) if run["workflow"] == workflow]
        return Answer(200, {"total_count": len(found), "workflow_runs": found})

    @route("GET", "/actions/runs/{}")
    def look(self, asked, owner, name, number):
        run = self._run(number)
        if not run:
            return not_found()
        answer = Answer(200, self._described(run))
        if len(run["steps"]) > 1:
            run["steps"].pop(0)
        return answer

    @route("POST", "/actions/runs/{}/cancel")
    def cancel(self, asked, owner, name, number):
        self._run(number)["cancelled"] = True
        return Answer(202, {})

    def _run(self, number):
        return next((run for run in self.runs if run["id"] == int(number)), None)

    @staticmethod
    def _described(run):
        step = run["steps"][0]
        is_over = step not in ("queued", "in_progress", "waiting")
        return {"id": run["id"], "name": "Deploy", "display_title": run["title"], "head_branch": run["ref"],
                "event": "workflow_dispatch", "created_at": run["created"], "status": "completed" if is_over else step,
                "conclusion": step if is_over else None,
                "html_url": f"https://github.example.com/acme/app/actions/runs/{run['id']}"}
