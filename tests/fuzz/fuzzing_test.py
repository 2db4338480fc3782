"""Every fuzz target has seeds, deep ones and long ones too, and a dictionary; the corpus is small; docs/security.md says the total."""

import re
import unittest
from pathlib import Path

import campaign
import seeds

HERE = Path(__file__).resolve().parent
SECURITY = HERE.parents[1] / "docs/security.md"
LONGEST_INPUT = 64 * 1024  # bytes
LARGEST_CORPUS = 4 * 1024 * 1024


def targets():
    return set(re.findall(r"^iter8_fuzz_target\((\w+)", (HERE / "CMakeLists.txt").read_text(), re.MULTILINE))


class FuzzingTest(unittest.TestCase):
    def test_every_target_has_what_it_needs(self):
        self.assertEqual({path.name.removesuffix("_fuzz.cc") for path in HERE.glob("*_fuzz.cc")}, targets())
        self.assertEqual({path.stem for path in (HERE / "dictionaries").iterdir()}, targets())
        self.assertEqual({path.name for path in (HERE / "corpus").iterdir()}, targets())
        self.assertEqual(set(seeds.SEEDS), targets())
        for target in targets():
            self.assertTrue(any((HERE / "corpus" / target).iterdir()), target)

    def test_every_target_has_deep_seeds_and_one_as_long_as_an_input_may_be(self):
        for target in targets():
            made = seeds.seeds_of(target)
            self.assertTrue(any(name.startswith("deep-") for name in made), target)
            self.assertGreater(max(map(len, made.values())), seeds.LONGEST - 200, target)

    def test_the_corpus_is_small(self):
        sizes = [path.stat().st_size for path in (HERE / "corpus").rglob("*") if path.is_file()]
        self.assertLessEqual(max(sizes), LONGEST_INPUT)
        self.assertLessEqual(sum(sizes), LARGEST_CORPUS)

    def test_the_total_is_the_one_that_the_documentation_says(self):
        sums = campaign.totals()
        self.assertEqual(set(sums) - targets(), set())
        said = re.search(r"In all, (\d+) million inputs in (\d+) minutes of CPU time .*, (\d+) million of them with", SECURITY.read_text())
        self.assertIsNotNone(said)
        sanitized, fast, cpu = (sum(column) for column in zip(*sums.values()))
        self.assertEqual(int(said[1]), (sanitized + fast) // 1_000_000)
        self.assertEqual(int(said[2]), cpu // 60)
        self.assertEqual(int(said[3]), sanitized // 1_000_000)


if __name__ == "__main__":
    unittest.main()
