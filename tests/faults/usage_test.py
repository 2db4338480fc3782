"""Wrong usage: exit code 2, what was wrong, and the nearest valid name."""

import os
import socket
import subprocess
import unittest

from harness.case import Case
from harness.program import binary

SCRIPT = "tasks:\n- run: 'true'\n"
COMMANDS = ("run", "assert", "report", "gen", "validate", "init", "hub", "tasks", "schema", "demo", "version", "completion", "ci")


class UsageCase(Case):

    def assert_misuse(self, *arguments, says=""):
        finished = self.iter8(*arguments)
        self.assert_code(finished, 2)
        self.assertEqual(finished.out, "", finished.story())
        self.assertNotEqual(finished.err, "", "exit code 2 without a word")
        self.assert_says(finished, says)
        return finished

    def finished_run(self, content=SCRIPT):
        self.assert_code(self.run_experiment(content), 0)


class Commands(UsageCase):

    def test_an_unknown_command_gets_a_suggestion(self):
        self.assert_misuse("rnu", says="run")
        self.assert_misuse("validat", says="validate")
        self.assert_misuse("asert", says="assert")

    def test_an_unknown_flag_gets_a_suggestion(self):
        self.write("experiment.yaml", SCRIPT)
        self.assert_misuse("run", "--drry-run", says="--dry-run")
        self.assert_misuse("report", "--ouput", "json", says="--output|-o")
        self.assert_misuse("assert", "--conditon", "slos", says="--condition")
        self.assert_misuse("--nonsense")
        self.assert_misuse("run", "-Z")
        self.assertFalse((self.folder / "result.yaml").exists())

    def test_a_flag_without_its_value(self):
        for arguments in (("report", "-o"), ("assert", "-c"), ("run", "--set"), ("run", "--report"), ("run", "--log-level")):
            with self.subTest(arguments):
                self.assert_misuse(*arguments)

    def test_surplus_arguments(self):
        self.write("experiment.yaml", SCRIPT)
        self.assert_misuse("run", "experiment.yaml", "second.yaml")
        self.assert_misuse("version", "surplus")

    def test_no_command_at_all_shows_the_commands(self):
        finished = self.iter8()
        self.assertIn(finished.code, (0, 2))
        self.assert_says(finished, "validate|--help")

    def test_every_command_explains_itself_without_doing_anything(self):
        for command in COMMANDS:
            with self.subTest(command):
                finished = self.iter8(command, "--help")
                self.assert_code(finished, 0)
                self.assertIn(command if command not in ("gen", "hub") else "", finished.out)
        self.assertEqual(list(self.folder.iterdir()), [])

    def test_very_long_and_strange_arguments_are_refused(self):
        for argument in ("x" * 100_000, "\x1b[2J", "--" + "y" * 10_000, "-", "--", "\udcff", "%s%n%s"):
            with self.subTest(argument[:20]):
                finished = self.iter8(argument)
                self.assertIn(finished.code, (0, 2), finished.story())
                self.assertNotIn("\x1b", finished.text)
                self.assertLess(len(finished.text), 20_000)


class ReportAndAssert(UsageCase):

    def test_report_and_assert_without_a_result_say_what_to_do(self):
        self.assert_misuse("report", says="iter8 run")
        self.assert_misuse("gen", says="iter8 run")
        self.assert_misuse("assert", "-c", "completed", says="iter8 run")

    def test_an_unknown_format_gets_a_suggestion(self):
        self.finished_run()
        self.assert_misuse("report", "-o", "jsn", says="json")
        self.assert_misuse("report", "-o", "", says="text")
        self.assert_misuse("run", "--report", "jsn=out.json", says="json")

    def test_an_unknown_condition_gets_a_suggestion(self):
        self.finished_run()
        self.assert_misuse("assert", "-c", "complete", says="completed")
        self.assert_misuse("assert", "-c", "slo", says="slos")
        self.assert_misuse("assert", "-c", "")
        self.assert_misuse("assert", "-c", "completed=1")

    def test_asserting_nothing_is_no_success(self):
        self.finished_run()
        self.assertNotEqual(self.iter8("assert").code, 0)

    def test_a_condition_on_an_unknown_version_is_misuse(self):
        self.finished_run()
        self.assert_misuse("assert", "-c", "slosby=nobody", says="nobody")
        self.assert_misuse("assert", "-c", "slosby=7", says="7")
        self.assert_misuse("assert", "-c", "slosby=")
        self.assert_misuse("assert", "-c", "winner=nobody", says="nobody")

    def test_wrong_timeouts(self):
        self.finished_run()
        for timeout in ("soon", "-1s", "5", "1e400s", ""):
            with self.subTest(timeout):
                self.assert_misuse("assert", "-c", "completed", "-t", timeout)

    def test_an_assertion_that_stays_false_ends_with_its_timeout(self):
        self.write("experiment.yaml", "tasks:\n- run: exit 1\n")
        self.assert_code(self.iter8("run"), 1)
        finished = self.iter8("assert", "-c", "completed", "-t", "200ms")
        self.assert_code(finished, 1)

    def test_waiting_for_a_result_that_never_comes_ends_with_the_timeout(self):
        finished = self.iter8("assert", "-c", "completed", "-t", "200ms")
        self.assertIn(finished.code, (1, 2), finished.story())


class RunOptions(UsageCase):

    def test_wrong_overrides_are_refused(self):
        self.write("experiment.yaml", SCRIPT)
        for override in ("", "=", "name", "=x", "tasks[=x", "tasks[x]=1", "tasks[-1].name=x", "tasks[99].name=x", "a..b=1",
                         "nonsense=1", "tasks[99999999999999999999]=1", "name.x=1"):
            with self.subTest(override):
                self.assert_misuse("run", "--set", override)
        self.assertFalse((self.folder / "result.yaml").exists())

    def test_an_unknown_log_level_gets_a_suggestion(self):
        self.write("experiment.yaml", SCRIPT)
        self.assert_misuse("run", "--log-level", "debugg", says="debug")

    def test_a_report_that_cannot_be_written_is_no_success(self):
        self.write("experiment.yaml", SCRIPT)
        finished = self.iter8("run", "--report", "json=no/such/folder/out.json")
        self.assertIn(finished.code, (1, 2), finished.story())
        self.assert_says(finished, "no/such/folder/out.json")

    def test_an_unknown_example_gets_a_suggestion(self):
        self.assert_misuse("init", "load-tst", says="load-test")
        self.assert_misuse("hub", "-e", "load-tst", says="load-test")

    def test_an_example_never_overwrites_what_is_there(self):
        self.write("load-test/experiment.yaml", "mine")
        finished = self.iter8("hub", "-e", "load-test")
        self.assertIn(finished.code, (1, 2), finished.story())
        self.assertEqual((self.folder / "load-test/experiment.yaml").read_text(), "mine")

    def test_an_example_name_cannot_leave_the_folder(self):
        self.assert_misuse("init", "../load-test")

    def test_an_unknown_shell_and_task_get_suggestions(self):
        self.assert_misuse("completion", "bsh", says="bash")
        self.assert_misuse("tasks", "htp", says="http")


class Demo(UsageCase):

    def test_wrong_options_of_the_demo(self):
        for version in ("", "name", "name=", "name=a,latency=fast", "name=a,errors=2", "name=a,errors=-1", "name=a,nonsense=1",
                        "name=a,latency=-1s", "latency=1s,latency=2s", "name=a,conversion=x"):
            with self.subTest(version):
                self.assert_misuse("demo", "--port", "0", "--duration", "1ms", "--version", version)
        for arguments in (("--port", "99999"), ("--port", "x"), ("--versions", "0"), ("--versions", "-1"), ("--duration", "soon"),
                          ("--host", "no such host"), ("--seed", "-x")):
            with self.subTest(arguments):
                finished = self.iter8("demo", "--duration", "1ms", *arguments)
                self.assertIn(finished.code, (1, 2), finished.story())

    def test_a_port_in_use_is_an_error(self):
        with socket.create_server(("127.0.0.1", 0)) as taken:
            finished = self.iter8("demo", "--port", str(taken.getsockname()[1]), "--duration", "1ms")
        self.assertIn(finished.code, (1, 2), finished.story())
        self.assert_says(finished, "in use")


class Environments(UsageCase):

    def test_an_empty_environment_is_enough(self):
        self.write("experiment.yaml", SCRIPT)
        done = subprocess.run([binary(), "run"], cwd=self.folder, env={}, capture_output=True, text=True, timeout=60)
        self.assertEqual(done.returncode, 0, done.stderr)

    def test_strange_variables_change_nothing(self):
        strange = {"TERM": "\x1b[2J", "COLUMNS": "-1", "LANG": "xx_YY.nonsense", "TZ": "Nowhere/Land", "CI": "maybe",
                   "HOME": "/no/such/home", "TMPDIR": "/no/such/folder", "PATH": os.environ["PATH"] + "::/no/such"}
        self.write("experiment.yaml", SCRIPT)
        self.assert_code(self.iter8("run", environment=strange), 0)


class StandardStreams(UsageCase):

    def test_a_full_standard_output_is_no_success(self):
        self.finished_run()
        with open("/dev/full", "wb") as full:
            for arguments in (("report",), ("report", "-o", "json"), ("schema",), ("version",), ("tasks",)):
                with self.subTest(arguments):
                    finished = self.start(*arguments, stdout=full).finish()
                    self.assert_sound(finished)
                    self.assertNotEqual(finished.code, 0, finished.story())

    def test_a_reader_that_goes_away_is_no_crash(self):
        self.finished_run()
        reading, writing = os.pipe()
        os.close(reading)
        with open(writing, "wb") as closed:
            for arguments in (("report",), ("schema",), ("run",)):
                finished = self.start(*arguments, stdout=closed, stderr=subprocess.DEVNULL).finish()
                self.assertIn(finished.code, (0, 1, -13), finished.story())

    def test_closed_standard_streams_never_end_up_in_a_file(self):
        self.write("experiment.yaml", "tasks:\n- run: echo text of the script; echo more >&2\n")
        finished = self.start("run", preexec_fn=lambda: os.closerange(0, 3)).finish()
        self.assert_sound(finished)
        self.assertIs(self.result()["failure"], False)


if __name__ == "__main__":
    unittest.main(verbosity=2)
