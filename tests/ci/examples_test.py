"""Runs the blocks of the docs and the example workflows: these tests execute what README.md, docs/ci and examples/github show,
from checkout to outputs."""

import re
import subprocess
import unittest
from pathlib import Path

import yaml

from ci import runner
from ci.workflow import Workflow
from harness import npm
from harness.case import Case
from harness.demo import start_demo
from harness.program import binary, clean_environment

ROOT = Path(__file__).resolve().parents[2]
EXPERIMENT = {"tasks": [{"task": "http", "with": {"url": "${TARGET_URL}", "numRequests": 400, "qps": 200}},
                        {"task": "assess", "with": {"slos": [{"metric": "http/error-rate", "upper": 0.1}]}}]}


def block(page, mark):
    """The fenced block of a page below the comment <!-- MARK… -->, or the first of a language."""
    text = (ROOT / page).read_text()
    found = re.search(rf"(?:<!-- {mark}(?: -->|: [^\n]*-->)\n```\w+|```{mark})\n(.*?)^```$", text, re.MULTILINE | re.DOTALL)
    assert found, f"{page} has no block {mark}"
    return found[1]


class Shown(Case):

    def setUp(self):
        super().setUp()
        self.urls = start_demo(self)
        self.environment = {"TARGET_URL": self.urls["stable"], "STABLE_URL": self.urls["stable"],
                            "CANDIDATE_URL": self.urls["candidate"]}

    def shell_environment(self, **more):
        environment = clean_environment(self.folder, self.environment | more)
        environment["PATH"] = f"{Path(binary()).parent}:{environment['PATH']}"
        return environment

    @staticmethod
    def requests(file):
        return yaml.safe_load(file.read_text())["insights"]["metrics"]["http/request-count"]["values"]

    def run_gitlab(self, project, **variables):
        """Commits the project and runs its pipeline by a second implementation of GitLab."""
        npm.need("gitlab-ci-local")
        environment = self.shell_environment()
        self.write("project/iter8.yml", (ROOT / "entrypoint/gitlab/iter8.yml").read_text())
        for command in (["git", "init", "-q"], ["git", "remote", "add", "origin", "git@gitlab.example:acme/shop.git"],
                        ["git", "add", "-A"],
                        ["git", "-c", "user.name=x", "-c", "user.email=x@example.com", "commit", "-qm", "x"]):
            subprocess.run(command, cwd=project, env=environment, check=True, timeout=30)
        variables |= {"GITLAB_CI": "true", "CI_PROJECT_DIR": project, "TARGET_URL": self.urls["stable"]}
        return subprocess.run(["node", npm.MODULES / "gitlab-ci-local/src/index.js", "--force-shell-executor",
                               *(word for name, value in variables.items() for word in ("--variable", f"{name}={value}"))],
                              cwd=project, env=environment, text=True, capture_output=True, check=False, timeout=100)

    def workflow(self, text, files=None, **contexts):
        """A workflow over a repository of these files."""
        (self.folder / "repository").mkdir(exist_ok=True)
        for name, content in (files or {}).items():
            path = self.write(f"repository/{name}", content)
            if name.endswith(".sh"):
                path.chmod(0o755)
        (self.folder / "runs").mkdir()
        return Workflow(self.folder / "runs", self.folder / "repository", text, self.environment, **contexts)


class Workflows(Shown):

    def test_the_readme(self):
        workflow = self.workflow(block("README.md", "workflow"), {"experiment.yaml": block("README.md", "yaml")})
        self.assertEqual(workflow.run(), {"canary": "success"}, workflow.log)
        self.assertTrue((self.folder / "runs/canary-0/report.html").is_file())

    def test_docs_ci_github(self):
        page = "docs/ci/github.md"
        workflow = self.workflow(block(page, "workflow"), {"experiment.yaml": re.findall(
            r"^```yaml\n(name: checkout.*?)^```", (ROOT / page).read_text(), re.MULTILINE | re.DOTALL)[0]})
        self.assertEqual(workflow.run(), {"canary": "success"}, workflow.log)
        workspace = self.folder / "runs/canary-0"
        self.assertEqual((workspace / "promoted.txt").read_text(), "promote 0\n")
        self.assertTrue((workspace / "junit.xml").is_file())
        requests = yaml.safe_load((workspace / "result.yaml").read_text())["insights"]["metrics"]["http/request-count"]
        self.assertEqual(requests["values"], [600])

    def example(self, name):
        return (ROOT / "examples/github" / name).read_text()

    def test_a_load_test_on_every_pull_request(self):
        files = {"experiment.yaml": self.example("experiment.yaml"), "start-service.sh": "#!/bin/sh\ntrue\n"}
        workflow = self.workflow(self.example("load-test.yml"), files)
        self.assertEqual(workflow.run(), {"load-test": "success"}, workflow.log)
        self.assertEqual({path.name for path in (self.folder / "runs/artifacts/load-test").iterdir()},
                         {"result.yaml", "report.html", "junit.xml"})

    def test_a_load_test_that_fails_keeps_its_report(self):
        self.environment["TARGET_URL"] = start_demo(self, "--version", "name=bad,errors=1")["bad"]
        files = {"experiment.yaml": self.example("experiment.yaml"), "start-service.sh": "#!/bin/sh\ntrue\n"}
        workflow = self.workflow(self.example("load-test.yml"), files)
        self.assertEqual(workflow.run(), {"load-test": "failure"}, workflow.log)
        step, = (entry for entry in workflow.log if isinstance(entry, runner.Step))
        self.assertEqual([issue.properties["file"] for issue in step.issues], ["experiment.yaml"] * len(step.issues))
        self.assertTrue((self.folder / "runs/artifacts/load-test/report.html").is_file())

    def test_a_canary_is_promoted_when_it_wins_and_not_when_it_loses(self):
        for errors, promoted in (("0", "success"), ("1", "skipped")):
            with self.subTest(errors):
                urls = start_demo(self, "--version", "name=stable,latency=10ms", "--version",
                                  f"name=candidate,latency=10ms,errors={errors}")
                files = {"canary.yaml": self.example("canary.yaml"), "promote.sh": "#!/bin/sh\ntest \"$1\" = candidate\n"}
                workflow = self.workflow(self.example("canary-promotion.yml"), files,
                                         variables={"STABLE_URL": urls["stable"]},
                                         inputs={"candidate-url": urls["candidate"]})
                self.assertEqual(workflow.run(), {"canary": "success", "promote": promoted}, workflow.log)
                subprocess.run(["rm", "-rf", self.folder / "runs"], check=True)

    def test_a_load_from_several_runners_is_judged_as_one(self):
        for errors, verdict in (("0", "success"), ("0.5", "failure")):
            with self.subTest(errors):
                url = start_demo(self, "--version", f"name=staging,errors={errors}")["staging"]
                self.environment |= {"REQUESTS": "601", "RATE": "600"}
                workflow = self.workflow(self.example("sharded-load-test.yml"), {"sharded.yaml": self.example("sharded.yaml")},
                                         variables={"STAGING_URL": url})
                self.assertEqual(workflow.run(), {"shard": "success", "verdict": verdict}, workflow.log)
                counts = [self.requests(self.folder / f"runs/shard-{number}/result.yaml") for number in range(3)]
                self.assertEqual(sorted(counts), [[200], [200], [201]])
                kept = self.folder / "runs/artifacts/load-test"
                self.assertEqual({path.name for path in kept.iterdir()}, {"result.yaml", "report.html", "junit.xml"})
                self.assertEqual(self.requests(kept / "result.yaml"), [601])
                subprocess.run(["rm", "-rf", self.folder / "runs"], check=True)

    def test_a_shard_that_is_lost_fails_the_verdict(self):
        self.environment |= {"REQUESTS": "30", "RATE": "500"}
        text = self.example("sharded-load-test.yml").replace("path: shards", "path: shards/shard-1")
        text = text.replace("pattern: shard-*", "name: shard-1")
        workflow = self.workflow(text, {"sharded.yaml": self.example("sharded.yaml")},
                                 variables={"STAGING_URL": self.urls["stable"]})
        self.assertEqual(workflow.run(), {"shard": "success", "verdict": "failure"}, workflow.log)

    def test_a_nightly_trend_hands_its_numbers_over(self):
        curl = self.write("bin/curl", "#!/bin/sh\ntest -s metrics.txt && test \"$PUSHGATEWAY_URL\" = http://push.example\n")
        curl.chmod(0o755)
        self.environment["PATH"] = f"{curl.parent}:/usr/bin:/bin"
        text = self.example("nightly-trend.yml").replace("numRequests=4000", "numRequests=500")
        workflow = self.workflow(text, {"experiment.yaml": self.example("experiment.yaml")},
                                 variables={"STABLE_URL": self.urls["stable"]},
                                 secrets={"PUSHGATEWAY_URL": "http://push.example"})
        self.assertEqual(workflow.run(), {"trend": "success"}, workflow.log)
        self.assertIn("# EOF", (self.folder / "runs/artifacts/trend-7/metrics.txt").read_text())


class OtherSystems(Shown):

    def test_docs_ci_gitlab(self):
        project = self.folder / "project"
        self.write("project/.gitlab-ci.yml", block("docs/ci/gitlab.md", "gitlab"))
        self.write("project/canary.yaml", EXPERIMENT)
        done = self.run_gitlab(project)
        self.assertEqual(done.returncode, 0, done.stdout + done.stderr)
        self.assertEqual((project / "promoted.txt").read_text(), "promote 0\n")
        self.assertEqual(self.requests(project / "result.yaml"), [600])

    def test_docs_ci_gitlab_shards(self):
        project = self.folder / "project"
        self.write("project/.gitlab-ci.yml", block("docs/ci/gitlab.md", "gitlab-shards"))
        self.write("project/sharded.yaml", (ROOT / "examples/github/sharded.yaml").read_text())
        done = self.run_gitlab(project, REQUESTS="601", RATE="300")
        self.assertEqual(done.returncode, 0, done.stdout + done.stderr)
        self.assertEqual(sorted(self.requests(project / f"shard-{number}.yaml") for number in (1, 2, 3)), [[200], [200], [201]])
        self.assertEqual(self.requests(project / "result.yaml"), [601])
        self.assertIn("ITER8_VERDICT=pass\n", (project / "iter8-reports/outputs.env").read_text())

    def test_docs_ci_tekton(self):
        run = yaml.safe_load(block("docs/ci/tekton.md", "tekton"))
        task = yaml.safe_load((ROOT / "entrypoint/tekton/task.yaml").read_text())["spec"]
        self.assertEqual({space["name"] for space in run["spec"]["workspaces"]}, {space["name"] for space in task["workspaces"]})
        values = {param["name"]: param["default"] for param in task["params"]}
        given = {param["name"]: param["value"] for param in run["spec"]["params"]}
        self.assertLessEqual(set(given), set(values))
        values |= given
        self.write("source/experiment.yaml", EXPERIMENT)
        (self.folder / "results").mkdir()
        variables = {}
        for entry in task["steps"][0]["env"]:
            value = re.sub(r"\$\(params\.([\w-]+)\)", lambda match: values[match[1]], entry["value"])
            value = value.replace("$(results.verdict.path)", str(self.folder / "results/verdict"))
            variables[entry["name"]] = value.replace("$(workspaces.source.path)", str(self.folder / "source"))
        self.assert_code(self.iter8("ci", cwd=self.folder / "source", environment=self.environment | variables), 0)
        self.assertEqual((self.folder / "results/verdict").read_text(), "pass")
        self.assertTrue((self.folder / "source/report.html").is_file())

    def test_docs_ci_kubernetes(self):
        kustomization = yaml.safe_load(block("docs/ci/kubernetes.md", "kustomization"))
        base = yaml.safe_load((ROOT / "entrypoint/kubernetes/base/kustomization.yaml").read_text())
        self.assertEqual(kustomization["resources"], ["../base"])
        self.assertIn(kustomization["configMapGenerator"][0]["name"],
                      [generator["name"] for generator in base["configMapGenerator"]])
        self.write("experiment.yaml", block("docs/ci/kubernetes.md", "pod"))
        message = self.write("termination-log", "")
        self.assert_code(self.iter8("ci", environment=self.environment | {
            "KUBERNETES_SERVICE_HOST": "10.0.0.1", "ITER8_TERMINATION_LOG": str(message)}), 0)
        self.assertEqual(message.read_text(), "pass: pass, 1 objective met\n")

    def test_docs_ci_jenkins(self):
        pipeline = block("docs/ci/jenkins.md", "groovy")
        self.write("experiment.yaml", EXPERIMENT)
        variables = {name: value.encode().decode("unicode_escape")
                     for name, value in re.findall(r"^ +(ITER8_\w+) = '(.*)'$", pipeline, re.MULTILINE)}
        scripts = re.findall(r"^ +sh '(.*)'$", pipeline, re.MULTILINE)
        self.assertEqual((len(variables), len(scripts)), (2, 2))
        for script in scripts:
            subprocess.run(["sh", "-xec", script], cwd=self.folder, check=True, timeout=60,
                           env=self.shell_environment(JENKINS_URL="http://jenkins.example/", **variables))
        self.assertEqual((self.folder / "promoted.txt").read_text(), "promote 0\n")
        for name in (*re.findall(r"junit '(.*)'", pipeline), "result.yaml", "iter8-report.html"):
            self.assertTrue((self.folder / name).is_file())

    def test_docs_ci_circleci(self):
        config = yaml.safe_load(block("docs/ci/circleci.md", "circleci"))
        job = config["jobs"]["canary"]
        self.write("experiment.yaml", EXPERIMENT)
        bash_env = self.write("bash-env", "")
        environment = self.shell_environment(CIRCLECI="true", BASH_ENV=str(bash_env), **job["environment"])
        for step in job["steps"]:
            if isinstance(step, dict) and "run" in step:
                subprocess.run(["bash", "-eo", "pipefail", "-c", step["run"]], cwd=self.folder, check=True, timeout=60,
                               env=environment)
        self.assertEqual((self.folder / "promoted.txt").read_text(), "promote 0\n")
        self.assertTrue((self.folder / "reports/iter8/junit.xml").is_file())


if __name__ == "__main__":
    unittest.main()
