"""The HTML report as people see it: in a browser, at three widths, in light and dark, with the pointer and without script."""

import json
import re
import shutil
import sys
import unittest
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent))

import results
from chromium import drive, need_chromium
from harness.case import Case
from harness.demo import start_demo

ROOT = Path(__file__).resolve().parents[2]
STAGES = {"console": "says nothing on the console", "requests": "asks for nothing", "layout": "keeps its layout",
          "axe": "can be used by everybody", "pointer": "answers to the pointer"}


def write_showcase(case, **changes):
    """The experiment of the screenshots, with shorter loads."""
    text = (Path(__file__).resolve().parent / "showcase.yaml").read_text()
    for old, new in changes.values():
        text = text.replace(old, new)
    case.write("experiment.yaml", text)
    shutil.copy(ROOT / "examples/ab-conversion/iter8-task-orders", case.folder)


class Page(Case):

    @classmethod
    def setUpClass(cls):
        """One run of the showcase, whose result every test starts from."""
        case = cls("run_once")
        case.setUp()
        cls.addClassCleanup(case.doCleanups)
        urls = start_demo(case, "--version", "name=stable,latency=12ms,jitter=4ms,errors=0.01,conversion=0.05", "--version",
                          "name=candidate,latency=10ms,jitter=6ms,errors=0.02,conversion=0.09")
        write_showcase(case, load=("{duration: 5s, qps: 60}", "{duration: 2s, qps: 60}"),
                       loop=("iterations: 5", "iterations: 3"), orders=("orders: 600", "orders: 200"))
        case.iter8("run", "--no-gate", within=90, environment={"STABLE_URL": urls["stable"], "CANDIDATE_URL": urls["candidate"],
                                                    "ITER8_TASK_PATH": str(case.folder)})
        cls.document = case.result()

    def run_once(self):
        """A name for the case that runs the showcase."""

    def page(self, name, document):
        result = results.write(self.folder / f"{name}.yaml", document)
        finished = self.iter8("report", "-o", "html", "--result", result, within=60)
        self.assert_code(finished, 0)
        path = self.folder / f"{name}.html"
        path.write_text(finished.out)
        return path

    def assert_sound_pages(self, **documents):
        pages = {str(self.page(name, document)): name for name, document in documents.items()}
        reports = json.loads(drive("inspect.mjs", *pages, within=120 * len(pages)))
        for path, report in reports.items():
            for stage, meaning in STAGES.items():
                with self.subTest(page=pages[path], check=meaning):
                    self.assertEqual(report[stage], [])

    def test_the_page_of_a_run_is_sound_at_every_width_in_light_and_dark(self):
        self.assert_sound_pages(showcase=self.document)

    def test_twenty_versions_and_two_hundred_metrics_stay_readable(self):
        self.assert_sound_pages(versions=results.with_versions(self.document, 20),
                                metrics=results.with_objectives(self.document, 200))

    def test_hostile_names_stay_text(self):
        self.assert_sound_pages(hostile=results.with_hostile_names(self.document))

    def test_older_and_interrupted_results_have_a_page(self):
        self.assert_sound_pages(older=results.of_older_version(self.document), interrupted=results.interrupted(self.document))

    def test_ten_minutes_of_three_versions_are_less_than_a_megabyte_and_a_half(self):
        page = self.page("long", results.of_ten_minutes(results.with_versions(self.document, 3)))
        self.assertLess(page.stat().st_size, 1_500_000)

    def test_the_verdict_and_its_reason_are_those_of_the_other_reports(self):
        text = self.page("words", self.document).read_text()
        result = self.folder / "words.yaml"
        said = self.iter8("gen", "--result", result).out
        verdict = re.search(r"Verdict: (.*)", said)[1]
        self.assertRegex(text, rf"<p class=\"verdict\">.*<span>{re.escape(verdict)}</span></p>")
        objective = next(line for line in said.splitlines() if "does not settle" in line or "above the limit" in line)
        reason = objective.split(": ", 1)[1].split(" (not gating)")[0]
        self.assertIn(reason.replace("<=", "&lt;=").replace(">", "&gt;").replace("'", "&#39;"), text)

    def test_the_page_is_complete_without_script(self):
        text = self.page("plain", self.document).read_text()
        without = re.sub(r"<script.*?</script>", "", text, flags=re.DOTALL)
        for part in ("<svg class=\"area-box\"", "class=\"limit-label\"", "How to reproduce it", "The same as numbers"):
            self.assertIn(part, without)


if __name__ == "__main__":
    need_chromium()
    unittest.main()
