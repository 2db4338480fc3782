"""`iter8 run` as users see it: what it prints where, its flags, and its exit codes."""

import json
import os
import pty
import select
import unittest

from harness.case import Case
from harness.servers import well_behaved

SCRIPTS = {"name": "scripts", "tasks": [{"run": "true", "name": "first"}, {"run": "true"}]}


def missed_objective(url):
    return {"tasks": [{"task": "http", "with": {"url": url, "numRequests": 2, "qps": 100, "connections": 1}},
                      {"task": "assess", "with": {"slos": [{"metric": "http/request-count", "upper": 1}]}}]}


class Output(Case):

    def test_a_report_on_standard_output_stands_alone_there(self):
        finished = self.run_experiment(SCRIPTS, "-r", "json=-")
        self.assertEqual(json.loads(finished.out)["verdict"], "skipped")
        self.assertIn("skipped: nothing was judged; 2 of 2 tasks completed", finished.err)
        self.assertEqual(self.iter8("run", "--quiet").out, "")

    def test_what_a_script_prints_is_in_the_log_and_a_secret_in_two_pieces_is_masked(self):
        script = 'echo first; printf %s "${TOKEN:0:9}"; sleep 0.2; echo "${TOKEN:9}"; echo last >&2'
        finished = self.run_experiment({"tasks": [{"run": script}]}, environment={"TOKEN": "s3cr3t-of-many-letters"})
        lines = finished.err.splitlines()
        for line in ("first", "***", "last"):
            self.assertIn(line, lines)
        self.assertNotIn("s3cr3t", finished.text)
        self.assertNotIn("letters", finished.text)

    def test_the_result_goes_to_standard_output_and_the_log_to_standard_error(self):
        finished = self.run_experiment(SCRIPTS)
        self.assert_code(finished, 0)
        self.assertRegex(finished.out, r"\A– skipped: nothing was judged; 2 of 2 tasks completed\n\n  details: iter8 report; page: .*\n\Z")
        self.assertRegex(finished.err, r"task 1/2 run \(first\): started\n")
        self.assertRegex(finished.err, r"task 2/2 run: completed in \d+\.\d s")
        self.assertNotIn("\x1b", finished.text)

    def test_quiet_says_nothing_when_all_is_well(self):
        finished = self.run_experiment(SCRIPTS, "--quiet")
        self.assert_code(finished, 0)
        self.assertEqual(finished.text, "")

    def test_quiet_still_says_what_failed(self):
        finished = self.run_experiment({"tasks": [{"run": "echo broken; exit 3"}]}, "-q")
        self.assert_code(finished, 1)
        self.assertIn("broken", finished.err)

    def test_the_log_level_comes_from_the_flag_or_the_environment(self):
        self.assertIn("started", self.run_experiment(SCRIPTS).err)
        self.assertNotIn("started", self.run_experiment(SCRIPTS, "--log-level", "warning").err)
        self.assertNotIn("started", self.run_experiment(SCRIPTS, environment={"LOG_LEVEL": "error"}).err)
        self.assertIn("started", self.run_experiment(SCRIPTS, "-l", "info", environment={"LOG_LEVEL": "error"}).err)

    def test_reports_are_written_at_the_end(self):
        finished = self.run_experiment(SCRIPTS, "--report", "json=r.json", "--report", "markdown=-")
        self.assert_code(finished, 0)
        self.assertEqual((self.folder / "r.json").read_text(), self.iter8("report", "-o", "json").out)
        self.assertIn("# ", finished.out)

    def test_the_result_can_go_elsewhere(self):
        self.assert_code(self.run_experiment(SCRIPTS, "--result", "other.yaml"), 0)
        self.assertFalse((self.folder / "result.yaml").exists())
        self.assert_code(self.iter8("report", "--result", "other.yaml"), 0)
        self.assert_code(self.iter8("assert", "-c", "completed", "--result", "other.yaml"), 0)

    def test_the_older_run_directory_holds_file_and_result(self):
        self.write("sub/experiment.yaml", SCRIPTS)
        self.assert_code(self.iter8("run", "--runDir", "sub"), 0)
        self.assertTrue((self.folder / "sub/result.yaml").exists())
        self.assert_code(self.iter8("assert", "--runDir", "sub", "-c", "completed"), 0)
        self.assert_code(self.iter8("report", "--runDir", "sub"), 0)


class Terminal(Case):

    def on_terminal(self, experiment, environment=None):
        """Everything the run writes to a terminal of 60 columns."""
        self.write("experiment.yaml", experiment)
        master, slave = pty.openpty()
        os.set_blocking(master, False)
        self.addCleanup(os.close, master)
        running = self.start("run", environment={"TERM": "xterm", **(environment or {})}, stdout=slave, stderr=slave)
        os.close(slave)
        written = b""
        while not running.ends_within(0) or select.select([master], [], [], 0)[0]:
            if select.select([master], [], [], 0.05)[0]:
                try:
                    written += os.read(master, 65536)
                except OSError:
                    break
        self.assertEqual(running.finish().code, 0)
        return written.decode()

    def test_a_terminal_gets_one_live_line_that_is_gone_at_the_end(self):
        written = self.on_terminal({"tasks": [{"run": "sleep 0.5", "name": "wait"}]})
        self.assertRegex(written, r"task 1/1 run \(wait\)  00:00\r\x1b\[J")
        self.assertNotIn("started", written)
        self.assertRegex(written, r"\r\x1b\[Jtask 1/1 run \(wait\): completed")

    def test_a_live_line_shows_the_numbers_of_the_load(self):
        with well_behaved() as server:
            written = self.on_terminal(
                {"tasks": [{"task": "http", "with": {"url": server.url(), "qps": 20, "duration": "1s"}}]})
        self.assertRegex(written, r"task 1/1 http  00:0\d, 00:0\d left  \d+ requests  \d+\.\d/s  p95 \d+\.\d ms  0 errors")

    def test_ci_and_dumb_terminals_get_plain_lines(self):
        for environment in ({"CI": "true"}, {"TERM": "dumb"}):
            with self.subTest(environment):
                written = self.on_terminal(SCRIPTS, environment)
                self.assertNotIn("\x1b[J", written)
                self.assertIn("task 1/2 run (first): started", written)

    def test_no_color_is_respected(self):
        failing = {"tasks": [{"run": "exit 1", "continueOnError": True}]}
        self.assertIn("\x1b[31m", self.on_terminal(failing))
        self.assertNotIn("\x1b[31m", self.on_terminal(failing, {"NO_COLOR": "1"}))


class Sections(Case):

    def notes(self):
        return (self.folder / "notes").read_text().split()

    @staticmethod
    def note(word, **more):
        return {"run": f"echo {word} >> notes", **more}

    def test_sections_loop_and_conditions(self):
        self.assert_code(self.run_experiment({
            "setup": [self.note("before")],
            "loop": {"iterations": 5, "until": "Result.NumLoops == 2"},
            "tasks": [self.note("one"), self.note("never", **{"if": "Result.Failure"})],
            "finally": [self.note("last", **{"if": "NoFailure()"}), self.note("alarm", **{"if": "not NoFailure()"})],
        }), 0)
        self.assertEqual(self.notes(), ["before", "one", "one", "last"])
        self.assertEqual([entry["status"] for entry in self.result()["tasks"]],
                         ["completed", "completed", "skipped", "completed", "skipped", "completed", "skipped"])

    def test_retries_and_continue_on_error(self):
        finished = self.run_experiment({"tasks": [
            {"run": "echo try >> notes; [ $(wc -l < notes) -ge 3 ]", "retries": 5},
            {"run": "exit 9", "continueOnError": True}, self.note("after")]})
        self.assert_code(finished, 0)
        self.assertEqual(self.notes(), ["try", "try", "try", "after"])
        self.assertIn("attempt 2 of 6 failed", finished.err)
        self.assert_code(self.iter8("assert", "-c", "completed,nofailure"), 0)

    def test_a_failed_run_can_be_gone_on_with(self):
        experiment = {"tasks": [self.note("one"), {"run": "test -e fixed"}, self.note("two")]}
        self.assert_code(self.run_experiment(experiment), 1)
        self.write("fixed", "")
        self.assert_code(self.iter8("run", "--resume"), 0)
        self.assertEqual(self.notes(), ["one", "two"])
        finished = self.iter8("run", "--resume")
        self.assert_code(finished, 0)
        self.assertIn("nothing to resume", finished.err)
        self.assertEqual(self.notes(), ["one", "two"])


class Gate(Case):

    def test_an_objective_that_is_missed_fails_the_run_unless_somebody_asserts_later(self):
        with well_behaved() as server:
            finished = self.run_experiment(missed_objective(server.url()))
            self.assert_code(finished, 1)
            self.assertIn("gate: verdict: no (fail: http/request-count: ", finished.err)
            self.assert_code(self.iter8("run", "--gate"), 1)
            self.assert_code(self.iter8("run", "--no-gate"), 0)
        self.assert_code(self.iter8("assert", "-c", "verdict"), 1)

    def test_an_older_spelling_exits_with_0_unless_it_is_gated(self):
        experiment = missed_objective("")
        for limits in ([{"metric": "http/request-count", "upperLimit": 1}],
                       {"upper": [{"metric": "http/request-count", "limit": 1}]}):
            with self.subTest(limits), well_behaved() as server:
                experiment["tasks"][0]["with"]["url"] = server.url()
                experiment["tasks"][1]["with"] = {"SLOs": limits}
                finished = self.run_experiment(experiment)
                self.assert_code(finished, 0)
                self.assertRegex(finished.out, r"\A✗ fail")
                finished = self.iter8("run", "--gate")
                self.assert_code(finished, 1)
                self.assertIn("gate: slos: no (http/request-count: ", finished.err)

    def test_an_objective_that_is_met_passes_with_and_without_a_gate(self):
        with well_behaved() as server:
            experiment = missed_objective(server.url())
            experiment["tasks"][1]["with"]["slos"][0]["upper"] = 2
            for options in ((), ("--gate",), ("--no-gate",)):
                self.assert_code(self.run_experiment(experiment, *options), 0)

    def test_a_run_in_which_nothing_was_judged_is_good_unless_a_verdict_is_asked_for(self):
        self.assert_code(self.run_experiment(SCRIPTS), 0)
        finished = self.run_experiment(SCRIPTS, "--gate")
        self.assert_code(finished, 3)
        self.assertIn("gate: verdict: no (nothing was judged)", finished.err)
        self.assert_code(self.run_experiment({"spec": SCRIPTS["tasks"]}, "--gate"), 0)

    def test_to_gate_and_not_to_gate_is_wrong_usage(self):
        self.assert_code(self.run_experiment(SCRIPTS, "--gate", "--no-gate"), 2)

    def test_a_failed_task_fails_the_run_even_without_a_gate(self):
        self.assert_code(self.run_experiment({"tasks": [{"run": "exit 1"}]}, "--no-gate"), 1)


class DryRun(Case):

    def test_the_plan_is_printed_and_nothing_is_sent_or_written(self):
        with well_behaved() as server:
            finished = self.run_experiment({
                "name": "plan", "versions": [{"name": "stable"}, {"name": "candidate"}],
                "loop": {"iterations": 3, "interval": "30s", "until": "WinnerFound()"},
                "tasks": [{"task": "http", "if": "NoFailure()", "timeout": "1m",
                           "with": {"url": server.url(), "headers": {"Authorization": "${API_TOKEN}"}}},
                          {"run": "touch made"}]}, "--dry-run", environment={"API_TOKEN": "secret-abcdef"})
            self.assertEqual(server.connections, 0)
        self.assert_code(finished, 0)
        self.assertRegex(finished.out, r"\Aexperiment plan: 2 versions \(stable, candidate\)\n"
                                       r"tasks, up to 3 times every 30s until WinnerFound\(\):\n"
                                       r"  1\. http  if NoFailure\(\)  within 1m\n")
        self.assertNotIn("secret-abcdef", finished.text)
        self.assertEqual(os.listdir(self.folder), ["experiment.yaml"])


class Overrides(Case):

    def test_set_changes_a_value_of_the_file(self):
        self.write("experiment.yaml", {"tasks": [{"run": "exit 1"}]})
        self.assert_code(self.iter8("run", "--set", "tasks[0].run=true", "--set", "name=changed"), 0)
        self.assertEqual(self.result()["experiment"]["name"], "changed")

    def test_lenient_forgives_unknown_keys_aloud(self):
        self.write("experiment.yaml", {"tasks": [{"run": "true", "nmae": "x"}]})
        self.assert_code(self.iter8("run"), 2)
        finished = self.iter8("run", "--lenient")
        self.assert_code(finished, 0)
        self.assertRegex(finished.err, r"experiment\.yaml:\d+:\d+: warning: unknown key 'nmae'")


if __name__ == "__main__":
    unittest.main()
