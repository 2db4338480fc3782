"""The experiment of a stranger's pull request, where the job has secrets: what it asks for is refused before anything runs."""

import json
import os
import re
import subprocess
import unittest
from pathlib import Path

import yaml

from harness.case import Case
from harness.program import binary, lose_landlock
from harness.servers import Server, response

SECRETS = {"GITHUB_TOKEN": "ghs_0123456789abcdef", "DEPLOYCODE": "innocent-name-8712", "HOME": "/root"}


def answering():
    def script(connection):
        while connection.read_request():
            connection.send(response(b'{"v": 1}'))
    return Server(script)


def task(name, **options):
    return [{"task": name, "with": options}]


class Untrusted(Case):
    def setUp(self):
        super().setUp()
        self.workspace = self.folder / "checkout"
        self.workspace.mkdir()
        (self.folder / "outside.csv").write_text("a\n1\n")
        (self.workspace / "link.csv").symlink_to(self.folder / "outside.csv")

    def event(self, name, head=2, home=1):
        """The environment of a GitHub job for an event of this name, whose head is in repository `head`."""
        repository = None if head is None else {"id": head, "full_name": f"mallory/{head}"}
        key = "workflow_run" if name == "workflow_run" else "pull_request"
        content = {"head_repository": repository} if key == "workflow_run" else {"head": {"repo": repository}}
        path = self.write("event.json", json.dumps({"repository": {"id": home}, key: content}))
        return {"GITHUB_ACTIONS": "true", "GITHUB_EVENT_NAME": name, "GITHUB_EVENT_PATH": str(path),
                "GITHUB_WORKSPACE": str(self.workspace)}

    def ci(self, experiment, *arguments, environment=None, cwd=None):
        self.write("checkout/experiment.yaml", experiment)
        return self.iter8("ci", *arguments, environment={**SECRETS, **(environment or {})}, cwd=cwd or self.workspace)

    def test_everything_that_is_forbidden_is_refused_with_its_place(self):
        with answering() as server:
            url = server.url("/")
            cases = [
                ("script", [{"run": "touch ran"}], "'run' is refused"),
                ("plugin", task("x-look"), "'plugin x-look' is refused"),
                ("promotion", task("pull-request", edits=[]), "'pull-request' is refused"),
                ("deployment", task("deployment"), "'deployment' is refused"),
                ("workflow", task("workflow"), "'workflow' is refused"),
                ("dispatch", task("repository-dispatch"), "'repository-dispatch' is refused"),
                ("secret", task("http", url=url, payloadStr="${GITHUB_TOKEN}"), "GITHUB_TOKEN.* is refused"),
                ("secret by an innocent name", task("http", url=url + "?x=${DEPLOYCODE}"), "DEPLOYCODE.* is refused"),
                ("secret in a default", task("http", url=url + "${NONE:-${DEPLOYCODE}}"), "DEPLOYCODE.* is refused"),
                ("file reference", task("http", url=url, payloadStr="${file:/etc/passwd}"), "file:/etc/passwd.* is refused"),
                ("absolute path", task("http", url=url, payloadFile="/etc/passwd"), "absolute path '/etc/passwd' is refused"),
                ("escaping path", task("http", url=url, rows="../outside.csv"), "leads out of the workspace"),
                ("link", task("http", url=url, rows="link.csv"), "leads out of the workspace"),
                ("file of metrics", task("metrics", provider="file", path="/proc/self/environ",
                                         metrics=[{"name": "x", "query": "x"}]), "absolute path"),
                ("path of a template", task("metrics", provider="file", path="{{ .version.x }}",
                                            metrics=[{"name": "x", "query": "x"}]), "known only later is refused"),
                ("history", task("assess", history="../h.yaml", slos=[]), "leads out of the workspace"),
                ("host", task("http", url="http://169.254.169.254/latest"), "does not allow 169.254.169.254:80"),
                ("unix socket", task("http", url="unix:/run/docker.sock:/x"), "does not allow unix sockets"),
                ("proxy", task("http", url=url, proxy="http://evil.example:3128"), "does not allow evil.example:3128"),
                ("websocket", task("websocket", url="ws://evil.example/", message="x"), "does not allow evil.example:80"),
                ("its message", task("websocket", url=url, messageFile="../x"), "leads out of the workspace"),
                ("gRPC", task("grpc", host="evil.example:443", call="a.B/C"), "does not allow evil.example:443"),
                ("gRPC with a scheme", task("grpc", host="grpcs://evil.example:443", call="a.B/C"), "does not allow evil.example:443"),
                ("too fast", task("http", url=url, qps=5000), "qps: found 5000 requests per second, ITER8_MAX_QPS allows 100"),
                ("too many", task("http", url=url, qps=50, numRequests=10**6), "ITER8_MAX_REQUESTS allows 100000"),
                ("too long", task("http", url=url, qps=1, duration="1h"), "ITER8_MAX_DURATION allows 600"),
                ("connections", task("http", url=url, connections=500), "ITER8_MAX_CONNECTIONS allows 100"),
                ("no rate", task("http", url=url, arrival="closed", numRequests=5), "ITER8_MAX_QPS allows 100")]
            for name, tasks, message in cases:
                for section in ("tasks", "setup", "finally"):
                    with self.subTest(name, section=section):
                        experiment = {"versions": [{"name": "a"}], "tasks": task("http", url=url, numRequests=1), section: tasks}
                        finished = self.ci(experiment, "--untrusted", environment={"ITER8_ALLOW_HOSTS": f"127.0.0.1:{server.port}"})
                        self.assert_refused(finished, message)
            self.assertEqual(server.connections, 0)
        self.assertFalse((self.workspace / "ran").exists())

    def file_options(self, task):
        """(option that holds it or None, name) of every option that is a file or folder by its description."""
        found, path = [], {}
        for line in self.iter8("tasks", task).out.splitlines():
            option = re.match(r"( +)([\w-]+)  \(", line)
            if option:
                path[len(option[1])] = option[2]
                depth = len(option[1])
            elif re.match(r" +((A |CSV |JSON |PEM |Key )?[Ff]iles?\b(?! name)|Folders?\b)", line):
                found.append((path.get(depth - 4), path[depth]))
            elif found and line.strip().startswith("also: ") and found[-1][1] == path[depth]:
                found += [(found[-1][0], name) for name in line.strip().removeprefix("also: ").split(", ")]
        return found

    def test_no_option_of_any_task_reads_what_lies_outside(self):
        """Whatever a task's description calls a file, so that one that is added later is not forgotten."""
        tasks = re.findall(r"^([a-z][\w-]*)  ", self.iter8("tasks").out, re.MULTILINE)
        tasks.append("gen-load-and-collect-metrics-grpc")
        count = 0
        for name in tasks:
            for parent, option in self.file_options(name):
                with self.subTest(name, option=option, parent=parent):
                    count += 1
                    options = {option: ["/etc/passwd"] if option in ("importPaths", "import-paths", "resources") else "/etc/passwd"}
                    if option == "key":
                        options["cert"] = "cert.pem"
                    with_ = {parent: options} if parent else options
                    if name == "metrics":
                        with_["provider"] = "file"
                    finished = self.ci({"versions": [{"name": "a"}], "tasks": task(name, **with_)}, "--untrusted",
                                       environment={"ITER8_ALLOW_HOSTS": "127.0.0.1"})
                    self.assert_code(finished, 2)
                    self.assert_says(finished, f"absolute path '/etc/passwd' is refused|'{name}' is refused")
        self.assertGreater(count, 40)

    def test_what_is_allowed_runs_and_the_result_says_which_walls_stood(self):
        with answering() as server:
            experiment = {"versions": [{"name": "a"}], "tasks": [
                {"task": "http", "with": {"url": "${URL}/x", "numRequests": 5, "qps": 50, "connections": 1}},
                {"task": "assess", "with": {"slos": [{"metric": "http/request-count", "upper": 5}]}}]}
            environment = {"URL": server.url("/"), "ITER8_ALLOW_REFERENCES": "URL"}  # which allows its host
            finished = self.ci(experiment, "--untrusted", environment=environment)
            self.assert_code(finished, 0)
            self.assertEqual(server.requests, 5)
        walls = json.dumps(self.walls())
        for wall in ("untrusted file", "allowed hosts only", "ITER8_MAX_QPS=100"):
            self.assertIn(wall, walls)
            self.assert_says(finished, wall)

    def walls(self):
        return yaml.safe_load((self.workspace / "result.yaml").read_text()).get("walls", [])

    def test_only_hosts_that_the_pipeline_names_are_reached(self):
        with answering() as server:
            experiment = {"versions": [{"name": "a", "url": server.url("/")}], "tasks": task("http", numRequests=1)}
            self.assert_refused(self.ci(experiment, "--untrusted"), "does not allow 127.0.0.1")
            self.assertEqual(server.connections, 0)
            self.assert_code(self.ci(experiment, "--untrusted", "--set", f"versions[0].url={server.url('/')}",
                                     "--assert", "completed"), 0)

    def test_a_fork_is_not_trusted_where_there_are_secrets(self):
        script = {"versions": [{"name": "a"}], "tasks": [{"run": "true"}]}
        untrusted = [self.event("pull_request_target"), self.event("pull_request_target", head=None), self.event("workflow_run"),
                     {**self.event("pull_request_target"), "GITHUB_EVENT_PATH": "/nowhere"},
                     {"GITLAB_CI": "true", "CI_PROJECT_ID": "1", "CI_MERGE_REQUEST_SOURCE_PROJECT_ID": "2",
                      "CI_PROJECT_DIR": str(self.workspace)}, {"ITER8_UNTRUSTED": "true"}]
        for environment in untrusted:
            with self.subTest(environment):
                event = {**environment}
                if event.get("GITHUB_EVENT_PATH", "").startswith(str(self.folder)):
                    event = self.event(event["GITHUB_EVENT_NAME"], head=None if "None" in str(event) else 2)
                self.assert_code(finished := self.ci(script, environment=event), 2)
                self.assert_says(finished, "'run' is refused: the file comes from")
                self.assert_code(self.ci(script, "--trusted", "--assert", "completed", environment=event), 0)

    def test_a_task_takes_the_jobs_token_only_where_the_pipeline_names_it(self):
        asked = []

        def script(connection):
            while request := connection.read_request():
                asked.append(request)
                connection.send(response(b"[]"))

        server = Server(script)
        self.addCleanup(server.stop)
        comment = {"versions": [{"name": "a"}], "tasks": task("http", url=server.url("/"), numRequests=1) +
                   task("comment", repository="a/b", pullRequest=1)}
        for named, sent in (({}, False), ({"ITER8_ALLOW_REFERENCES": "GITHUB_TOKEN"}, True)):
            asked.clear()
            event = {**self.event("pull_request_target"), "GITHUB_API_URL": server.url(), "GITHUB_SERVER_URL": server.url(),
                     "ITER8_ALLOW_HOSTS": f"127.0.0.1:{server.port}"}
            self.ci(comment, environment=event | named)
            self.assertEqual(SECRETS["GITHUB_TOKEN"].encode() in b"".join(asked), sent)
            self.assertGreater(len(asked), 1)

    def test_the_pipelines_own_files_are_trusted(self):
        script = {"versions": [{"name": "a"}], "tasks": [{"run": "test \"$GITHUB_TOKEN\""}]}
        for environment in ({}, self.event("push"), self.event("pull_request_target", head=1),
                            {"GITLAB_CI": "true", "CI_PROJECT_ID": "1", "CI_MERGE_REQUEST_SOURCE_PROJECT_ID": "1",
                             "CI_PROJECT_DIR": str(self.workspace)}):
            with self.subTest(environment):
                self.assert_code(self.ci(script, "--assert", "completed", environment=environment), 0)
                self.assertEqual(self.walls(), [])

    def test_an_ordinary_pull_request_of_a_fork_may_not_promote(self):
        event = self.event("pull_request")
        self.assert_says(self.ci({"versions": [{"name": "a"}], "tasks": task("pull-request", edits=[])}, environment=event),
                         r"experiment.yaml:4:9: error: 'pull-request' is refused: the file comes from the fork mallory/2 \(pull_request\)")
        self.assert_code(self.ci({"versions": [{"name": "a"}], "tasks": [{"run": "true"}]}, "--assert", "completed",
                                 environment=event), 0)
        self.assertIn("no promotion", self.walls())
        self.assertRegex("\n".join(self.walls()), "programs (not )?confined")

    def test_links_do_not_lead_what_is_written_out_of_the_workspace(self):
        experiment = {"versions": [{"name": "a"}], "tasks": task("http", url="http://127.0.0.1:1", numRequests=1)}
        (self.workspace / "iter8-reports").symlink_to(self.folder)
        gitlab = {"GITLAB_CI": "true", "CI_PROJECT_ID": "1", "CI_MERGE_REQUEST_SOURCE_PROJECT_ID": "2",
                  "CI_PROJECT_DIR": str(self.workspace)}
        self.assert_says(self.ci(experiment, environment=gitlab), "iter8-reports.* leads out of the workspace")
        (self.workspace / "result.yaml").symlink_to(self.folder / "stolen.yaml")
        self.assert_says(self.ci(experiment, "--untrusted"), "result.yaml leads out of the workspace")
        self.assertFalse((self.folder / "stolen.yaml").exists() or (self.folder / "junit.xml").exists())
        (self.workspace / "passwd.yaml").symlink_to("/etc/passwd")
        finished = self.ci(experiment, "--untrusted", "passwd.yaml")
        self.assertNotIn("root:", finished.text)

    def test_limits_hold_for_everybody_where_they_are_set(self):
        fast = {"versions": [{"name": "a"}, {"name": "b"}], "tasks": task("http", url="http://127.0.0.1:1/{{ .version.name }}", qps=60)}
        self.write("experiment.yaml", fast)
        self.assert_refused(self.iter8("run", environment={"ITER8_MAX_QPS": "100"}),
                            r"qps: found 120 requests per second \(2 targets\), ITER8_MAX_QPS allows 100")
        self.assert_says(self.iter8("validate", environment={"ITER8_MAX_QPS": "fast"}),
                         "ITER8_MAX_QPS: found 'fast', expected a positive number")
        self.assert_code(self.iter8("validate", environment={"ITER8_MAX_QPS": "120"}), 0)


class Confined(Case):
    def confined(self, script, preexec_fn=None, **environment):
        self.write("work/experiment.yaml", {"versions": [{"name": "a"}], "tasks": [{"run": script}]})
        return self.iter8("run", environment={"ITER8_CONFINE": "true", **environment}, cwd=self.folder / "work", preexec_fn=preexec_fn)

    def setUp(self):
        super().setUp()
        (self.folder / "work").mkdir()
        (self.folder / "outside").mkdir()
        (self.folder / "outside/secret").write_text("s3cret")
        probe = "import ctypes; print(ctypes.CDLL(None).syscall(444, 0, 0, 1))"
        self.has_landlock = int(subprocess.run(["python3", "-c", probe], capture_output=True, check=True, text=True).stdout) > 0

    def test_a_script_reads_and_writes_the_workspace_only(self):
        if not self.has_landlock:
            self.skipTest("the kernel has no Landlock")
        outside = self.folder / "outside"
        for script in (f"cat {outside}/secret", f"ls {outside}", f"echo x > {outside}/new", "cat /etc/shadow", "ls /root",
                       "ln -s ../outside o; cat o/secret", f"mv x {outside}/", f"cat /proc/{self.pid()}/environ"):
            with self.subTest(script):
                self.assert_code(self.confined(f"touch x; {script}"), 1)
        self.assertFalse((outside / "new").exists())
        good = "echo y > y && cat y && ls / > /dev/null; echo t > $TMPDIR/t && cat $TMPDIR/t $ITER8_RESULT > copy && cat <(echo z)"
        self.assert_code(self.confined(good), 0)
        self.assertIn("schema", (self.folder / "work/copy").read_text())

    def pid(self):
        return os.getpid()

    def test_further_paths_are_allowed_by_name(self):
        if not self.has_landlock:
            self.skipTest("the kernel has no Landlock")
        outside = self.folder / "outside"
        self.assert_code(self.confined(f"cat {outside}/secret", ITER8_ALLOW_PATHS=str(outside)), 0)
        self.assert_code(self.confined(f"echo x > {outside}/new", ITER8_ALLOW_PATHS=str(outside)), 1)
        self.assert_code(self.confined(f"echo x > {outside}/new", ITER8_ALLOW_PATHS=f"/nowhere:{outside}=rw"), 0)

    def test_a_plugin_is_confined_too(self):
        if not self.has_landlock:
            self.skipTest("the kernel has no Landlock")
        plugin = self.write("bin/iter8-task-look", f"#!/bin/bash\ncat {self.folder}/outside/secret || exit 3\necho '{{}}'\n")
        plugin.chmod(0o755)
        self.write("work/experiment.yaml", {"versions": [{"name": "a"}], "tasks": [{"task": "x-look"}]})
        environment = {"ITER8_TASK_PATH": str(plugin.parent)}
        run = lambda **more: self.iter8("run", environment={**environment, **more}, cwd=self.folder / "work")
        self.assert_says(run(ITER8_CONFINE="true"), "failed with exit code 3")
        self.assert_says(run(), "printed no|answer")  # not confined: the secret stands before its JSON

    def test_a_script_gains_no_privileges_and_no_strange_calls(self):
        if self.confined("grep -q '^Seccomp:.*2' /proc/self/status").code != 0:
            self.skipTest("no filter of system calls on this machine")
        self.assert_code(self.confined("grep -q '^NoNewPrivs:.*1' /proc/self/status"), 0)
        self.assert_code(self.confined("unshare -r true"), 1)
        calls = "/usr/bin/python3 -c 'import ctypes,sys; l=ctypes.CDLL(None,use_errno=True); " \
                "sys.exit(l.ptrace(0,0,0,0) != -1 or ctypes.get_errno() != 1)'"
        if Path("/usr/bin/python3").exists():
            self.assert_code(self.confined(calls), 0)

    def test_the_result_says_what_the_kernel_had(self):
        self.assert_code(self.confined("true"), 0)
        walls = yaml.safe_load((self.folder / "work/result.yaml").read_text())["walls"]
        self.assertRegex(walls[0], "programs confined by Landlock [1-9]" if self.has_landlock else "this kernel has no Landlock")

    def test_a_kernel_without_landlock_is_said_and_the_other_wall_stands(self):
        if self.confined("grep -q '^Seccomp:.*2' /proc/self/status").code != 0:
            self.skipTest("no filter of system calls on this machine")
        script = f"cat {self.folder}/outside/secret && ! unshare -r true && grep -q '^NoNewPrivs:.*1' /proc/self/status"
        self.assert_code(self.confined(script, preexec_fn=lose_landlock), 0)
        walls = yaml.safe_load((self.folder / "work/result.yaml").read_text())["walls"]
        self.assertEqual(walls, ["programs not confined: this kernel has no Landlock", "programs filtered by seccomp"])
        self.assertIn(walls[0], self.iter8("report", cwd=self.folder / "work").out)

        refused = self.confined("touch begun", preexec_fn=lose_landlock, ITER8_CONFINE="required")
        self.assert_code(refused, 2)
        self.assert_says(refused, "ITER8_CONFINE: this kernel has no Landlock")
        self.assertFalse((self.folder / "work/begun").exists())

    def test_the_program_itself_is_not_confined(self):
        self.write("work/experiment.yaml", {"versions": [{"name": "a"}], "tasks": [
            {"run": "true"}, {"task": "http", "with": {"url": "http://127.0.0.1:1", "payloadFile": "../outside/secret", "numRequests": 1,
                                                      "allowInitialErrors": True}}]})
        finished = self.iter8("run", environment={"ITER8_CONFINE": "true"}, cwd=self.folder / "work")
        self.assertNotIn("Permission denied", finished.text)

    def test_a_word_that_is_wrong_is_refused(self):
        self.assert_says(self.confined("true", ITER8_CONFINE="yes"), "ITER8_CONFINE: found 'yes', expected true, false or required")


if __name__ == "__main__":
    print(f"program: {binary()}")
    unittest.main()
