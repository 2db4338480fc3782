"""The table of threats names every test that is hostile, and counts what they tried."""

import re
import tempfile
import unittest
from pathlib import Path

import threats

ROOT = Path(__file__).resolve().parents[2]


def hostile_tests():
    faults = re.search(r"foreach\(name IN ITEMS ([^)]*)\)", (ROOT / "tests/faults/CMakeLists.txt").read_text())
    targets = re.findall(r"^iter8_fuzz_target\((\w+)", (ROOT / "tests/fuzz/CMakeLists.txt").read_text(), re.MULTILINE)
    return {f"faults_{name}" for name in faults[1].split()} | {f"fuzz_{name}" for name in targets}


def junit(*cases):
    return "<testsuite>" + "".join(
        f'<testcase name="{name}" status="{status}"><system-out>{output}</system-out></testcase>'
        for name, status, output in cases) + "</testsuite>"


class ThreatsTest(unittest.TestCase):
    def test_every_hostile_test_stands_for_a_threat(self):
        named = [test for tests in threats.THREATS.values() for test in tests]
        self.assertEqual(len(named), len(set(named)))
        self.assertEqual(hostile_tests() - set(named), set())
        self.assertEqual({test for test in named if test.startswith(("faults_", "fuzz_"))} - hostile_tests(), set())

    def lines(self, *cases):
        with tempfile.TemporaryDirectory() as folder:
            (Path(folder) / "dev.xml").write_text(junit(*cases))
            return threats.lines_of(threats.tried(Path(folder)))

    def test_inputs_are_counted_and_coverage_is_shown(self):
        passed = [(test, "run", "inputs tried: 3\n") for tests in threats.THREATS.values() for test in tests]
        passed = [each for each in passed if each[0] != "fuzz_http2"]
        fuzzed = ("fuzz_http2", "run", "#5 DONE cov: 412 ft: 9\nstat::number_of_executed_units: 1200000\n")
        lines, sound = self.lines(*passed, fuzzed)
        self.assertTrue(sound)
        self.assertRegex("\n".join(lines), r"(?m)^hostile HTTP/2 +1,200,003  faults_http2, fuzz_http2 \(412 edges\)$")
        self.assertRegex(lines[-1], rf"^all +{1200000 + 3 * len(passed):,}$")

    def test_what_failed_or_did_not_run_is_named(self):
        lines, sound = self.lines(("faults_tls", "fail", ""))
        self.assertFalse(sound)
        self.assertIn("faults_tls FAIL", "\n".join(lines))
        self.assertIn("faults_jq MISSING", "\n".join(lines))


if __name__ == "__main__":
    unittest.main()
