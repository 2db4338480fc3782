"""The Helm chart, rendered by Go's template engine (render.go has what ours uses of Helm) and checked as Kubernetes does."""

import json
import os
import shutil
import subprocess
import sys
import tempfile
import unittest
from pathlib import Path

import yaml

from harness import npm
from harness.case import Case

HERE = Path(__file__).parent
CHART = HERE.parents[1] / "entrypoint/kubernetes/chart"


class ChartTest(Case):

    @classmethod
    def setUpClass(cls):
        npm.need("kubernetes-models")
        folder = tempfile.TemporaryDirectory(prefix="iter8-test-")
        cls.addClassCleanup(folder.cleanup)
        cls.program = Path(folder.name) / "render"
        environment = {**os.environ, "GOCACHE": str(HERE.parents[1] / "build/go-cache"), "GOTOOLCHAIN": "local", "GOFLAGS": ""}
        subprocess.run(["go", "build", "-o", cls.program, HERE / "chart/render.go"], check=True, timeout=280, env=environment)

    def render(self, **changes):
        values = yaml.safe_load((CHART / "values.yaml").read_text())
        for name, value in changes.items():
            values[name] = {**values[name], **value} if isinstance(value, dict) and isinstance(values[name], dict) else value
        chart = yaml.safe_load((CHART / "Chart.yaml").read_text())
        data = self.write("values.json", json.dumps({"values": values, "chart": {"AppVersion": chart["appVersion"]}}))
        done = subprocess.run([self.program, CHART, data], capture_output=True, text=True, check=False, timeout=60)
        self.assertEqual(done.returncode, 0, done.stderr)
        documents = [document for document in yaml.safe_load_all(done.stdout) if document]
        files = [self.write(f"{number}.json", json.dumps(document)) for number, document in enumerate(documents)]
        checked = subprocess.run(["node", HERE / "validate.cjs", npm.MODULES, "kubernetes", *files], capture_output=True,
                                 text=True, check=True, timeout=60)
        self.assertEqual(json.loads(checked.stdout), [])
        return {document["kind"]: document for document in documents}

    def container(self, job):
        container, = job["spec"]["template"]["spec"]["containers"]
        return container, {entry["name"]: entry["value"] for entry in container["env"]}

    def test_as_it_stands_it_is_one_job_whose_experiment_is_valid(self):
        objects = self.render()
        self.assertEqual(set(objects), {"ConfigMap", "Job", "ServiceAccount", "Role", "RoleBinding"})
        container, variables = self.container(objects["Job"])
        self.assertEqual(variables["ITER8_RESULT_CONFIGMAP"], objects["Role"]["rules"][0]["resourceNames"][0])
        self.assertTrue(container["securityContext"]["readOnlyRootFilesystem"])
        self.write("experiment.yaml", objects["ConfigMap"]["data"]["experiment.yaml"])
        self.assert_code(self.iter8("validate"), 0)

    def test_the_job_does_what_the_base_does(self):
        base = yaml.safe_load((CHART.parent / "base/job.yaml").read_text())
        job = self.render()["Job"]
        self.assertEqual(job["spec"]["podFailurePolicy"], base["spec"]["podFailurePolicy"])
        for part in ("securityContext", "volumes", "terminationGracePeriodSeconds", "automountServiceAccountToken"):
            ours, theirs = (document["spec"]["template"]["spec"][part] for document in (job, base))
            self.assertEqual(json.dumps(ours).replace("canary", "iter8"), json.dumps(theirs))

    def test_a_schedule_a_claim_and_values_of_any_kind(self):
        hostile = "a: \"b\"\nc: '#d' {{ .Values }}"
        objects = self.render(schedule="17 2 * * *", set=["tasks[0].with.qps=5", 'x="y"'], reports=["html=report.html"],
                              result={"configMap": False, "claim": "results"}, env={"TARGET_URL": "http://shop:8080", "N": 5},
                              secretName="tokens", image={"digest": "sha256:" + "0" * 64},
                              experiment="tasks:\n  - run: |\n      true\n", nodeSelector={"disk": hostile})
        self.assertEqual(set(objects), {"ConfigMap", "CronJob", "ServiceAccount"})
        template = objects["CronJob"]["spec"]["jobTemplate"]
        container, variables = self.container(template)
        self.assertEqual(variables["ITER8_SET"], 'tasks[0].with.qps=5\nx="y"')
        self.assertEqual((variables["TARGET_URL"], variables["N"]), ("http://shop:8080", "5"))
        self.assertEqual(container["image"], "iter8@sha256:" + "0" * 64)
        self.assertEqual(container["envFrom"], [{"secretRef": {"name": "tokens"}}])
        self.assertEqual(template["spec"]["template"]["spec"]["nodeSelector"], {"disk": hostile})
        self.write("experiment.yaml", objects["ConfigMap"]["data"]["experiment.yaml"])
        self.assert_code(self.iter8("validate"), 0)


if __name__ == "__main__":
    if not shutil.which("go"):
        print("the chart test cannot run here: no go, whose templates Helm uses; ./dev install test brings it")
        sys.exit(77)
    unittest.main()
