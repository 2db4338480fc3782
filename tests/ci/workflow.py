"""Runs a workflow of GitHub as far as ours need it, without GitHub: jobs in the order of `needs`, checkout, the action (the
binary in place of its container), shell steps, expressions, outputs, `if`, a matrix, artifacts. What it does not know it
refuses. Written from the documented behaviour; shares no code with iter8."""

import itertools
import re
import shutil
import subprocess

import yaml

from ci import runner
from ci.action import action_step
from harness.program import binary, clean_environment



class Workflow:

    def __init__(self, folder, repository, text, environment=None, variables=None, secrets=None, inputs=None,
                 run_action=None):
        self.folder = folder
        self.repository = repository
        self.document = yaml.safe_load(text)
        self.environment = environment or {}
        self.contexts = {"vars": variables or {}, "secrets": secrets or {}, "inputs": inputs or {},
                         "github": {"token": "ghs_token", "run_id": "7"}}
        self.run_action = run_action or self.run_binary
        self.artifacts = {}
        self.jobs = {}
        self.log = []

    def run(self):
        """Runs every job; returns the result of each by name: success, failure or skipped."""
        waiting = dict(self.document["jobs"])
        while waiting:
            name = next(name for name, job in waiting.items()
                        if not set(listed(job.get("needs", []))) & set(waiting))
            self.run_job(name, waiting.pop(name))
        return {name: job["result"] for name, job in self.jobs.items()}

    def run_job(self, name, job):
        needs = {need: self.jobs[need] for need in listed(job.get("needs", []))}
        good = all(need["result"] == "success" for need in needs.values())
        condition = str(job.get("if", "success()"))
        if not self.holds(condition, {"needs": needs}, good):
            self.jobs[name] = {"result": "skipped", "outputs": {}}
            return
        matrix = job.get("strategy", {}).get("matrix", {})
        results, outputs = [], {}
        combinations = list(itertools.product(*matrix.values()))
        for index, values in enumerate(combinations):
            result, outputs = self.run_steps(name, job, {
                "needs": needs, "matrix": dict(zip(matrix, values)),
                "strategy": {"job-index": index, "job-total": len(combinations)}})
            results.append(result)
        self.jobs[name] = {"result": "success" if all(results) else "failure", "outputs": outputs}

    def run_steps(self, name, job, contexts):
        number = sum(1 for _ in self.folder.glob(f"{name}-*"))
        workspace = self.folder / f"{name}-{number}"
        workspace.mkdir()
        contexts["steps"] = {}
        contexts["env"] = {key: self.filled(value, contexts) for key, value in
                           {**self.document.get("env", {}), **job.get("env", {})}.items()}
        good = True
        for index, step in enumerate(job["steps"]):
            condition = str(step.get("if", "success()"))
            if not self.holds(condition, contexts, good):
                continue
            code, outputs = self.run_step(step, contexts, workspace, index)
            if "id" in step:
                contexts["steps"][step["id"]] = {"outputs": outputs}
            good = good and (code == 0 or step.get("continue-on-error", False))
        return good, {key: self.filled(value, contexts) for key, value in job.get("outputs", {}).items()}

    def run_step(self, step, contexts, workspace, index):
        given = {key: self.filled(str(value), contexts) for key, value in step.get("with", {}).items()}
        environment = self.environment | contexts["env"] | {
            key: self.filled(str(value), contexts) for key, value in step.get("env", {}).items()}
        commands = self.folder / "file_commands"
        commands.mkdir(exist_ok=True)
        files = {"GITHUB_OUTPUT": commands / f"{workspace.name}-{index}-output",
                 "GITHUB_STEP_SUMMARY": commands / f"{workspace.name}-{index}-summary"}
        for file in files.values():
            file.write_bytes(b"")
        environment |= {name: str(file) for name, file in files.items()}
        environment |= {"GITHUB_ACTIONS": "true", "CI": "true", "GITHUB_WORKSPACE": str(workspace)}
        uses = step.get("uses", "").partition("@")[0]
        code = 0
        if uses == "actions/checkout":
            shutil.copytree(self.repository, workspace, dirs_exist_ok=True)
        elif uses == "actions/upload-artifact":
            self.upload(given, workspace)
        elif uses == "actions/download-artifact":
            self.download(given, workspace)
        elif uses == "acme/iter8":
            arguments, variables = action_step(given, {"${{ github.token }}": "ghs_token"})
            code, text = self.run_action(arguments, environment | variables, workspace)
            self.log.append(runner.Step().read(text))
        elif uses.startswith("docker://acme/iter8:"):
            code, text = self.run_action(given["args"].split(), environment, workspace)
            self.log.append(runner.Step().read(text))
        elif "run" in step:
            script = self.filled(step["run"], contexts)
            done = subprocess.run(["bash", "-e", "-c", script], cwd=workspace, check=False, timeout=60, text=True,
                                  capture_output=True, env=clean_environment(self.folder, environment))
            code = done.returncode
            if code:
                self.log.append(f"{script}\n{done.stdout}{done.stderr}")
        else:
            raise AssertionError(f"no idea how to run {step}")
        runner.read_summary(files["GITHUB_STEP_SUMMARY"].read_bytes())
        return code, runner.read_outputs(files["GITHUB_OUTPUT"].read_bytes())

    def run_binary(self, arguments, environment, workspace):
        done = subprocess.run([binary(), *arguments], cwd=workspace, env=clean_environment(self.folder, environment),
                              check=False, timeout=100, text=True, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
        return done.returncode, done.stdout

    def upload(self, given, workspace):
        target = self.folder / "artifacts" / given["name"]
        if target.exists():
            raise AssertionError(f"artifact {given['name']} is there already")
        target.mkdir(parents=True)
        found = [path for pattern in given["path"].split("\n") if pattern for path in workspace.glob(pattern)]
        if not found and given.get("if-no-files-found") == "error":
            raise AssertionError(f"no file of {given['path']}")
        for path in found:
            (shutil.copytree if path.is_dir() else shutil.copy)(path, target / path.name)
        self.artifacts[given["name"]] = target

    def download(self, given, workspace):
        pattern = re.compile(re.escape(given.get("pattern", given.get("name", "*"))).replace(r"\*", ".*"))
        for name, folder in self.artifacts.items():
            if pattern.fullmatch(name):
                target = workspace / given.get("path", ".")
                if given.get("merge-multiple") != "true" and "name" not in given:
                    target = target / name
                shutil.copytree(folder, target, dirs_exist_ok=True)

    def holds(self, condition, contexts, good):
        status = {"always()": True, "success()": good, "failure()": not good}
        text = condition.removeprefix("${{").removesuffix("}}").strip()
        says_status = any(word in text for word in status)
        parts = [part.strip() for part in text.split("&&")]
        values = [status[part] if part in status else bool(self.value(part, contexts)) for part in parts]
        return all(values) and (says_status or good)

    def filled(self, text, contexts):
        def put_in(match):
            value = self.value(match[1].strip(), contexts)
            return str(value).lower() if isinstance(value, bool) else str(value)
        return re.sub(r"\$\{\{(.*?)\}\}", put_in, str(text))

    def value(self, expression, contexts):
        """`a.b.c`, a literal, or one of == and != between two of them."""
        for operator in ("==", "!="):
            if operator in expression:
                left, right = (self.value(part.strip(), contexts) for part in expression.split(operator))
                return (left == right) is (operator == "==")
        if re.fullmatch(r"'[^']*'", expression):
            return expression[1:-1]
        if not re.fullmatch(r"[\w.-]+", expression):
            raise AssertionError(f"no idea what {expression} is")
        value = {**self.contexts, **contexts}
        for key in expression.split("."):
            value = value.get(key, "") if isinstance(value, dict) else ""
        return value


def listed(names):
    return [names] if isinstance(names, str) else list(names)
