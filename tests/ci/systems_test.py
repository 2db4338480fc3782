"""`iter8 ci` in GitLab, Tekton and Kubernetes, run as the templates and manifests say, from checkout to outputs."""

import http.server
import json
import os
import re
import ssl
import subprocess
import threading
import unittest
from pathlib import Path

import yaml

from harness import npm
from harness.case import Case
from harness.certificates import Authority
from harness.demo import start_demo
from harness.program import binary, clean_environment

ROOT = Path(__file__).resolve().parents[2]
ENTRYPOINT = ROOT / "entrypoint"
SECTION = re.compile("\x1b\\[0Ksection_(start|end):(\\d+):(\\w+)(\\[collapsed=true\\])?\r\x1b\\[0K(.*)\n")


def experiment(limit):
    return {"name": "gate", "tasks": [
        {"task": "http", "with": {"url": "${TARGET_URL}", "numRequests": 10, "qps": 200}},
        {"task": "assess", "with": {"slos": [{"metric": "http/request-count", "upper": limit}]}}]}


class GitLab(Case):
    """The job of entrypoint/gitlab/iter8.yml, with a shell as the runner's helper."""

    def run_job(self, experiment, name="canary", **variables):
        template = yaml.safe_load((ENTRYPOINT / "gitlab/iter8.yml").read_text())[".iter8"]
        project = self.folder / "builds/acme/shop"
        project.mkdir(parents=True, exist_ok=True)
        self.write(f"builds/acme/shop/{variables.get('ITER8_WORKING_DIRECTORY', '.')}/experiment.yaml", experiment)
        environment = template["variables"] | {"GITLAB_CI": "true", "CI": "true", "CI_PROJECT_DIR": str(project),
                                               "CI_JOB_NAME": name, **variables}
        environment = clean_environment(self.folder, environment)
        environment["PATH"] = f"{Path(binary()).parent}:{environment['PATH']}"
        done = subprocess.run(["sh", "-ec", "\n".join(template["script"])], cwd=project, env=environment,
                              capture_output=True, check=False, timeout=60)
        done.stdout, done.stderr = done.stdout.decode(), done.stderr.decode()  # as text, CR would become LF
        reports = template["artifacts"]["reports"]
        return done, {kind: (project / path).read_text() for kind, path in reports.items()}

    def test_a_good_version_passes_and_leaves_every_report_of_the_template(self):
        done, reports = self.run_job(experiment(10), TARGET_URL=start_demo(self)["stable"])

        self.assertEqual(done.returncode, 0, done.stdout + done.stderr)
        self.assertEqual(set(reports), {"junit", "metrics", "codequality", "dotenv"})
        self.assertIn("ITER8_VERDICT=pass\n", reports["dotenv"])
        self.assertEqual(json.loads(reports["codequality"]), [])
        self.assertIn("http_request_count 10\n", reports["metrics"])
        self.assertTrue((self.folder / "builds/acme/shop/iter8-reports/report.html").is_file())

    def test_a_task_of_several_lines_is_a_section_that_ends_and_so_are_the_details(self):
        content = {"tasks": [{"run": "echo one; echo two"}, {"run": "true"}]}
        done, _ = self.run_job(content)
        sections = SECTION.findall(done.stderr)
        self.assertEqual([(kind, name) for kind, _, name, _, _ in sections], [("start", "iter8_task_1"), ("end", "iter8_task_1")])
        self.assertEqual([title for kind, _, _, _, title in sections if kind == "start"], ["task 1/2 run"])
        self.assertRegex(done.stderr, r"task 1/2 run\none\ntwo\ntask 1/2 run: completed in ")
        self.assertEqual([(kind, name) for kind, _, name, _, _ in SECTION.findall(done.stdout)],
                         [("start", "iter8_task_0"), ("end", "iter8_task_0")])

    def test_a_missed_objective_and_a_wrong_file_reach_the_merge_request_at_their_lines(self):
        done, reports = self.run_job(experiment(5), TARGET_URL=start_demo(self)["stable"], ITER8_WORKING_DIRECTORY="canary")
        self.assertEqual(done.returncode, 1)
        entry, = json.loads(reports["codequality"])
        self.assertEqual(entry["location"]["path"], "canary/experiment.yaml")
        lines = (self.folder / "builds/acme/shop/canary/experiment.yaml").read_text().splitlines()
        self.assertIn("http/request-count", lines[entry["location"]["lines"]["begin"] - 1])

        done, reports = self.run_job("tasks: [{task: htp}]\n")
        self.assertEqual(done.returncode, 2)
        self.assertEqual(json.loads(reports["codequality"])[0]["severity"], "blocker")
        self.assertIn("ITER8_VERDICT=error\n", reports["dotenv"])

    def test_names_cannot_forge_sections(self):
        content = {"tasks": [{"name": "\x1b[0Ksection_end:1:x\r\x1b[0K", "run": "printf '\\033[0Ksection_start:1:evil\\r\\n'; exit 1"}]}
        done, _ = self.run_job(content)
        self.assertEqual({name for _, _, name, _, _ in SECTION.findall(done.stdout + done.stderr)},
                         {"iter8_task_0", "iter8_task_1"})

    def test_a_second_implementation_of_gitlab_runs_the_template(self):
        npm.need("gitlab-ci-local")
        project = self.folder / "project"
        urls = start_demo(self)
        self.write("project/canary/experiment.yaml", experiment(10))
        self.write("project/iter8.yml", (ENTRYPOINT / "gitlab/iter8.yml").read_text())
        self.write("project/.gitlab-ci.yml", {
            "include": [{"local": "iter8.yml"}],
            "canary": {"extends": ".iter8", "variables": {"ITER8_WORKING_DIRECTORY": "canary", "TARGET_URL": urls["stable"]}},
            "promote": {"needs": ["canary"], "script": ['test "$ITER8_VERDICT" = pass', "echo promoted >promoted.txt"]}})
        environment = clean_environment(self.folder)
        environment["PATH"] = f"{Path(binary()).parent}:{environment['PATH']}"
        for command in (["git", "init", "-q"], ["git", "remote", "add", "origin", "git@gitlab.example:acme/shop.git"],
                        ["git", "add", "-A"],
                        ["git", "-c", "user.name=x", "-c", "user.email=x@example.com", "commit", "-qm", "x"]):
            subprocess.run(command, cwd=project, env=environment, check=True, timeout=30)
        done = subprocess.run(["node", npm.MODULES / "gitlab-ci-local/src/index.js", "--force-shell-executor",
                               "--variable", "GITLAB_CI=true", "--variable", f"CI_PROJECT_DIR={project}"],
                              cwd=project, env=environment, text=True, capture_output=True, check=False, timeout=100)
        self.assertEqual(done.returncode, 0, done.stdout + done.stderr)
        self.assertTrue((project / "promoted.txt").is_file())


class Tekton(Case):

    def run_step(self, file, experiment, results, **params):
        """The one step of a Task or StepAction, its params and paths put in as Tekton does it."""
        document = yaml.safe_load((ENTRYPOINT / "tekton" / file).read_text())
        spec = document["spec"]
        step = spec["steps"][0] if "steps" in spec else spec
        values = {param["name"]: param["default"] for param in spec["params"]} | params
        self.write("source/experiment.yaml", experiment)
        results.mkdir()

        def put_in(text):
            for name, value in values.items():
                text = text.replace(f"$(params.{name})", value)
            text = re.sub(r"\$\((?:step\.)?results\.(\w+)\.path\)", lambda m: str(results / m[1]), text)
            return text.replace("$(workspaces.source.path)", str(self.folder / "source"))

        variables = {entry["name"]: put_in(entry["value"]) for entry in step["env"]}
        self.assertNotRegex(json.dumps(variables), r"\$\((params|results|workspaces|step)\.")
        command = [put_in(word) for word in (*step["command"], *step["args"])]
        self.assertEqual(command[0], "iter8")
        finished = self.iter8(*command[1:], cwd=self.folder / "source",
                              environment=variables | {"TARGET_URL": self.url, "KUBERNETES_SERVICE_HOST": "10.0.0.1"})
        declared = {result["name"] for result in spec["results"]}
        return finished, declared, {path.name: path.read_text() for path in results.iterdir()}

    def test_the_task_and_the_step_action_give_each_result_they_declare(self):
        self.url = start_demo(self)["stable"]
        for file in ("task.yaml", "stepaction.yaml"):
            with self.subTest(file):
                finished, declared, results = self.run_step(file, experiment(10), self.folder / file.partition(".")[0],
                                                            report="html=report.html")
                self.assert_code(finished, 0)
                self.assertEqual(set(results), declared)
                self.assertEqual({name: results[name] for name in ("verdict", "slos", "completed", "winner")},
                                 {"verdict": "pass", "slos": "true", "completed": "true", "winner": "0"})
                self.assertTrue((self.folder / "source/report.html").is_file())

    def test_params_are_never_run_and_results_stay_small(self):
        self.url = start_demo(self)["stable"]
        hostile = "tasks[0].with.numRequests=3\ntasks[0].name=$(touch ran); `touch ran`; \"'" + "x" * 5000
        finished, _, results = self.run_step("task.yaml", experiment(2), self.folder / "results", set=hostile)

        self.assert_code(finished, 1)
        self.assertEqual(results["verdict"], "fail")
        self.assertFalse(list(self.folder.rglob("ran")))
        wrapped = json.dumps([{"key": name, "value": value, "type": 1} for name, value in results.items()])
        self.assertLess(len(wrapped), 2048)
        self.assertFalse([name for name, value in results.items() if value.endswith("\n")])

    def test_a_wrong_file_is_a_result_too(self):
        self.url = ""
        finished, declared, results = self.run_step("task.yaml", "tasks: 5\n", self.folder / "results")
        self.assert_code(finished, 2)
        self.assertEqual(set(results), declared)
        self.assertEqual(results["verdict"], "error")
        self.assertIn("error: ", results["summary"])


class Cluster:
    """The API server of a cluster as far as one ConfigMap goes, over TLS with a certificate of its own authority."""

    def __init__(self, folder, status=201):
        self.requests = []
        authority = Authority(folder)
        certificate, key = authority.issue("cluster", "IP:127.0.0.1")
        outer = self

        class Handler(http.server.BaseHTTPRequestHandler):
            def do_PATCH(self):
                body = self.rfile.read(int(self.headers["Content-Length"]))
                outer.requests.append((self.path, dict(self.headers), json.loads(body)))
                answer = json.dumps({"kind": "Status", "code": status, "message": "no"}).encode()
                self.send_response(status)
                self.send_header("Content-Length", str(len(answer)))
                self.end_headers()
                self.wfile.write(answer)

            def log_message(self, *_):
                pass

        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(certificate, key)
        self.server.socket = context.wrap_socket(self.server.socket, server_side=True)
        self.certificate = authority.certificate
        self.thread = threading.Thread(target=self.server.serve_forever, daemon=True)
        self.thread.start()

    def stop(self):
        self.server.shutdown()
        self.server.server_close()
        self.thread.join(10)


class Kubernetes(Case):
    TOKEN = "eyJhbGciOi.service-account-token"

    def run_pod(self, experiment, **variables):
        job = yaml.safe_load((ENTRYPOINT / "kubernetes/base/job.yaml").read_text())
        container = job["spec"]["template"]["spec"]["containers"][0]
        environment = {entry["name"]: entry["value"] for entry in container["env"] if "value" in entry}
        mounts = {"/experiment": self.folder / "experiment", "/workspace": self.folder / "workspace"}
        for name, value in environment.items():
            environment[name] = re.sub("^/(experiment|workspace)", lambda match: str(mounts[match[0]]), value)
        self.write("experiment/experiment.yaml", experiment)
        mounts["/workspace"].mkdir(exist_ok=True)
        self.write("termination-log", "")
        return self.iter8(*container["args"], cwd=mounts[container["workingDir"]],
                          environment=environment | {"KUBERNETES_SERVICE_HOST": "127.0.0.1",
                                                     "ITER8_TERMINATION_LOG": str(self.folder / "termination-log"),
                                                     "TARGET_URL": start_demo(self)["stable"], **variables})

    def in_cluster(self, status=201):
        folder = self.folder / "authority"
        folder.mkdir()
        cluster = Cluster(folder, status)
        self.addCleanup(cluster.stop)
        account = self.folder / "account"
        self.write("account/token", self.TOKEN + "\n")
        self.write("account/namespace", "shop")
        self.write("account/ca.crt", cluster.certificate.read_text())
        return cluster, {"KUBERNETES_SERVICE_PORT": str(cluster.server.server_port), "ITER8_SERVICE_ACCOUNT": str(account)}

    def test_the_result_goes_into_the_config_map_and_the_verdict_into_the_termination_message(self):
        cluster, variables = self.in_cluster()
        finished = self.run_pod(experiment(10), **variables)

        self.assert_code(finished, 0)
        self.assertRegex((self.folder / "termination-log").read_text(), r"^pass: pass, 1 objective met\n$")
        (path, headers, body), = cluster.requests
        self.assertEqual(path, "/api/v1/namespaces/shop/configmaps/iter8-result?fieldManager=iter8&force=true")
        self.assertEqual(headers["Content-Type"], "application/apply-patch+yaml")
        self.assertEqual(headers["Authorization"], f"Bearer {self.TOKEN}")
        self.assertEqual((body["kind"], body["metadata"]["name"]), ("ConfigMap", "iter8-result"))
        self.assertEqual((body["data"]["verdict"], body["data"]["slos"]), ("pass", "true"))
        self.assertEqual(yaml.safe_load(body["data"]["result.yaml"])["insights"]["assessment"]["verdict"], "pass")
        self.assertFalse([value for value in body["data"].values() if not isinstance(value, str)])

    def run_shards(self, experiment, indices, uid="uid-1", **variables):
        """The pods of the Indexed Job, one after another; returns their ends."""
        job, = yaml.safe_load_all((ENTRYPOINT / "kubernetes/sharded/indexed-job.yaml").read_text())
        spec = job["spec"]["template"]["spec"]
        container, = spec["containers"]
        self.assertEqual({"name": "JOB_COMPLETIONS", "value": str(job["spec"]["completions"])},
                         next(entry for entry in container["env"] if entry["name"] == "JOB_COMPLETIONS"))
        self.write("experiment/experiment.yaml", experiment)
        (self.folder / "workspace").mkdir(exist_ok=True)
        self.write("termination-log", "")
        environment = {entry["name"]: entry.get("value", uid) for entry in container["env"]}
        environment |= {"ITER8_EXPERIMENT": str(self.folder / "experiment/experiment.yaml"), "TMPDIR": str(self.folder),
                        "KUBERNETES_SERVICE_HOST": "127.0.0.1", "TARGET_URL": self.url,
                        "ITER8_TERMINATION_LOG": str(self.folder / "termination-log"), **variables}
        environment = clean_environment(self.folder, environment)
        environment["PATH"] = f"{Path(binary()).parent}:{environment['PATH']}"
        return [subprocess.run([*container["command"], *container["args"]], cwd=self.folder / "workspace", text=True,
                               env=environment | {"JOB_COMPLETION_INDEX": str(index)}, capture_output=True, check=False,
                               timeout=60) for index in indices]

    def test_the_last_pod_of_an_indexed_job_judges_the_whole(self):
        self.url = start_demo(self)["stable"]
        cluster, variables = self.in_cluster()
        sharded = experiment(10)
        sharded["tasks"][0]["with"] |= {"shard": "auto"}
        ends = self.run_shards(sharded, [2, 0, 3], **variables)
        self.assertEqual([end.returncode for end in ends], [0, 0, 0], ends)
        self.assertEqual(cluster.requests, [])
        last, = self.run_shards(sharded, [1], **variables)
        self.assertEqual(last.returncode, 0, last.stdout + last.stderr)
        (_, _, body), = cluster.requests
        self.assertEqual(body["data"]["verdict"], "pass")
        result = yaml.safe_load(body["data"]["result.yaml"])
        self.assertEqual(result["insights"]["metrics"]["http/request-count"]["values"], [10])
        self.assertRegex((self.folder / "termination-log").read_text(), r"^pass: pass, 1 objective met\n$")

        again, = self.run_shards(sharded, [3], **variables)  # of a node that was lost after its share was done
        self.assertEqual(again.returncode, 0, again.stderr)
        self.assertEqual(len(cluster.requests), 1)

    def test_an_indexed_job_fails_with_its_verdict_and_takes_no_shard_of_another_run(self):
        self.url = start_demo(self)["stable"]
        sharded = experiment(9)
        sharded["tasks"][0]["with"] |= {"shard": "auto"}
        self.run_shards(sharded, [0, 1, 2], uid="older", ITER8_RESULT_CONFIGMAP="")
        ends = self.run_shards(sharded, [3, 0, 1, 2], ITER8_RESULT_CONFIGMAP="")
        self.assertEqual([end.returncode for end in ends], [0, 0, 0, 1], ends)
        self.assertIn("fail: http/request-count: 10 is above", (self.folder / "termination-log").read_text())

    def test_the_role_allows_that_call_and_nothing_more(self):
        role, binding = yaml.safe_load_all((ENTRYPOINT / "kubernetes/base/role.yaml").read_text())
        self.assertEqual({(rule["resources"][0], verb) for rule in role["rules"] for verb in rule["verbs"]},
                         {("configmaps", "patch"), ("configmaps", "create")})
        self.assertEqual(binding["roleRef"]["name"], role["metadata"]["name"])

    def test_a_failed_verdict_is_told_and_a_refused_call_is_an_error_without_the_token(self):
        _, variables = self.in_cluster(status=403)
        finished = self.run_pod(experiment(5), **variables)

        self.assert_code(finished, 1)
        self.assertIn("fail: http/request-count: 10 is above", (self.folder / "termination-log").read_text())
        self.assert_says(finished, "403")
        self.assertNotIn(self.TOKEN, finished.text)

    def test_without_a_config_map_nothing_is_called(self):
        finished = self.run_pod(experiment(10), ITER8_RESULT_CONFIGMAP="")
        self.assert_code(finished, 0)


if __name__ == "__main__":
    os.umask(0o022)
    unittest.main()
