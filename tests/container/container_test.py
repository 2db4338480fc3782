"""Builds the Dockerfile and runs the image the way the GitHub runner, a Tekton pod and a shell do."""

import os
import sys
import unittest

import yaml

from container.machine import Container, action_step, build_image, read_outputs, reason_not_to_run
from harness.case import Case
from harness.demo import start_demo

EXPERIMENT = """
tasks:
  - task: http
    with: {url: "${TARGET_URL}", numRequests: 40, qps: 200}
  - task: assess
    with:
      slos: [{metric: http/error-rate, upper: 0.1}]
  - run: echo "from bash $BASH_VERSION" > script.txt
"""


class ContainerTest(Case):
    @classmethod
    def setUpClass(cls):
        cls.container = Container()
        cls.addClassCleanup(cls.container.remove)

    def as_github_runner(self, inputs, target):
        """One step `uses: acme/iter8` with these inputs. Returns the process and the step's outputs and summary."""
        folders = {name: self.folder / name for name in ("workspace", "home", "file_commands")}
        for folder in folders.values():
            folder.mkdir(exist_ok=True)
        for name in ("output", "summary"):
            (folders["file_commands"] / name).touch()
        arguments, environment = action_step(inputs, {"${{ github.token }}": "ghs_secretsecretsecret"})
        environment |= {
            "CI": "true", "GITHUB_ACTIONS": "true", "HOME": "/github/home", "TARGET_URL": target,
            "GITHUB_WORKSPACE": "/github/workspace", "GITHUB_OUTPUT": "/github/file_commands/output",
            "GITHUB_STEP_SUMMARY": "/github/file_commands/summary",
        }
        done = self.container.run([*self.container.config["Entrypoint"], *arguments], environment,
                                  {folder: f"/github/{name}" for name, folder in folders.items()}, "/github/workspace")
        read = {name: (folders["file_commands"] / name).read_text() for name in ("output", "summary")}
        return done, read_outputs(read["output"]), read["summary"]

    def test_the_action_passes_on_a_good_service(self):
        self.write("workspace/canary/experiment.yaml", EXPERIMENT)
        done, outputs, summary = self.as_github_runner({"working-directory": "canary"}, start_demo(self)["stable"])

        self.assertEqual(done.returncode, 0, done.stdout + done.stderr)
        result = yaml.safe_load((self.folder / "workspace/canary/result.yaml").read_text())
        self.assertEqual(result["insights"]["assessment"]["verdict"], "pass")
        self.assertEqual(outputs, {"verdict": "pass", "completed": "true", "slos": "true", "winner": "0",
                                   "recommended": "0", "result": "canary/result.yaml", "report": ""})
        self.assertIn("http/error-rate", summary)
        self.assertTrue((self.folder / "workspace/canary/script.txt").read_text().startswith("from bash 5"))

    def test_the_action_fails_on_a_bad_service(self):
        self.write("workspace/experiment.yaml", EXPERIMENT)
        done, outputs, _ = self.as_github_runner({}, start_demo(self, "--version", "name=bad,errors=1")["bad"])

        self.assertEqual(done.returncode, 1, done.stdout + done.stderr)
        self.assertEqual((outputs["verdict"], outputs["slos"], outputs["completed"]), ("fail", "false", "true"))
        self.assertIn("::error file=", done.stdout)

    def test_the_action_takes_values_reports_and_conditions(self):
        self.write("workspace/experiment.yaml", EXPERIMENT)
        inputs = {"set": "tasks[0].with.numRequests=7\n", "report": "markdown=report.md\njson=report.json",
                  "assert": "completed, nofailure", "summary": "false", "annotations": "false"}
        done, _, summary = self.as_github_runner(inputs, start_demo(self, "--version", "name=bad,errors=1")["bad"])

        self.assertEqual(done.returncode, 0, done.stdout + done.stderr)
        result = yaml.safe_load((self.folder / "workspace/result.yaml").read_text())
        self.assertEqual(result["insights"]["metrics"]["http/request-count"]["values"], [7])
        self.assertTrue((self.folder / "workspace/report.md").is_file())
        self.assertTrue((self.folder / "workspace/report.json").is_file())
        self.assertEqual(summary, "")
        self.assertNotIn("::error", done.stdout)

    def test_the_action_refuses_a_wrong_file(self):
        self.write("workspace/experiment.yaml", "tasks: [{task: htp}]\n")
        done, _, _ = self.as_github_runner({}, "http://127.0.0.1:9")

        self.assertEqual(done.returncode, 2, done.stdout + done.stderr)
        self.assertIn("experiment.yaml:1:", done.stdout + done.stderr)

    def test_a_pod_with_any_user_and_a_read_only_root_runs_it(self):
        uid = 54321
        workspace = self.folder / "workspace"
        workspace.mkdir()
        os.chown(workspace, uid, uid)
        (workspace / "experiment.yaml").write_text(EXPERIMENT)
        environment = {"HOME": "/tekton/home", "PATH": "/usr/local/bin:/usr/bin:/bin",
                       "TARGET_URL": start_demo(self)["stable"]}
        done = self.container.run_restricted(["iter8", "ci"], uid, workspace, environment)

        self.assertEqual(done.returncode, 0, done.stdout + done.stderr)
        self.assertEqual((workspace / "result.yaml").stat().st_uid, uid)

    def test_the_image_holds_what_it_needs_and_no_more(self):
        present = "test -x /bin/bash && test -s /etc/ssl/certs/ca-certificates.crt && iter8 version"
        absent = "! command -v g++ && ! command -v cmake && ! command -v git && ! ls /iter8 2>/dev/null"

        self.assertEqual(self.container.run(["sh", "-c", present]).returncode, 0)
        self.assertEqual(self.container.run(["sh", "-c", absent]).returncode, 0)


if __name__ == "__main__":
    if reason := reason_not_to_run():
        print(f"the container test cannot run here: {reason}")
        sys.exit(77)
    build_image()
    unittest.main()
