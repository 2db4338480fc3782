"""Files that are not experiments: an error with its position and exit code 2, quickly, and nothing is sent."""

import os
import random
import sys
import unittest
from pathlib import Path

from harness.case import Case
from harness.program import obey_permissions
from harness.servers import well_behaved


class FileCase(Case):

    def setUp(self):
        super().setUp()
        self.server = well_behaved()
        self.addCleanup(self.server.stop)

    def task(self, *lines, indent="  "):
        """A file with one http task; further lines of its entry follow."""
        body = [f"- task: http", "  with:", f"    url: {self.server.url()}", "    numRequests: 3", "    qps: 1000", *lines]
        return "tasks:\n" + "".join(indent + line + "\n" for line in body)

    def assert_nothing_sent(self):
        self.assertEqual(self.server.connections, 0, "something was sent")
        self.assertFalse((self.folder / "result.yaml").exists(), "a result was written")

    def assert_file_refused(self, content, *patterns, located=True):
        """By `run` and by `validate` alike."""
        self.write("experiment.yaml", content)
        finished = self.iter8("run")
        self.assert_refused(finished, *patterns, located=located)
        self.assert_nothing_sent()
        self.assert_code(self.iter8("validate"), 2)
        return finished

    def assert_runs(self, content):
        self.write("experiment.yaml", content)
        self.assert_code(self.iter8("run"), 0)
        self.assertEqual(self.server.requests, 3)


class BytesThatAreNoYaml(FileCase):

    def test_an_empty_file(self):
        self.assert_file_refused("", "empty|nothing", located=True)

    def test_only_comments(self):
        self.assert_file_refused("# nothing\n\n# at all\n", "empty|nothing")

    def test_only_a_document_marker(self):
        self.assert_file_refused("---\n", "empty|nothing")

    def test_random_bytes(self):
        for seed in range(5):
            with self.subTest(seed=seed):
                self.assert_file_refused(random.Random(seed).randbytes(4000))

    def test_an_executable_file(self):
        self.assert_file_refused(Path(sys.executable).resolve().read_bytes()[:100_000])

    def test_zero_bytes(self):
        self.assert_file_refused(b"\x00" * 1000)

    def test_invalid_utf8(self):
        self.assert_file_refused(self.task("# \xff".encode("latin-1").decode("latin-1")).encode("latin-1"), "utf-?8")

    def test_invalid_utf8_in_a_value(self):
        self.assert_file_refused(self.task().encode() + b"    headers: {X: \"\xc3\x28\"}\n", "utf-?8")

    def test_utf16(self):
        self.assert_file_refused(self.task().encode("utf-16"))

    def test_a_zero_byte_within_the_file(self):
        self.assert_file_refused(self.task().encode().replace(b"http\n", b"ht\x00tp\n", 1))

    def test_tabs_as_indentation(self):
        finished = self.assert_file_refused("tasks:\n\t- task: http\n", "tab")
        self.assertIn("experiment.yaml:2:", finished.err)

    def test_broken_yaml(self):
        for content in ("tasks: [", "tasks: {", "tasks: \"open", "a: b: c", "- a\nb: c", "tasks: *none", "&a", "]", "%",
                        "tasks: !!binary x y", "tasks: !!python/object:os.system x", "? a\n? b", "{a, b: c", "'", "@a"):
            with self.subTest(content):
                self.assert_file_refused(content)

    def test_two_documents(self):
        self.assert_file_refused(self.task() + "---\n" + self.task(), "document")

    def test_html_instead_of_yaml(self):
        self.assert_file_refused("<!DOCTYPE html>\n<html><body>404: Not Found</body></html>\n")

    def test_a_lone_scalar_or_number(self):
        for content in ("hello", "42", "true", "null", "''", "2026-01-01", "[]", "{}", "- \n- \n", "[[[]]]"):
            with self.subTest(content):
                self.assert_file_refused(content)


class FilesThatAreTooMuch(FileCase):

    def test_fifty_megabytes(self):
        path = self.folder / "experiment.yaml"
        with path.open("wb") as file:
            file.write(self.task().encode())
            file.truncate(50_000_000)
        self.assert_refused(self.iter8("run"), "large", located=False)
        self.assert_nothing_sent()

    def test_fifty_megabytes_of_valid_yaml(self):
        self.write("experiment.yaml", self.task() + "# padding\n" * 5_000_000)
        self.assert_refused(self.iter8("run"), "large", located=False)

    def test_an_alias_bomb(self):
        lines = ["a0: &a0 [x, x, x, x, x, x, x, x, x, x]"]
        lines += [f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 10)}]" for n in range(1, 12)]
        self.assert_file_refused("\n".join(lines) + "\ntasks: *a11\n")

    def test_an_alias_bomb_of_maps_and_merge_keys(self):
        lines = ["a0: &a0 {k: v, l: w}"]
        lines += [f"a{n}: &a{n} {{<<: *a{n - 1}, x{n}: *a{n - 1}, y{n}: *a{n - 1}}}" for n in range(1, 40)]
        self.assert_file_refused("\n".join(lines) + "\ntasks: *a39\n")

    def test_an_alias_of_itself(self):
        self.assert_file_refused("tasks: &t\n  - *t\n")
        self.assert_file_refused("tasks: &t\n  - {<<: *t}\n")

    def test_a_hundred_thousand_opening_brackets(self):
        self.assert_file_refused("tasks: " + "[" * 100_000)
        self.assert_file_refused("tasks: " + "{a: " * 100_000)
        self.assert_file_refused("tasks: " + "[" * 100_000 + "]" * 100_000)

    def test_deep_block_maps(self):
        self.assert_file_refused("\n".join(" " * n + "a:" for n in range(1500)))

    def test_deep_compact_sequences(self):
        self.assert_file_refused("- " * 100_000 + "x")

    def test_deep_compact_complex_keys(self):
        self.assert_file_refused("? " * 50_000 + "x")

    def test_many_anchors_and_tags(self):
        self.assert_file_refused("&a " * 100_000 + "x")
        self.assert_file_refused("!t " * 100_000 + "x")

    def test_a_very_long_line(self):
        self.assert_file_refused(self.task() + "    headers: {X: " + "y" * 3_000_000 + "}\n    qbs: 1\n", "qbs")

    def test_a_very_long_key(self):
        self.assert_file_refused(self.task() + "    " + "k" * 500 + ": 1\n", "unknown")
        finished = self.assert_file_refused(self.task() + "    ? " + "k" * 3_000_000 + "\n    : 1\n")
        self.assertLess(len(finished.err), 20_000, "the message repeats the whole key")

    def test_many_mistakes(self):
        finished = self.assert_file_refused(self.task(*[f"    unknown{n}: 1" for n in range(20_000)]))
        self.assertLess(len(finished.err), 4_000_000)

    def test_a_hundred_thousand_tasks_of_an_unknown_name(self):
        self.write("experiment.yaml", "tasks:\n" + "- task: nothing\n" * 60_000)
        finished = self.iter8("run", within=60)
        self.assert_code(finished, 2)
        self.assert_nothing_sent()


class PathsThatAreNoFile(FileCase):

    def assert_path_refused(self, name, *patterns, **popen):
        finished = self.iter8("run", name, **popen)
        self.assert_refused(finished, *patterns, file=name, located=False)
        self.assertLess(finished.wall_seconds, 10)
        self.assert_nothing_sent()

    def test_a_missing_file(self):
        self.assert_path_refused("experiment.yaml", "no such file")

    def test_a_missing_file_of_another_name(self):
        self.assert_path_refused("none/other.yaml", "no such file")

    def test_a_directory(self):
        (self.folder / "folder.yaml").mkdir()
        self.assert_path_refused("folder.yaml", "directory")

    def test_a_fifo(self):
        os.mkfifo(self.folder / "pipe.yaml")
        self.assert_path_refused("pipe.yaml", "regular file")

    def test_an_endless_device(self):
        self.assert_path_refused("/dev/zero")

    def test_a_symbolic_link_to_itself(self):
        (self.folder / "loop.yaml").symlink_to("loop.yaml")
        self.assert_path_refused("loop.yaml")

    def test_an_unreadable_file(self):
        self.write("secret.yaml", self.task()).chmod(0)
        self.assert_path_refused("secret.yaml", "permission", preexec_fn=obey_permissions)

    def test_an_empty_name(self):
        self.assert_code(self.iter8("run", ""), 2)

    def test_a_name_with_terminal_escapes(self):
        finished = self.iter8("run", "\x1b[2Jno\nsuch.yaml")
        self.assert_code(finished, 2)
        self.assertNotIn("\x1b", finished.text)

    def test_a_folder_that_is_gone(self):
        gone = self.folder / "gone"
        gone.mkdir()
        finished = self.iter8("run", cwd=gone, preexec_fn=lambda: os.rmdir(gone))
        self.assert_code(finished, 2)


class FilesThatMustWork(FileCase):

    def test_windows_line_endings(self):
        self.assert_runs(self.task().replace("\n", "\r\n"))

    def test_a_byte_order_mark(self):
        self.assert_runs("\ufeff" + self.task())

    def test_both_with_a_document_marker(self):
        self.assert_runs("\ufeff---\r\n" + self.task().replace("\n", "\r\n") + "...\r\n")

    def test_no_newline_at_the_end(self):
        self.assert_runs(self.task().rstrip("\n"))

    def test_json(self):
        self.assert_runs('{"tasks":[{"task":"http","with":{"url":"%s","numRequests":3,"qps":1000}}]}' % self.server.url())

    def test_errors_after_windows_line_endings_and_a_mark_keep_their_place(self):
        finished = self.assert_file_refused("\ufeff" + self.task("    qbs: 1").replace("\n", "\r\n"), "qbs", "qps")
        self.assertIn("experiment.yaml:7:7:", finished.err)

    def test_a_file_of_another_folder_by_a_link(self):
        self.write("elsewhere/real.yaml", self.task())
        (self.folder / "experiment.yaml").symlink_to("elsewhere/real.yaml")
        self.assert_code(self.iter8("run"), 0)


class DamagedFiles(FileCase):
    """Seeded damage to a valid file: the outcome may differ, but it is never a crash."""

    def test_three_hundred_damaged_files_are_valid_or_refused(self):
        good = (self.task('  if: "not Completed()"', "  timeout: 5s", "  retries: 1") +
                "loop: {iterations: 2, interval: 1s, until: WinnerFound() or Result.NumLoops >= 3}\n"
                "versions:\n- {name: a, url: 'http://127.0.0.1:1'}\n- {name: b, url: \"http://127.0.0.1:2\"}\n"
                "finally:\n- if: Metric('http/latency-p95') > 1.5e3\n  run: |\n    echo $HOME ${HOME}\n").encode()
        chance = random.Random(8)
        for number in range(300):
            content = damaged(good, chance)
            self.write("experiment.yaml", content)
            with self.subTest(number=number, content=content):
                finished = self.iter8("validate")
                self.assertIn(finished.code, (0, 2), finished.story())
                if finished.code == 2:
                    self.assertRegex(finished.err, r"(?m)^experiment\.yaml:(\d+:\d+:)? error: ")


def damaged(content, chance):
    """One to four random edits: a byte changed, a part cut, doubled or moved."""
    content = bytearray(content)
    for _ in range(chance.randint(1, 4)):
        begin = chance.randrange(len(content))
        end = min(len(content), begin + chance.randint(1, 20))
        part = content[begin:end]
        kind = chance.randrange(4)
        if kind == 0:
            content[begin] = chance.choice(b"\x00\n :-[]{}'\"&*!|>%@`#,?$\\\xff09a")
        elif kind == 1:
            del content[begin:end]
        elif kind == 2:
            content[begin:begin] = part * chance.randint(1, 5)
        else:
            del content[begin:end]
            place = chance.randrange(len(content) + 1)
            content[place:place] = part
    return bytes(content)


if __name__ == "__main__":
    unittest.main(verbosity=2)
