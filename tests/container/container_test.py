"""Builds the Dockerfile once and runs the image the way the GitHub runner, a Tekton or Kubernetes pod, a GitLab job and a shell
do. What the outputs mean is tested in tests/ci; here: that they arrive."""

import json
import os
import re
import subprocess
import sys
import time
import unittest

import yaml

from ci import runner
from ci.action import action_step
from container.machine import ROOT, Container, build_image, reason_not_to_run
from harness.case import Case
from harness.demo import start_demo
from harness.program import PATIENCE

EXPERIMENT = """
tasks:
  - task: http
    with: {url: "${TARGET_URL}", numRequests: 400, qps: 200}
  - task: assess
    with:
      slos: [{metric: http/error-rate, upper: 0.1}]
  - run: echo "from bash $BASH_VERSION" > script.txt
"""
UID = 54321  # that no file of the image knows
MEBIBYTE = 1024 * 1024


class Image(Case):
    @classmethod
    def setUpClass(cls):
        cls.container = Container()
        cls.addClassCleanup(cls.container.remove)


class GitHub(Image):

    def run_step(self, inputs, target, folder="."):
        """One step `uses: acme/iter8` with these inputs. Returns the process, the step, its outputs and summary."""
        self.write(f"workspace/{folder}/experiment.yaml", EXPERIMENT)
        folders = {name: self.folder / name for name in ("workspace", "home", "file_commands")}
        for path in folders.values():
            path.mkdir(exist_ok=True)
        os.chown(folders["workspace"], 1001, 127)
        files = {name: self.write(f"file_commands/{name}", "") for name in ("output", "summary")}
        arguments, environment = action_step(inputs, {"${{ github.token }}": "ghs_secretsecretsecret"})
        environment |= {
            "CI": "true", "GITHUB_ACTIONS": "true", "HOME": "/github/home", "TARGET_URL": target,
            "GITHUB_WORKSPACE": "/github/workspace", "GITHUB_OUTPUT": "/github/file_commands/output",
            "GITHUB_STEP_SUMMARY": "/github/file_commands/summary",
        }
        done = self.container.run([*self.container.config["Entrypoint"], *arguments], environment,
                                  {path: f"/github/{name}" for name, path in folders.items()}, "/github/workspace")
        step = runner.Step().read(done.stdout)
        self.assertEqual(step.other, [])
        return (done, step, runner.read_outputs(files["output"].read_bytes()),
                runner.read_summary(files["summary"].read_bytes()))

    def test_the_action_passes_on_a_good_service(self):
        done, step, outputs, summary = self.run_step({"working-directory": "canary", "report": "html=report.html"},
                                                     start_demo(self)["stable"], "canary")

        self.assertEqual(done.returncode, 0, done.stdout + done.stderr)
        result = yaml.safe_load((self.folder / "workspace/canary/result.yaml").read_text())
        self.assertEqual(result["insights"]["assessment"]["verdict"], "pass")
        self.assertEqual(outputs, {"verdict": "pass", "completed": "true", "slos": "true", "winner": "0",
                                   "recommended": "0", "result": "canary/result.yaml", "report": "canary/report.html"})
        self.assertIn("http/error-rate", summary)
        self.assertIn("ghs_secretsecretsecret", step.masks)
        self.assertTrue((self.folder / "workspace/canary/script.txt").read_text().startswith("from bash 5"))
        for name in ("result.yaml", "report.html", "script.txt"):
            status = (self.folder / "workspace/canary" / name).stat()
            self.assertEqual((status.st_uid, status.st_gid), (1001, 127), name)

    def test_the_action_fails_on_a_bad_service_and_says_where(self):
        target = start_demo(self, "--version", "name=bad,errors=1")["bad"]
        done, step, outputs, _ = self.run_step({"set": "tasks[0].with.numRequests=7\n"}, target)

        self.assertEqual(done.returncode, 1, done.stdout + done.stderr)
        self.assertEqual((outputs["verdict"], outputs["slos"], outputs["completed"]), ("fail", "false", "true"))
        issue, = step.issues
        self.assertEqual((issue.properties["file"], issue.properties["line"]), ("experiment.yaml", "7"))
        result = yaml.safe_load((self.folder / "workspace/result.yaml").read_text())
        self.assertEqual(result["insights"]["metrics"]["http/request-count"]["values"], [7])


class Pods(Image):
    """As a user that the image does not know, on a read-only root."""

    def run_pod(self, variables, **volumes):
        workspace = self.folder / "workspace"
        self.write("workspace/experiment.yaml", EXPERIMENT)
        os.chown(workspace, UID, UID)
        environment = {"HOME": "/nowhere", "PATH": "/usr/local/bin:/usr/bin:/bin", "TMPDIR": "/workspace",
                       "TARGET_URL": start_demo(self)["stable"], **variables}
        done = self.container.run_restricted(["iter8", "ci"], UID, {workspace: "/workspace", **volumes.get("volumes", {})},
                                             environment)
        self.assertEqual(done.returncode, 0, done.stdout + done.stderr)
        self.assertEqual((workspace / "result.yaml").stat().st_uid, UID)

    def test_finally_runs_once_when_the_worker_of_process_1_is_killed(self):
        self.write("workspace/killed.yaml", """
tasks:
  - run: for i in 1 2 3; do sh -c 'true & exec true'; done
  - run: kill -9 $PPID; sleep 600
finally:
  - run: cat /proc/1/comm >> done; grep -l '^[0-9]* ([^)]*) Z' /proc/[0-9]*/stat >> done; echo once >> done
""")
        workspace = self.folder / "workspace"
        os.chown(workspace, UID, UID)
        done = self.container.run_restricted(["iter8", "run", "killed.yaml"], UID, {workspace: "/workspace"},
                                             {"HOME": "/nowhere", "PATH": "/usr/local/bin:/usr/bin:/bin"})
        self.assertEqual(done.returncode, 1, done.stdout + done.stderr)
        self.assertIn("was ended by SIGKILL", done.stderr)
        self.assertEqual((workspace / "done").read_text(), "iter8\nonce\n")
        self.assertEqual(yaml.safe_load((workspace / "result.yaml").read_text())["interrupted"], "SIGKILL")

    def test_a_step_of_tekton_gives_its_results(self):
        results = self.folder / "results"
        results.mkdir()
        os.chown(results, UID, UID)
        self.run_pod({"ITER8_TEKTON_RESULTS": "/tekton/results/verdict"}, volumes={results: "/tekton/results"})

        self.assertEqual({path.name: path.read_text() for path in results.iterdir()},
                         {"verdict": "pass", "completed": "true", "slos": "true", "winner": "0", "recommended": "0",
                          "summary": "pass: pass, 1 objective met"})

    def test_a_pod_of_kubernetes_leaves_a_termination_message(self):
        message = self.write("message", "")
        os.chown(message, UID, UID)
        self.run_pod({"KUBERNETES_SERVICE_HOST": "10.0.0.1", "ITER8_TERMINATION_LOG": "/workspace/message-of-pod"})
        self.assertFalse((self.folder / "workspace/message-of-pod").exists(), "a pod without a message file gets none")
        self.run_pod({"KUBERNETES_SERVICE_HOST": "10.0.0.1", "ITER8_TERMINATION_LOG": "/var/message"},
                     volumes={message: "/var/message"})
        self.assertEqual(message.read_text(), "pass: pass, 1 objective met\n")


class GitLab(Image):

    def test_a_job_runs_its_script_in_the_image(self):
        template = yaml.safe_load((ROOT / "entrypoint/gitlab/iter8.yml").read_text())[".iter8"]
        self.assertEqual(template["image"]["entrypoint"], [""])  # the runner starts a shell, and pipes the script into it
        self.write("project/experiment.yaml", EXPERIMENT)
        environment = template["variables"] | {
            "GITLAB_CI": "true", "CI": "true", "CI_PROJECT_DIR": "/builds/acme/shop", "TARGET_URL": start_demo(self)["stable"]}
        environment = {name: value for name, value in environment.items() if value}
        done = self.container.run(["sh", "-ec", "\n".join(template["script"])], environment,
                                  {self.folder / "project": "/builds/acme/shop"}, "/builds/acme/shop")

        self.assertEqual(done.returncode, 0, done.stdout + done.stderr)
        for path in template["artifacts"]["reports"].values():
            self.assertTrue((self.folder / "project" / path).is_file(), path)


class Contents(Image):

    def test_the_image_holds_what_it_needs_and_no_more(self):
        present = "test -x /bin/bash && test -s /etc/ssl/certs/ca-certificates.crt && iter8 version"
        absent = "! command -v g++ && ! command -v cmake && ! command -v git && ! ls /iter8 2>/dev/null"

        self.assertEqual(self.container.run(["sh", "-c", present]).returncode, 0)
        self.assertEqual(self.container.run(["sh", "-c", absent]).returncode, 0)

    def test_the_image_says_what_it_is(self):
        config = self.container.config
        labels = config["Labels"]
        self.assertEqual((labels["org.opencontainers.image.title"], labels["org.opencontainers.image.version"],
                          labels["org.opencontainers.image.revision"]), ("iter8", "1.2.3-test", "0123456789abcdef"))
        self.assertEqual(config["Entrypoint"], ["iter8"])
        self.assertNotIn("Healthcheck", config)
        self.assertNotIn("User", config)  # the runner of GitHub needs root; pods choose their own

    def test_the_image_is_small(self):
        size, base = self.container.size()
        print(f"the image is {(size - base) / MEBIBYTE:.1f} MiB above its base of {base / MEBIBYTE:.1f} MiB", flush=True)
        self.assertLess(size - base, 60 * MEBIBYTE)

    def test_the_program_starts_at_once(self):
        times = []
        for _ in range(5):
            done = self.container.run(["sh", "-c", "s=$(date +%s%N); iter8 version >/dev/null; e=$(date +%s%N); echo $((e - s))"])
            times.append(int(done.stdout) / 1e6)
        print(f"iter8 version takes {min(times):.1f} ms in the image", flush=True)
        self.assertLess(min(times), 50 * PATIENCE)

    def test_every_example_is_inside(self):
        done = self.container.run(["sh", "-c", "cd $(mktemp -d) && iter8 init github && test -s github/load-test.yml"])
        self.assertEqual(done.returncode, 0, done.stdout + done.stderr)

    def test_the_licences_of_what_is_linked_and_of_what_is_installed_are_inside(self):
        linked = re.search(r"^linked=\(([^)]*)\)", (ROOT / "dev").read_text(), re.MULTILINE)[1].split()
        folder = "/usr/local/share/iter8/licences"
        texts = [f"{folder}/{name}" for name in ("iter8", *linked)]
        texts += [f"/usr/share/doc/{name}/copyright" for name in ("libcurl4", "libgit2-1.5", "libjq1", "libpq5", "libssl3")]
        done = self.container.run(["grep", "--files-without-match", "--ignore-case", "licen", *texts])
        self.assertEqual((done.stdout, done.stderr), ("", ""))
        self.assertIn("Apache License", self.container.run(["cat", f"{folder}/iter8"]).stdout)

    def test_the_bill_of_materials_lists_what_is_inside(self):
        query = 'dpkg-query -W -f "installed \\${Package} \\${Version} \\${Architecture}\\n"; sed "s/^/linked /" '
        listed = self.container.run(["sh", "-c", query + "/usr/local/share/iter8/licences/linked-packages"]).stdout
        done = subprocess.run([sys.executable, ROOT / "tests/container/sbom.py", "VERSION=1.2.3", "REVISION=abc",
                               "SOURCE_DATE_EPOCH=0"], input=listed, text=True, capture_output=True, check=True, timeout=60)
        document = json.loads(done.stdout)
        self.assertEqual((document["spdxVersion"], document["creationInfo"]["created"]), ("SPDX-2.3", "1970-01-01T00:00:00Z"))
        names = {package["name"] for package in document["packages"]}
        self.assertLessEqual({"iter8", "libc6", "libcurl4", "libssl3", "ca-certificates", "yaml-cpp", "fmtlib"}, names)
        identifiers = [package["SPDXID"] for package in document["packages"]]
        self.assertEqual(len(set(identifiers)), len(identifiers))
        self.assertEqual({relation["relatedSpdxElement"] for relation in document["relationships"]}, set(identifiers))


if __name__ == "__main__":
    if reason := reason_not_to_run():
        print(f"the container test cannot run here: {reason}")
        sys.exit(77)
    begin = time.monotonic()
    build_image()
    print(f"the image was built in {time.monotonic() - begin:.0f} s", flush=True)
    unittest.main()
