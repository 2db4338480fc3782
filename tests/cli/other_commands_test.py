"""The commands that only print: validate, tasks, schema, completion, version, help."""

import json
import shutil
import subprocess
import unittest

from harness.case import Case
from harness.program import PATIENCE, SANITIZED

COMMANDS = ["run", "load", "assert", "report", "ci", "validate", "init", "tasks", "schema", "demo", "completion", "man", "version"]


class Speed(Case):

    def fastest(self, *arguments):
        return min(self.iter8(*arguments).wall_seconds for _ in range(20))

    @unittest.skipIf(SANITIZED, "sanitizers take their time")
    def test_version_and_validate_answer_in_20_milliseconds(self):
        self.write("experiment.yaml", {"tasks": [{"task": "http", "with": {"url": "https://localhost:1/"}},
                                                 {"task": "assess", "with": {"slos": [
                                                     {"metric": "http/error-rate", "upper": 0}]}}]})
        for arguments in (("version",), ("validate",)):
            with self.subTest(arguments):
                self.assertLess(self.fastest(*arguments), 0.020 * PATIENCE)


class Lookups(Case):

    def test_version(self):
        short = self.iter8("version", "--short").out
        self.assertRegex(short, r"\A\d+\.\d+\.\d+\n\Z")
        self.assertEqual(self.iter8("version").out, "iter8 " + short)
        self.assertEqual(self.iter8("--version").out, "iter8 " + short)

    def test_help_lists_every_command(self):
        text = self.iter8("--help").out
        for command in COMMANDS:
            self.assertRegex(text, rf"(?m)^  {command}\b")
        self.assertEqual(self.iter8("help", "run").out, self.iter8("run", "--help").out)

    def test_validate_counts_what_the_file_holds(self):
        self.write("experiment.yaml", {
            "versions": ["stable", "candidate"],
            "tasks": [{"task": "http", "with": {"url": "http://localhost:1/"}},
                      {"task": "assess", "with": {"slos": [{"metric": "http/error-rate", "upper": 0}]}}],
            "finally": [{"run": "true"}]})
        finished = self.iter8("validate")
        self.assert_code(finished, 0)
        self.assertEqual(finished.out, "experiment.yaml: valid: 2 versions, 3 tasks, 1 objective\n")

    def test_tasks_lists_all_and_explains_one(self):
        listed = self.iter8("tasks").out
        for name in ("http", "assess", "run:", "x-NAME"):
            self.assertRegex(listed, rf"(?m)^{name} ")
        explained = self.iter8("tasks", "collect-fortio-metrics").out
        self.assertRegex(explained, r"\Ahttp: ")
        self.assertRegex(explained, r"(?m)^  qps  \(number, default 8\)$")

    def test_an_example_is_written_and_valid(self):
        finished = self.iter8("init", "slo-two-versions", "-d", "here")
        self.assert_code(finished, 0)
        self.assertIn("wrote here/experiment.yaml\n", finished.out)
        self.assert_code(self.iter8("validate", cwd=self.folder / "here"), 0)


class Schema(Case):

    def references(self, node):
        if isinstance(node, dict):
            yield from [node["$ref"]] if "$ref" in node else []
            node = list(node.values())
        if isinstance(node, list):
            for part in node:
                yield from self.references(part)

    def test_the_schema_is_json_and_whole(self):
        schema = json.loads(self.iter8("schema").out)
        self.assertEqual(schema["$schema"], "https://json-schema.org/draft/2020-12/schema")
        for reference in self.references(schema):
            self.assertIn(reference.removeprefix("#/$defs/"), schema["$defs"])

    def test_the_schema_knows_the_tasks_and_their_options(self):
        step = json.loads(self.iter8("schema").out)["$defs"]["step"]
        names = step["properties"]["task"]["anyOf"][0]["enum"]
        self.assertLessEqual({"http", "assess", "collect-fortio-metrics", "assess-versions"}, set(names))
        http = next(rule["then"]["properties"]["with"] for rule in step["allOf"]
                    if "http" in rule["if"]["properties"]["task"]["enum"])
        self.assertIn("errorRanges", http["properties"])
        self.assertFalse(http["additionalProperties"])


class Completion(Case):

    def test_every_shell_that_is_here_takes_its_script(self):
        for shell in ("bash", "zsh", "fish"):
            with self.subTest(shell):
                finished = self.iter8("completion", shell)
                self.assert_code(finished, 0)
                for command in COMMANDS:
                    self.assertIn(command, finished.out)
                if shutil.which(shell):
                    self.write("script", finished.out)
                    subprocess.run([shell, "-n", str(self.folder / "script")], check=True, timeout=20)

    def test_bash_completes_commands_and_flags(self):
        self.write("script", self.iter8("completion", "bash").out)
        words = {"va": (["iter8", "va"], "validate"), "--re": (["iter8", "run", "--re"], "--resume")}
        for typed, (line, expected) in words.items():
            done = subprocess.run(
                ["bash", "-c", 'source ./script; COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1)); _iter8; echo "${COMPREPLY[@]}"',
                 "bash", *line], cwd=self.folder, capture_output=True, text=True, timeout=20, check=True)
            with self.subTest(typed):
                self.assertIn(expected, done.stdout.split())


if __name__ == "__main__":
    unittest.main()
