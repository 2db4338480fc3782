"""Scripts and plugins that misbehave: a task error that says what happened, in bounded time and memory."""

import json
import os
import unittest

from harness.case import Case


DESCRIBES_NOTHING = '[ "$1" = --describe ] && exit 0; '


class Scripts(Case):

    def run_script(self, script, code, **entry):
        finished = self.run_experiment({"tasks": [{"run": script, **entry}]})
        self.assert_code(finished, code)
        self.assertIs(self.result()["failure"], code == 1)
        return finished

    def test_a_failing_script_shows_its_code_and_output(self):
        finished = self.run_script("echo to stdout; echo to stderr >&2; exit 7", 1)
        for pattern in ("7", "to stdout", "to stderr"):
            self.assert_says(finished, pattern)

    def test_a_script_that_dies_of_a_signal_shows_which(self):
        self.assert_says(self.run_script("kill -SEGV $$", 1), "SEGV|signal|segmentation")

    def test_a_script_with_a_syntax_error_fails(self):
        self.run_script("if then (", 1)

    def test_a_script_of_no_known_command_fails(self):
        self.assert_says(self.run_script("no-such-command-at-all", 1), "no-such-command-at-all")

    def test_a_script_that_reads_its_input_finds_nothing(self):
        self.run_script("test -z \"$(cat)\"", 0)

    def test_endless_output_takes_no_endless_memory(self):
        finished = self.run_script("head -c 200000000 /dev/zero | tr '\\0' 'x'; exit 1", 1)
        self.assertLess(finished.peak_mebibytes, 128, finished.story())
        self.assertLess(len(finished.text), 3_000_000)
        self.assertLess((self.folder / "result.yaml").stat().st_size, 3_000_000)

    def test_binary_output_reaches_no_terminal_and_breaks_no_result(self):
        finished = self.run_script("head -c 100000 /dev/urandom; printf '\\033[2J\\033]0;owned\\007\\377\\0'; exit 1", 1)
        self.assertNotIn("\x1b", finished.text)
        self.assert_code(self.iter8("report"), 0)

    def test_a_timeout_stops_a_script_and_its_children(self):
        os.mkfifo(self.folder / "news")
        self.run_script("sleep 600 & sleep 600", 1, timeout="300ms")

    def test_a_child_that_keeps_the_output_open_does_not_hold_the_run(self):
        finished = self.run_script("sleep 5 & echo done", 0)
        self.assertLess(finished.wall_seconds, 4, finished.story())

    def test_retries_are_counted_and_end(self):
        self.write("experiment.yaml", {"tasks": [{"run": "echo x >> count; exit 1", "retries": 2}]})
        self.assert_code(self.iter8("run", within=60), 1)
        self.assertEqual((self.folder / "count").read_text(), "x\nx\nx\n")

    def test_a_failure_stops_the_tasks_and_runs_finally(self):
        self.run_experiment({"tasks": [{"run": "exit 1"}, {"run": "touch never"}], "finally": [{"run": "touch cleaned"}]})
        self.assertFalse((self.folder / "never").exists())
        self.assertTrue((self.folder / "cleaned").exists())

    def test_a_script_that_meddles_with_the_result_does_not_break_it(self):
        for script in ("echo garbage > \"$ITER8_RESULT\"", "rm -f \"$ITER8_RESULT\"",
                       "rm -f \"$ITER8_RESULT\"; ln -s nothing-here \"$ITER8_RESULT\""):
            with self.subTest(script):
                self.run_experiment({"tasks": [{"run": script}, {"run": "true"}]})
                self.assertEqual(self.result()["numCompletedTasks"], 2)


class Plugins(Case):

    def run_plugin(self, body, code=None, timeout=None):
        """Runs one plugin whose text is a bash script."""
        path = self.write("bin/iter8-task-odd", "#!/bin/bash\n" + body + "\n")
        path.chmod(0o755)
        entry = {"task": "x-odd", **({"timeout": timeout} if timeout else {})}
        finished = self.run_experiment({"tasks": [entry]}, environment={"ITER8_TASK_PATH": str(path.parent)})
        if code is not None:
            self.assert_code(finished, code)
        return finished

    def answer(self, answer, code):
        text = answer if isinstance(answer, str) else json.dumps(answer)
        self.write("answer", text)
        return self.run_plugin(f"cat '{self.folder}/answer'", code)

    def test_no_answer_at_all_is_an_empty_answer_or_an_error_but_no_crash(self):
        self.assertIn(self.run_plugin("exit 0").code, (0, 1))

    def test_answers_that_are_not_of_the_protocol_are_task_errors(self):
        metric = {"name": "m", "version": "0", "kind": "gauge", "value": 1}
        answers = ["garbage", "[]", "3", '"text"', "{", "{}{}", "{} trailing", "\x00", "[" * 100_000, {"metric": []},
                   {"metrics": {}}, {"metrics": [3]}, {"metrics": [{}]}, {"message": 3}, {"verdict": "maybe"}, {"verdict": 1}]
        answers += [{"metrics": [{**metric, **wrong}]} for wrong in (
            {"name": ""}, {"name": 3}, {"name": "a b"}, {"name": "a\nb"}, {"version": "nobody"}, {"version": 7}, {"kind": "odd"},
            {"value": "1"}, {"value": None}, {"value": []}, {"kind": "counter", "value": -1},
            {"kind": "proportion"}, {"kind": "proportion", "count": 3, "total": 2}, {"kind": "proportion", "count": -1, "total": 2},
            {"kind": "summary", "count": -1, "mean": 0, "variance": 0}, {"kind": "summary", "count": 3, "mean": 0, "variance": -1},
            {"kind": "histogram", "buckets": [{"lower": 2, "upper": 1, "count": 1}]},
            {"kind": "histogram", "buckets": [{"lower": 0, "upper": 1, "count": -1}]},
            {"kind": "histogram", "buckets": [{"lower": 0, "upper": 2, "count": 1}, {"lower": 1, "upper": 3, "count": 1}]},
            {"kind": "samples", "values": ["x"]}, {"kind": "samples"})]
        answers += ['{"metrics":[{"name":"m","version":"0","kind":"gauge","value":1e999}]}',
                    '{"metrics":[{"name":"m","version":"0","kind":"gauge","value":NaN}]}']
        for answer in answers:
            with self.subTest(str(answer)[:120]):
                finished = self.answer(answer, 1)
                self.assert_says(finished, "odd")

    def test_a_failing_plugin_shows_the_end_of_its_complaint(self):
        finished = self.run_plugin("echo the reason >&2; exit 3", 1)
        self.assert_says(finished, "the reason")
        self.assert_says(finished, "3")

    def test_a_plugin_that_hangs_is_ended_by_its_timeout(self):
        self.run_plugin(DESCRIBES_NOTHING + "sleep 600", 1, timeout="300ms")

    def test_a_plugin_that_hangs_when_it_is_asked_for_its_options_is_left_unchecked_aloud(self):
        finished = self.run_plugin("sleep 600", 1, timeout="300ms")
        self.assert_says(finished, "warning: .*--describe")

    def test_a_plugin_that_never_reads_its_input_does_not_hold_the_run(self):
        self.run_plugin("exec <&-; echo '{}'", 0)

    def test_a_plugin_that_pours_out_output_takes_no_endless_memory(self):
        finished = self.run_plugin("head -c 300000000 /dev/zero | tr '\\0' '['", 1)
        self.assertLess(finished.peak_mebibytes, 256, finished.story())

    def test_a_file_that_cannot_be_executed_is_no_plugin(self):
        path = self.write("bin/iter8-task-odd", "#!/bin/bash\n")
        path.chmod(0o644)
        finished = self.run_experiment({"tasks": [{"task": "x-odd"}]}, environment={"ITER8_TASK_PATH": str(path.parent)})
        self.assert_refused(finished, "iter8-task-odd")

    def test_a_plugin_whose_interpreter_is_missing_fails_and_says_so(self):
        path = self.write("bin/iter8-task-odd", "#!/no/such/interpreter\n")
        path.chmod(0o755)
        finished = self.run_experiment({"tasks": [{"task": "x-odd"}]}, environment={"ITER8_TASK_PATH": str(path.parent)})
        self.assertIn(finished.code, (1, 2), finished.story())
        self.assert_says(finished, "iter8-task-odd")


if __name__ == "__main__":
    unittest.main(verbosity=2)
