"""The last lines of ./dev test, from files as ctest 3.25 writes them."""

import subprocess
import sys
import tempfile
import unittest
from pathlib import Path

SUMMARY = Path(__file__).with_name("summary.py")


def case(name, status, inside="", output=""):
    return f'<testcase name="{name}" classname="{name}" status="{status}">{inside}<system-out>{output}</system-out></testcase>'


PASSED = case("nginx", "run", output="....\nOK")
FAILED = case("unit_load", "fail", '<failure message="Failed"/>', "expected 1, found 2")
SKIPPED = case("container", "notrun", '<skipped message="SKIP_RETURN_CODE=77"/>',
               "the container test cannot run here: it needs root")
PARTLY = case("requests", "run", output=".case Ways.test_a_proxy cannot run here: no tinyproxy\ns\nOK (skipped=1)")


class Summary(unittest.TestCase):

    def setUp(self):
        folder = tempfile.TemporaryDirectory(prefix="iter8-test-")
        self.addCleanup(folder.cleanup)
        self.folder = Path(folder.name)

    def write(self, name, *cases):
        content = f"<testsuite>{''.join(cases)}</testsuite>" if name.endswith(".xml") else "".join(cases)
        (self.folder / name).write_text(content)

    def assert_summary(self, code, *lines):
        done = subprocess.run([sys.executable, "-B", SUMMARY, self.folder], capture_output=True, text=True, check=False, timeout=60)
        self.assertEqual(done.stdout.splitlines(), list(lines), done.stderr)
        self.assertEqual(done.returncode, code)

    def test_every_stage_is_added_up(self):
        self.write("dev.xml", PASSED, PASSED)
        self.write("fuzz.xml", PASSED)
        self.write("format.txt", "passed format\npassed shellcheck\n")
        for stage in ("dev", "fuzz", "format"):
            self.write(f"{stage}.code", "0\n")
        self.assert_summary(0, "5 passed, 0 failed, 0 skipped")

    def test_a_skipped_test_says_why_it_could_not_run(self):
        self.write("dev.xml", PASSED, SKIPPED)
        self.write("tidy.txt", "skipped clang-tidy: no HEAD~1 here to compare with\n")
        self.assert_summary(0, "skipped: container: it needs root", "skipped: clang-tidy: no HEAD~1 here to compare with",
                            "1 passed, 0 failed, 2 skipped")

    def test_a_test_that_was_skipped_without_a_reason_says_that(self):
        self.write("dev.xml", case("silent", "notrun", '<skipped message="SKIP_RETURN_CODE=77"/>'))
        self.assert_summary(0, "skipped: silent: it did not say why", "0 passed, 0 failed, 1 skipped")

    def test_a_test_whose_program_was_not_built_has_failed(self):
        self.write("dev.xml", case("gone", "notrun", '<skipped message="Unable to find executable"/>'))
        self.assert_summary(1, "failed: gone: Unable to find executable", "0 passed, 1 failed, 0 skipped")

    def test_a_case_that_is_skipped_within_a_test_counts(self):
        self.write("dev.xml", PARTLY)
        self.assert_summary(0, "skipped: requests, Ways.test_a_proxy: no tinyproxy", "1 passed, 0 failed, 1 skipped")

    def test_failed_tests_are_named_with_their_preset(self):
        self.write("dev.xml", PASSED, FAILED)
        self.write("tsan.xml", FAILED)
        self.write("dev.code", "1\n")
        self.write("tsan.code", "1\n")
        self.assert_summary(1, "failed: unit_load", "failed: tsan: unit_load", "1 passed, 2 failed, 0 skipped")

    def test_a_stage_that_stopped_before_its_tests_has_failed(self):
        self.write("dev.xml", PASSED)
        self.write("dev.code", "0\n")
        self.write("asan.code", "1\n")
        self.assert_summary(1, "failed: asan: stopped with exit code 1", "1 passed, 1 failed, 0 skipped")

    def test_a_file_that_is_cut_off_has_failed(self):
        (self.folder / "dev.xml").write_text("<testsuite><testcase")
        self.write("dev.code", "0\n")
        self.assert_summary(1, "failed: dev: stopped with exit code 0, dev.xml: unclosed token: line 1, column 11",
                            "0 passed, 1 failed, 0 skipped")

    def test_nothing_at_all_is_said_too(self):
        self.assert_summary(0, "0 passed, 0 failed, 0 skipped")


if __name__ == "__main__":
    unittest.main()
