"""What `validate` foresees, and its JSON."""

import json
import os
import unittest

import jsonschema

from harness.case import Case

LOAD = {"task": "http", "with": {"numRequests": 100, "qps": 20, "url": "{{ .version.url }}"}}
VERSIONS = [{"name": "stable", "url": "http://127.0.0.1:1"}, {"name": "candidate", "url": "http://127.0.0.1:2"}]

# docs/commands.md, `iter8 validate`.
DOCUMENT = {
    "type": "object", "additionalProperties": False, "required": ["file", "valid", "problems"],
    "properties": {
        "file": {"type": "string"}, "valid": {"type": "boolean"},
        "problems": {"type": "array", "items": {
            "type": "object", "additionalProperties": False, "required": ["line", "column", "severity", "message", "key"],
            "properties": {"line": {"type": "integer", "minimum": 0}, "column": {"type": "integer", "minimum": 0},
                           "severity": {"enum": ["error", "warning"]}, "message": {"type": "string", "minLength": 1},
                           "key": {"type": "string"}}}},
        "versions": {"type": "integer", "minimum": 1}, "tasks": {"type": "integer", "minimum": 1},
        "objectives": {"type": "integer", "minimum": 0},
        "programs": {"type": "array", "items": {
            "type": "object", "additionalProperties": False, "required": ["step", "program"],
            "properties": {"step": {"type": "string"}, "program": {"type": "string"}}}}}}


def assess(*slos, **more):
    return {"task": "assess", "with": {"slos": list(slos)} | more}


class Foresight(Case):

    def refused(self, experiment, *patterns, **options):
        self.write("experiment.yaml", experiment)
        self.assert_refused(self.iter8("validate", **options), *patterns)

    def warned(self, experiment, pattern):
        self.write("experiment.yaml", experiment)
        finished = self.iter8("validate")
        self.assert_code(finished, 0)
        self.assert_says(finished, r"^experiment\.yaml:\d+:\d+: warning: " + pattern)

    def test_names_in_conditions_that_nothing_has(self):
        for condition, literal, problem in (
                ('Metric("http/latncy") > 1', '"http', r"no task of this file produces the metric 'http/latncy'; did you mean"),
                ('Metric("http/latency-mean", "c") > 1', '"c"', r"unknown version 'c', expected one of stable, candidate"),
                ('SLOsBy("c")', '"c"', r"unknown version 'c'"), ('Winner() == "c"', '"c"', r"unknown version 'c'"),
                ('Weight("candidat") > 10', '"c', r"unknown version 'candidat'.*did you mean 'candidate'\?"),
                ('Verdict() == "failed"', '"f', r"unknown verdict 'failed'.*did you mean 'fail'\?")):
            with self.subTest(condition):
                self.refused("versions: [stable, candidate]\ntasks:\n- {task: http, with: {url: 'http://127.0.0.1:1'}}\n"
                             f"- {{run: echo, if: '{condition}'}}\n",
                             rf"experiment\.yaml:4:{20 + condition.index(literal)}: error: {problem}")

    def test_an_assessment_before_the_load(self):
        self.refused({"versions": VERSIONS, "tasks": [assess({"metric": "http/latency-mean", "upper": 3}), LOAD]},
                     r"error: 'http/latency-mean' is measured by task 2 \(http\), which runs later; put this task behind it")

    def test_a_pattern_that_does_not_fit_the_versions(self):
        slo = {"metric": "http/error-rate", "upper": "5%"}
        for pattern, versions, problem in (("canary", VERSIONS[:1], "compares two versions, the experiment has 1"),
                                           ("canary", None, "compares two versions, the experiment has 1"),
                                           ("ab", VERSIONS, "pattern ab needs a reward"),
                                           ("abn", VERSIONS[:1], "two versions or more, the experiment has 1")):
            with self.subTest((pattern, versions)):
                load = LOAD if versions else {"task": "http", "with": {"url": "http://127.0.0.1:1"}}
                self.refused({**({"versions": versions} if versions else {}), "tasks": [load, assess(slo, pattern=pattern)]}, problem)

    def test_too_few_requests_for_what_is_asked(self):
        for slo, load, text in (
                ({"metric": "http/error-rate", "upper": "1%"}, {}, r"100 requests to a version cannot certify http/error-rate <= 1%, "
                                                                   r"even if all are good; it takes 299"),
                ({"metric": "http/latency-p99", "upper": "200ms"}, {}, r"100 requests .* it takes 299"),
                ({"metric": "http/latency-p95", "upper": "1s"}, {"numRequests": 50}, r"50 requests .* it takes 59"),
                ({"metric": "http/error-rate", "upper": "1%", "confidence": 0.99}, {}, r"100 requests .* it takes 459"),
                ({"metric": "http/error-rate", "upper": "1%"}, {"qps": 1000}, r"0\.1 s of load on a version cannot certify http/error-rate <= 1%, "
                                                                                   r"however good it is; it takes about 4 s")):
            with self.subTest((slo, load)):
                experiment = {"versions": VERSIONS, "tasks": [{**LOAD, "with": LOAD["with"] | load}, assess(slo)]}
                self.warned(experiment, ".*" + text)

    def test_enough_requests_are_no_warning(self):
        for load, slos in (({"numRequests": 299}, [{"metric": "http/error-rate", "upper": "1%"}]),
                           ({"numRequests": None, "duration": "15s"}, [{"metric": "http/error-rate", "upper": "1%"}]),
                           ({"arrival": "closed", "qps": None, "duration": "5s", "numRequests": None},
                            [{"metric": "http/latency-p99", "upper": "1s"}, {"metric": "http/latency-mean", "upper": "+20%"}]),
                           ({"numRequests": 60}, [{"metric": "http/error-rate", "upper": 0}, {"metric": "http/latency-p95", "upper": 9}])):
            with self.subTest(load):
                options = {key: value for key, value in (LOAD["with"] | load).items() if value is not None}
                self.write("experiment.yaml", {"versions": VERSIONS, "tasks": [{**LOAD, "with": options}, assess(*slos)]})
                finished = self.iter8("validate")
                self.assert_code(finished, 0)
                self.assertEqual(finished.err, "")

    def test_a_plugin_is_found_beside_the_experiment_and_never_run(self):
        plugin = self.write("iter8-task-shop", "#!/bin/sh\ntouch was-run\n")
        self.refused({"tasks": [{"task": "x-shop"}]}, r"2:9: error: iter8-task-shop beside the experiment is not executable; chmod \+x")
        plugin.chmod(0o755)
        finished = self.iter8("validate")
        self.assert_code(finished, 0)
        self.assertIn(f"task 1 (x-shop) runs {plugin}\n", finished.out)
        self.assertIn(str(plugin), self.iter8("run", "--dry-run").out)
        self.assertFalse((self.folder / "was-run").exists())

        installed = self.write("bin/iter8-task-shop", "#!/bin/sh\n")
        installed.chmod(0o755)
        for variable, path in (("ITER8_TASK_PATH", str(installed.parent)), ("PATH", f"{installed.parent}:{os.environ['PATH']}")):
            with self.subTest(variable):
                self.assertIn(f"runs {installed}\n", self.iter8("validate", environment={variable: path}).out)

    def test_a_plugin_beside_the_experiment_of_a_stranger_is_refused(self):
        self.write("iter8-task-shop", "#!/bin/sh\ntouch was-run\n").chmod(0o755)
        self.write("experiment.yaml", {"tasks": [{"task": "http", "with": {"url": "http://127.0.0.1:1"}}]})
        finished = self.iter8("ci", "--untrusted", "--set", "tasks[0].task=x-shop",
                              environment={"ITER8_ALLOW_HOSTS": "127.0.0.1:1"})
        self.assert_code(finished, 2)
        self.assert_says(finished, "found no executable iter8-task-shop in ITER8_TASK_PATH or PATH")
        self.assertFalse((self.folder / "was-run").exists())


class Shape(Case):

    def test_a_file_of_another_kind_is_one_error_without_its_text(self):
        for text in ("root:x:0:0:hunter2:/root:/bin/sh\nguest:x:1:1:hunter2:/:/bin/sh\n", "user: hunter2\npassword: hunter2\n",
                     "ERROR: hunter2\nERROR: hunter2\n", "- hunter2:x\n- hunter2:y\n", "<html hunter2: x>\n", '{"hunter2": "hunter2"}'):
            with self.subTest(text):
                self.write("experiment.yaml", text)
                finished = self.iter8("validate")
                self.assert_refused(finished, "this is not an experiment")
                self.assertNotIn("hunter2", finished.text)
                self.assertEqual(finished.err.count("\n"), 1)

    def test_limits_that_every_version_meets(self):
        def judged(limit, metric="http/latency-p99", **more):
            return {"versions": [{"name": "a", "url": "http://127.0.0.1:1"}], "tasks": [
                {"task": "http", "with": {"numRequests": 1000, "qps": 500}},
                {"task": "assess", "with": {"slos": [{"metric": metric, "upper": limit}], **more}}]}
        self.write("experiment.yaml", judged("+10%"))
        self.assert_refused(self.iter8("validate"), r"\+10% is a change of the baseline, and there is only one version")
        self.write("experiment.yaml", judged(1, "http/error-rate"))
        finished = self.iter8("validate")
        self.assert_code(finished, 0)
        self.assert_says(finished, r"warning: an error rate of 1 is every request.*for percent write 1%")

    def test_misplaced_options_and_items(self):
        self.write("experiment.yaml", "tasks:\n- task: http\n  numRequests: 400\n  with: {url: 'http://127.0.0.1:1'}\n"
                   "- task: assess\n  if: Metric('http/error-rate') > 50%\n  with:\n    slos: {metric: http/latency-p99, upper: 500ms}\n")
        finished = self.iter8("validate")
        self.assert_refused(finished, "3:3: error: 'numRequests' is an option of the task: expected it below 'with'")
        self.assert_refused(finished, "expected a list of objectives, each with a '-' in front of its metric")
        self.assert_refused(finished, "behind '%', which is the remainder of a division; a share of 50 percent is 0.5")

    def test_an_empty_list_of_tasks(self):
        self.write("experiment.yaml", "tasks: []\n")
        self.assert_refused(self.iter8("validate"), "expected a list of at least one task, found an empty list")

    def test_anchors_have_a_place(self):
        self.write("experiment.yaml", "x-load: &load {url: 'http://127.0.0.1:1', numRequests: 60}\nx-notes: {a: 1}\n"
                                      "tasks: [{task: http, with: {<<: *load, qps: 9}}]\n")
        finished = self.iter8("validate")
        self.assert_code(finished, 0)
        self.assertEqual(finished.err, "")

    def test_defaults_within_defaults(self):
        self.write("experiment.yaml", "versions: [{name: a, url: 'http://127.0.0.1:1', tag: '${TAG:-${SHA:-v1.5}}'}]\n"
                                      "tasks: [{task: http, with: {url: 'http://127.0.0.1:1/{{ .version.tag }}'}}]\n")
        for environment, tag in (({}, "v1.5"), ({"SHA": "abc"}, "abc"), ({"TAG": "t", "SHA": "abc"}, "t")):
            self.assertIn(f"http://127.0.0.1:1/{tag}:", self.iter8("run", "--dry-run", environment=environment).out)
        deep = "x"
        for depth in range(20):
            deep = f"${{A{depth}:-{deep}}}"
        self.write("experiment.yaml", {"tasks": [{"task": "http", "with": {"url": "http://127.0.0.1:1/" + deep}}]})
        self.assert_refused(self.iter8("validate"), "too many defaults within each other")


class Document(Case):

    def document(self, *arguments, code=0):
        finished = self.iter8("validate", "-o", "json", *arguments)
        self.assert_code(finished, code)
        self.assertEqual(finished.err, "")
        document = json.loads(finished.out)
        jsonschema.validate(document, DOCUMENT)
        self.assertEqual(document["valid"], code == 0)
        return document

    def test_a_valid_file_has_counts_and_its_warnings(self):
        self.write("experiment.yaml", {"versions": VERSIONS, "tasks": [LOAD, assess({"metric": "http/error-rate", "upper": "1%"})]})
        document = self.document()
        self.assertEqual([document[key] for key in ("file", "versions", "tasks", "objectives", "programs")],
                         ["experiment.yaml", 2, 2, 1, []])
        [warning] = document["problems"]
        self.assertEqual((warning["severity"], warning["key"]), ("warning", "tasks[1].with.slos[0].metric"))
        self.assertIn("it takes 299", warning["message"])

    def test_every_problem_has_its_place_and_key(self):
        self.write("experiment.yaml", "tasks:\n- task: http\n  with: {qsp: 1, url: 'http://127.0.0.1:1'}\n- run: [1]\n  if: 'SLOs('\n")
        problems = self.document(code=2)["problems"]
        self.assertEqual([(p["line"], p["column"], p["severity"], p["key"]) for p in problems],
                         [(3, 10, "error", "tasks[0].with.qsp"), (4, 8, "error", "tasks[1].run"), (5, 13, "error", "tasks[1].if")])

    def test_files_that_cannot_be_read(self):
        self.assertEqual(self.document("absent.yaml", code=2)["problems"][0]["line"], 0)
        self.write("experiment.yaml", "tasks: [")
        [problem] = self.document(code=2)["problems"]
        self.assertEqual(problem["key"], "")

    def test_secrets_and_control_characters_stay_out_of_it(self):
        self.write("experiment.yaml", "tasks: [{task: http, with: {url: 'http://127.0.0.1:1', auth: {bearer: '${TOKEN}'}, qps: '${TOKEN}'}}]")
        finished = self.iter8("validate", "-o", "json", environment={"TOKEN": "hunter2hunter2"})
        self.assert_code(finished, 2)
        self.assertNotIn("hunter2", finished.out)

    def test_another_format_is_refused(self):
        self.assert_code(self.iter8("validate", "-o", "xml"), 2)


if __name__ == "__main__":
    unittest.main()
