"""What people type in the first minutes: help, manual, completion, pipes, folders, slips of the fingers."""

import os
import re
import shutil
import subprocess
import unittest
from pathlib import Path

from harness.case import Case
from harness.program import PATIENCE, binary, clean_environment
from harness.servers import well_behaved

LOAD = {"tasks": [{"task": "http", "with": {"url": "http://127.0.0.1:1/"}},
                  {"task": "assess", "with": {"slos": [{"metric": "http/error-rate", "upper": "1%"}]}}]}
CODE_PATTERN = r"^  (iter8 [^\n]*|[^\n]*\biter8 [^\n]*)\n      \S"


class Words(Case):

    def test_an_unknown_word_before_a_command_is_refused(self):
        self.write("experiment.yaml", LOAD)
        for words, said in ((("bogus", "run"), "unknown command 'bogus'"), (("rnu",), "did you mean 'run'"),
                            (("rnu", "validate"), "did you mean 'run'"), (("--sed", "run"), "unknown flag '--sed'"),
                            (("help", "rnu"), "did you mean 'run'")):
            with self.subTest(words):
                finished = self.iter8(*words)
                self.assert_code(finished, 2)
                self.assertIn(said, finished.err)
        self.assertFalse((self.folder / "result.yaml").exists())

    def test_capital_v_is_the_version(self):
        self.assertEqual(self.iter8("-V").out, self.iter8("version").out)


class Help(Case):

    def commands(self):
        return re.findall(r"^  ([a-z-]+)(?:, [a-z]+)?  ", self.iter8("--help").out.partition("Subcommands:")[2], re.MULTILINE)

    def test_every_command_has_examples_with_options_that_it_has(self):
        for command in self.commands():
            with self.subTest(command):
                text = self.iter8(command, "--help").out
                options, _, examples = text.partition("Examples:\n")
                self.assertRegex(examples, rf"(?m)^  .*iter8 {command}\b")
                self.assertIn("Documentation: ", examples)
                for flag in re.findall(r"(?<=\s)-{1,2}[a-zA-Z][\w-]*", re.sub(r"(?m)^      .*$", "", examples.partition("Documentation")[0])):
                    if "| " not in examples or flag not in ("-l",):
                        self.assertRegex(options, rf"(?<![\w-]){flag}\b")

    def test_the_pages_that_help_names_exist(self):
        root = Path(__file__).resolve().parents[2]
        for command in self.commands():
            for page in re.findall(r"(?:docs/[\w./-]+|README\.md|CHANGELOG\.md)", self.iter8(command, "--help").out.rpartition("Documentation:")[2]):
                self.assertTrue((root / page).exists(), page)


class Manual(Case):

    def test_it_has_every_command_and_option(self):
        text = self.iter8("man").out.replace("\\-", "-")
        for command in re.findall(r"^  ([a-z-]+)(?:, [a-z]+)?  ", self.iter8("--help").out.partition("Subcommands:")[2], re.MULTILINE):
            self.assertIn(f'.SS "iter8 {command}', text)
        for option in ("--slo", "--against", "--resume", "--ready-file", "--pauses"):
            self.assertIn(option, text)

    def test_formatters_have_nothing_to_say(self):
        page = self.write("iter8.1", self.iter8("man").out)
        formatters = (["mandoc", "-Tlint", "-Werror", str(page)], ["groff", "-man", "-ww", "-Kutf8", "-Tutf8", "-z", str(page)],
                      ["man", "--warnings", "-l", str(page)])
        there = [formatter for formatter in formatters if shutil.which(formatter[0])]
        if not there:
            self.skipTest("neither mandoc, groff nor man is installed")
        for formatter in there:
            with self.subTest(formatter[0]):
                done = subprocess.run(formatter, capture_output=True, text=True, timeout=60, env={**os.environ, "MANWIDTH": "80", "LC_ALL": "C.UTF-8"}, check=False)
                self.assertEqual((done.returncode, done.stderr), (0, ""))


class ClosedPipes(Case):
    """A reader that has seen enough, as head."""

    def run_without_reader(self, *arguments, **options):
        reader, writer = os.pipe()
        os.close(reader)
        running = self.start(*arguments, stdout=writer, **options)
        os.close(writer)
        return running.finish()

    def test_every_command_that_prints_ends_quietly(self):
        self.write("experiment.yaml", LOAD)
        self.iter8("init")
        self.assert_code(self.iter8("run"), 1)
        for arguments, code in ((["schema"], 0), (["--help"], 0), (["run", "--help"], 0), (["version"], 0), (["-V"], 0),
                                (["tasks"], 0), (["tasks", "http"], 0), (["completion", "bash"], 0), (["man"], 0),
                                (["report"], 0), (["report", "-o", "html"], 0), (["validate"], 0),
                                (["assert", "-c", "nofailure"], 1), (["plan-samples", "--limit", "1%"], 0),
                                (["run", "--dry-run"], 0), (["init", "load-test", "-d", "other"], 0),
                                (["demo", "--port", "0", "--duration", "10ms"], 0),
                                (["run", "-r", "json=-", "--quiet"], 1)):
            with self.subTest(arguments):
                finished = self.run_without_reader(*arguments)
                self.assert_code(finished, code)
                self.assertNotIn("cannot write", finished.err)

    def test_a_full_disk_is_said(self):
        with open("/dev/full", "wb") as full:
            finished = self.start("schema", stdout=full).finish()
        self.assert_code(finished, 1)
        self.assertIn("cannot write to standard output", finished.err)


class Places(Case):
    """Files, folders and pipes as arguments."""

    def setUp(self):
        super().setUp()
        self.server = well_behaved()
        self.addCleanup(self.server.stop)
        self.experiment = {"tasks": [{"task": "http", "with": {"url": self.server.url(), "numRequests": 20, "qps": 200}},
                                     {"task": "assess", "with": {"slos": [{"metric": "http/latency-p50", "upper": "9s"}]}}]}

    def shell(self, line):
        return subprocess.run(["bash", "-c", line], cwd=self.folder, capture_output=True, text=True, timeout=60 * PATIENCE,
                              env={**clean_environment(self.folder), "ITER8": binary()}, check=False)

    def test_a_folder_is_run_and_has_the_result(self):
        self.write("tests/load/experiment.yaml", self.experiment)
        self.iter8("run", "tests/load", "--no-gate")
        self.assertTrue((self.folder / "tests/load/result.yaml").exists())
        self.assertFalse((self.folder / "result.yaml").exists())
        for place in ("tests/load", "tests/load/", "tests/load/result.yaml"):
            with self.subTest(place):
                self.assert_code(self.iter8("report", place), 0)
                self.assert_code(self.iter8("assert", place, "-c", "completed"), 0)
        for place in ("tests/load", "tests/load/experiment.yaml"):
            self.assert_code(self.iter8("validate", place), 0)

    def test_a_folder_without_a_file_is_refused(self):
        (self.folder / "empty").mkdir()
        self.assert_refused(self.iter8("run", "empty"), "without an experiment.yaml", file="empty", located=False)
        finished = self.iter8("report", "empty")
        self.assert_code(finished, 2)
        self.assertIn("empty/result.yaml", finished.err)

    def test_a_place_and_an_option_for_it_exclude_each_other(self):
        self.assert_code(self.iter8("report", "a.yaml", "--result", "b.yaml"), 2)

    def test_a_file_from_a_pipe(self):
        self.write("e.yaml", self.experiment)
        for line in ("cat e.yaml | $ITER8 run - --no-gate", "$ITER8 run - --no-gate <e.yaml", "cat e.yaml | $ITER8 run /dev/stdin --no-gate",
                     "$ITER8 run <(cat e.yaml) --no-gate", "cat e.yaml | $ITER8 validate -",
                     "mkfifo pipe; cat e.yaml >pipe & $ITER8 run pipe --no-gate"):
            with self.subTest(line):
                done = self.shell(line)
                self.assertEqual(done.returncode, 0, done.stdout + done.stderr)
        self.assertTrue((self.folder / "result.yaml").exists())

    def test_what_is_wrong_with_a_file_from_a_pipe(self):
        for text, said in (("tasks: [{task: htp}]", "<stdin>:1:"), ("", "standard input: found nothing")):
            with self.subTest(text):
                done = self.shell(f"printf '%s' '{text}' | $ITER8 run -")
                self.assertEqual(done.returncode, 2)
                self.assertIn(said, done.stderr)

    def test_finally_runs_after_a_crash_of_a_run_from_a_pipe(self):
        self.experiment["tasks"].insert(0, {"run": "kill -9 $PPID"})
        self.experiment["finally"] = [{"run": "echo done >finally.txt"}]
        self.write("e.yaml", self.experiment)
        done = self.shell("cat e.yaml | $ITER8 run -")
        self.assertEqual(done.returncode, 1, done.stdout + done.stderr)
        self.assertEqual((self.folder / "finally.txt").read_text(), "done\n")


class Demo(Case):

    def test_a_taken_port_names_the_option(self):
        server = well_behaved()
        self.addCleanup(server.stop)
        finished = self.iter8("demo", "--port", str(server.port))
        self.assert_code(finished, 1)
        self.assertIn("--port", finished.err)

    def test_try_shows_the_whole_and_leaves_one_page(self):
        for _ in range(8):  # on a machine that is busy with other things the generator may get no time: nothing can be told then
            finished = self.iter8("demo", "--try", within=60)
            if finished.code != 3 or "the generator did not run for" not in finished.err:
                break
        self.assert_code(finished, 0)
        self.assertIn("pass", finished.out.lower())
        self.assertIn("iter8 load http://127.0.0.1:", finished.err)
        self.assertEqual([path.name for path in self.folder.iterdir()], ["report.html"])

    def test_try_ends_in_order_on_a_signal(self):
        running = self.start("demo", "--try")
        while "$ iter8 load" not in Path(f"/proc/{running.pid}/fd/2").read_text():
            self.assertFalse(running.ends_within(0.05))
        running.send(15)
        self.assert_code(running.finish(), 143)

    def test_try_excludes_a_port(self):
        self.assert_code(self.iter8("demo", "--try", "--port", "1"), 2)


class Completion(Case):

    def complete(self, *line):
        script = 'source ./script; COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1)); _iter8; echo "${COMPREPLY[@]}"'
        done = subprocess.run(["bash", "-c", script, "bash", "iter8", *line], cwd=self.folder, capture_output=True, text=True,
                              timeout=20, check=True)
        self.assertEqual(done.stderr, "")
        return done.stdout.split()

    def test_bash_offers_the_words_that_fit(self):
        self.write("script", self.iter8("completion", "bash").out)
        self.write("some-file.yaml", "")
        for line, word in ((("report", "-o", ""), "html"), (("report", "--output", "j"), "json"), (("load", "-o", ""), "text"),
                           (("init", ""), "load-test"), (("init", "-e", "slo"), "slo-two-versions"), (("tasks", "ht"), "http"),
                           (("assert", "-c", ""), "completed"), (("assert", "-c", "verd"), "verdict"), (("ci", "--assert", ""), "slos"),
                           (("run", "-r", "ht"), "html="), (("run", "-l", ""), "debug"), (("completion", ""), "fish"),
                           (("load", "--slo", "p9"), "p99<"), (("help", "va"), "validate"), (("l",), "load")):
            with self.subTest(line):
                words = self.complete(*line)
                self.assertIn(word, words)
                self.assertNotIn("some-file.yaml", words)

    def test_bash_offers_files_where_files_are_meant(self):
        self.write("script", self.iter8("completion", "bash").out)
        self.write("some-file.yaml", "")
        for line in (("run", ""), ("report", ""), ("validate", "so"), ("run", "--result", ""), ("load", "--save", ""), ("merge", "-o", "")):
            with self.subTest(line):
                self.assertIn("some-file.yaml", self.complete(*line))

    def test_zsh_and_fish_know_the_words_too(self):
        for shell in ("zsh", "fish"):
            text = self.iter8("completion", shell).out
            for word in ("gitlab-metrics", "slo-two-versions", "repository-dispatch", "conclusive"):
                self.assertIn(word, text)


class DryRun(Case):

    def test_what_is_known_later_is_said_in_words(self):
        self.write("experiment.yaml", {
            "name": "shop", "versions": [{"name": "a", "tag": "v1", "url": "http://a.test"}, {"name": "b", "tag": "v2", "url": "http://b.test"}],
            "tasks": [{"task": "http"}, {"task": "assess", "with": {"slos": [{"metric": "http/error-rate", "upper": "1%"}]}}],
            "finally": [{"task": "workflow", "with": {"repository": "o/r", "workflow": "d.yml", "inputs": {
                            "tag": "{{ .winner.tag }}", "of": "{{ .experiment.name }}", "was": "{{ .verdict }}"}}},
                        {"task": "pull-request", "with": {"repository": "o/r", "edits": [
                            {"file": "values.yaml", "set": {".tag": "{{ .winner.tag }}"}}]}},
                        {"task": "notify", "with": {"url": "http://n.test/x", "method": "POST"}},
                        {"run": "echo '{{ .winner.tag }}'"}]})
        finished = self.iter8("run", "--dry-run", environment={"GITHUB_TOKEN": "x" * 20})
        self.assert_code(finished, 0)
        self.assertIn('"tag":"<the winner\'s tag>"', finished.out)
        self.assertIn('"of":"shop"', finished.out)
        self.assertIn('"was":"<the verdict>"', finished.out)
        self.assertIn("iter8/shop", finished.out)
        for word in ("<experiment>", "EXPERIMENT"):
            self.assertNotIn(word, finished.out)
        self.assertIn("echo '{{ .winner.tag }}'", finished.out)  # a shell gets it as it stands


if __name__ == "__main__":
    unittest.main()
