"""jq programs and documents that make libjq 1.6 abort, hang, or take memory without end: the task fails, finally runs, and nothing of
the environment is seen."""

import json
import os
import signal
import unittest
from pathlib import Path

from harness.case import Case
from harness.program import SANITIZED, ended_within
from harness.servers import Server, answering, response

TOKEN = "ghs_SECRETSECRET1234"
DOCUMENT = {"v": 1, "s": "a" * 44 + "!", "escape": "\x1b[31mRED\u202e\n::error::pwn", "huge": 1e18}
TWICE = "(reduce range(40) as $i ([1]; [., .]))"

# What is refused when the file is loaded, and how.
REFUSED = {
    'import "x" as $x; $x': "line 1, column 1: 'import' reads other files", 'include "x"; pwn': "'include' reads other files",
    "$ENV.GITHUB_TOKEN": r"'\$ENV' reads the environment", "env|keys|length": "'env' reads the environment",
    ".v | $ENV | stderr | 1": r"line 1, column 6: '\$ENV' reads the environment", "input": "'input' asks for more documents",
    "inputs": "'inputs' asks", "input_filename": "'input_filename' asks", "input_line_number": "'input_line_number' asks",
    ".escape | stderr | 1": "line 1, column 11: 'stderr' writes to a terminal", ".v | debug": "'debug' writes to a terminal",
    "halt": "'halt' ends the whole program", ".v | halt_error": "'halt_error' ends", "$__prog_args | 1": r"'\$__prog_args' reads",
    "get_search_list | length": "'get_search_list' reads", "modulemeta": "'modulemeta' reads", "(" * 20000 + "." + ")" * 20000: "jq: ",
    "[" * 20000 + "." + "]" * 20000: "jq: ", ".a[": "jq: syntax error"}

# What ends in an error of the task, whatever libjq does, and how.
NEEDS_MEMORY = {
    "reduce range(40) as $i (\"x\"; . + .) | length": "crashed|no end", "[range(100000000)] | length": "crashed|no end"}
FAILING = {
    ".huge | todate | length": "crashed|error", '.huge | strftime("%Y") | length': "crashed|jq", "[] | .[1e9] = 1 | length": "crashed",
    "[] | .[2147483647] = 1 | length": "crashed|jq", "[] | .[-1] = 1 | length": "jq: Out of bounds",
    "reduce range(300000) as $i (1; [.]) | tojson | length": "crashed|no end", "reduce range(9000) as $i (1; [.])": "too many levels",
    "error(\"a\\u001b[31m\")": r"jq: a\\x1b\[31m", "range(100000000)": "more than 10000 outputs", ".s * 1e9 | length": "crashed|jq"}

# What has no end: the timeout of the task does.
ENDLESS = ["def f: f; f", "last(repeat(1))", "reduce range(1e15) as $i (0; . + 1)", f"{TWICE} | tojson | length", TWICE,
           f"{TWICE} == {TWICE} | if . then 1 else 0 end"]

# What looks dangerous, is not, and gives a number.
FINE = ["[paths] | length", "nan | tojson | length", "{env: 1, input: 2} | .env + .input", ". as $input | $input.v", "getpath([\"v\"])",
        "builtins | length", '[limit(1000; repeat("a"))] | add | gsub("a"; "bb") | length', "now | floor", "[splits(\"\")?] | length"]


class HostileJq(Case):

    def setUp(self):
        super().setUp()
        server = Server(answering(response(json.dumps(DOCUMENT).encode(), headers=["Content-Type: application/json"])))
        self.addCleanup(server.stop)
        self.url = server.url()

    def experiment(self, program, **step):
        return {"tasks": [{"task": "metrics", **step, "with": {
            "provider": "rest", "prefix": "shop", "url": self.url, "metrics": [{"name": "x", "path": "/", "jq": program}]}}],
            "finally": [{"run": "touch cleaned"}]}

    def evaluate(self, program, code, pattern, **step):
        with self.subTest(program[:80]):
            (self.folder / "cleaned").unlink(missing_ok=True)
            finished = self.run_experiment(self.experiment(program, **step), within=60, environment={"GITHUB_TOKEN": TOKEN})
            self.assert_code(finished, code)
            self.assert_says(finished, pattern)
            self.assertNotIn(TOKEN, finished.text)
            self.assertNotIn("\x1b[31m", finished.text)
            self.assertNotRegex(finished.text, "(?m)^::error::pwn")
            self.assertEqual((self.folder / "cleaned").exists(), code != 2, finished.story())
            if not SANITIZED:
                self.assertLess(finished.peak_mebibytes, 600, finished.story())

    def test_what_reads_or_writes_the_outside_is_refused_before_anything_runs(self):
        for program, pattern in REFUSED.items():
            self.evaluate(program, 2, pattern)

    def test_validate_survives_it_as_well(self):
        for program in ('import "a" as a; .v', "[" * 20000):
            self.write("experiment.yaml", self.experiment(program))
            self.assert_refused(self.iter8("validate"), "jq: ")

    def test_what_libjq_does_not_survive_is_an_error_of_the_task(self):
        # The limit of memory counts what is mapped, and a sanitizer maps everything beforehand.
        for program, pattern in (FAILING if SANITIZED else FAILING | NEEDS_MEMORY).items():
            self.evaluate(program, 1, pattern, timeout="10s")

    def test_what_has_no_end_ends_with_the_timeout_of_the_task(self):
        for program in ENDLESS:
            self.evaluate(program, 1, "timed out after 1s|crashed", timeout="1s")

    def test_what_only_looks_dangerous_works(self):
        for program in FINE:
            self.evaluate(program, 0, "2 of 2 tasks completed")

    def test_a_crash_of_one_query_leaves_the_others_alone(self):
        metrics = [{"name": f"m{number}", "path": "/", "jq": program, "onNoData": "inconclusive"} for number, program in
                   enumerate([".v", ".huge | todate | length", ".v + 1", "[] | .[1e9] = 1 | length", ".v + 2"])]
        self.write("experiment.yaml", {"tasks": [{"task": "metrics", "continueOnError": True, "with": {
            "provider": "rest", "prefix": "shop", "url": self.url, "metrics": metrics}}]})
        finished = self.iter8("run")
        values = {name: data["values"] for name, data in self.result()["insights"]["metrics"].items() if data["values"] != [None]}
        self.assertEqual(values, {"shop/m0": [1], "shop/m2": [2], "shop/m4": [3]}, finished.story())

    def test_the_process_that_evaluates_has_no_environment_and_ends_with_the_run(self):
        self.write("experiment.yaml", self.experiment("def f: f; f"))
        running = self.start("run", environment={"GITHUB_TOKEN": TOKEN})
        evaluator = self.evaluator_of(running)
        self.assertEqual(Path(f"/proc/{evaluator}/environ").read_bytes() if os.geteuid() == 0 else b"", b"")
        self.assertEqual(os.getpgid(evaluator), evaluator)
        handle = os.pidfd_open(evaluator)
        running.send(signal.SIGTERM)
        running.finish()
        self.assertTrue(ended_within(handle, 5), "it outlived the run")
        os.close(handle)

    def test_it_ends_by_itself_when_everything_else_is_killed(self):
        self.write("experiment.yaml", self.experiment("def f: f; f"))
        running = self.start("run")
        handle = os.pidfd_open(self.evaluator_of(running))
        running.kill_all()
        self.assertTrue(ended_within(handle, 20), "it computes for nobody")
        os.close(handle)

    def evaluator_of(self, running):
        """The process that evaluates, once it does."""
        worker = running.worker
        while True:
            for thread in Path(f"/proc/{worker}/task").iterdir():
                for child in (thread / "children").read_text().split():
                    if b"serve-jq" in Path(f"/proc/{child}/cmdline").read_bytes():
                        return int(child)
            self.assertFalse(running.ends_within(0.01), "the run has ended")


if __name__ == "__main__":
    unittest.main(verbosity=2)
