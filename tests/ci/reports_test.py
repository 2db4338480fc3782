"""Reports for machines, read by the programs and schemas that they are made for. The stored reports in tests/golden, one of them
with hostile names, are what iter8 writes today (unit_report compares them); a report of a real run is checked as well."""

import html.parser
import json
import re
import shutil
import subprocess
import unittest
from pathlib import Path
from xml.etree import ElementTree

from harness import npm
from harness.case import Case
from harness.servers import well_behaved

HERE = Path(__file__).parent
GOLDEN = HERE.parent / "golden/report"
FORMATS = ("junit", "junit-strict", "sarif", "code-quality", "openmetrics", "gitlab-metrics", "dotenv", "html", "markdown")


class HtmlPage(html.parser.HTMLParser):
    """The tags of a page, and whether each that is opened is closed."""

    VOID = {"meta", "link", "line", "br", "wbr"}

    def __init__(self, text):
        super().__init__()
        self.open, self.seen, self.addresses = [], [], []
        self.feed(text)

    def handle_starttag(self, tag, attributes):
        self.seen.append(tag)
        self.addresses += [value for name, value in attributes if name in ("src", "href", "srcset", "style", "action")]
        if tag not in self.VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag, attributes):
        self.seen.append(tag)

    def handle_endtag(self, tag):
        if not self.open or self.open.pop() != tag:
            raise AssertionError(f"</{tag}> closes something else")


def pictures_of(text):
    """The outermost svg elements of a page."""
    text = re.sub(r"<(script|style)>.*?</\1>", "", text, flags=re.DOTALL)
    depth, begin = 0, 0
    for tag in re.finditer(r"<svg\b[^>]*>|</svg>", text):
        if tag[0].endswith("/>"):
            continue
        opens = tag[0] != "</svg>"
        begin = tag.start() if opens and depth == 0 else begin
        depth += 1 if opens else -1
        if depth == 0:
            yield text[begin:tag.end()]


class ReportsTest(Case):

    @classmethod
    def setUpClass(cls):
        """One run for all tests, long enough to be decided on."""
        npm.need("ajv", "@microsoft/jest-sarif")
        cls.case = Case()
        cls.case.setUp()
        cls.addClassCleanup(cls.case.doCleanups)
        cls.case.write("experiment.yaml", {
            "name": "shop", "versions": [{"name": "stable"}, {"name": "candidate"}],
            "tasks": [{"task": "http", "name": "warm & <up>", "with": {"url": "${URL}", "numRequests": 100, "qps": 50}},
                      {"task": "assess", "with": {"slos": [{"metric": "http/error-rate", "upper": 0.1},
                                                           {"metric": "http/request-count", "upper": 1},
                                                           {"metric": "http/request-count", "upper": 1}]}}]})
        reports = [word for name in FORMATS for word in ("--report", f"{name}=run.{name}")]
        with well_behaved() as server:
            cls.case.assert_code(cls.case.iter8("run", "--no-gate", *reports, environment={"URL": server.url()}), 0)

    def setUp(self):
        self.folder = self.case.folder

    def files(self, name):
        """Every stored report of a format, and that of the run."""
        stored = sorted(GOLDEN.glob(f"*.{name}"))
        self.assertGreaterEqual(len(stored), 10)
        return [*stored, self.folder / f"run.{name}"]

    def checked(self, *command, **options):
        done = subprocess.run([str(word) for word in command], capture_output=True, text=True, check=False, timeout=60,
                              **options)
        self.assertEqual(done.returncode, 0, done.stdout + done.stderr)
        return done.stdout

    def test_junit_is_what_its_readers_have_in_common(self):
        if not shutil.which("xmllint"):
            self.skipTest("no xmllint")
        for name in ("junit", "junit-strict"):
            self.checked("xmllint", "--noout", "--nonet", "--schema", HERE / "junit.xsd", *self.files(name))

    def test_junit_counts_what_it_holds(self):
        for file in self.files("junit"):
            root = ElementTree.parse(file).getroot()
            for node in (root, *root.iter("testsuite")):
                for attribute, tag in (("tests", "testcase"), ("failures", "failure"), ("errors", "error"),
                                       ("skipped", "skipped")):
                    self.assertEqual(int(node.get(attribute)), len(list(node.iter(tag))), f"{file} {attribute}")

    def test_an_open_verdict_is_skipped_or_failed(self):
        counts = {name: ElementTree.parse(GOLDEN / f"undecided.{name}").getroot() for name in ("junit", "junit-strict")}
        self.assertEqual((counts["junit"].get("skipped"), counts["junit"].get("failures")), ("1", "0"))
        self.assertEqual((counts["junit-strict"].get("skipped"), counts["junit-strict"].get("failures")), ("0", "1"))

    def test_sarif_is_valid_by_its_schema(self):
        complaints = json.loads(self.checked("node", HERE / "validate.cjs", npm.MODULES, "sarif", *self.files("sarif")))
        self.assertEqual(complaints, [])
        run = json.loads((self.folder / "run.sarif").read_text())["runs"][0]
        lines = (self.folder / "experiment.yaml").read_text().split("\n")
        self.assertEqual(len(run["results"]), 4)
        for result in run["results"]:
            place = result["locations"][0]["physicalLocation"]
            self.assertIn("http/request-count", lines[place["region"]["startLine"] - 1])
            self.assertEqual(run["tool"]["driver"]["rules"][result["ruleIndex"]]["id"], result["ruleId"])
        prints = [result["partialFingerprints"]["iter8/v1"] for result in run["results"]]
        self.assertEqual(len(set(prints)), 4)

    def test_a_broken_sarif_is_noticed(self):
        self.write("broken.sarif", json.dumps({"version": "2.1.0", "runs": [{"results": [{"message": 5}]}]}))
        complaints = self.checked("node", HERE / "validate.cjs", npm.MODULES, "sarif", self.folder / "broken.sarif")
        self.assertIn("required property 'tool'", complaints)

    def test_code_quality_has_what_gitlab_asks_for(self):
        for file in self.files("code-quality"):
            entries = json.loads(file.read_text())
            for entry in entries:
                self.assertEqual(set(entry), {"description", "check_name", "fingerprint", "severity", "location"})
                self.assertIn(entry["severity"], ("info", "minor", "major", "critical", "blocker"))
                self.assertGreaterEqual(entry["location"]["lines"]["begin"], 1)
                self.assertFalse(entry["location"]["path"].startswith(("/", "./")))
            self.assertEqual(len({entry["fingerprint"] for entry in entries}), len(entries))

    def test_openmetrics_passes_promtool(self):
        promtool = shutil.which("promtool")
        for file in self.files("openmetrics"):
            text = file.read_text()
            self.assertTrue(text.endswith("\n# EOF\n"))
            self.assertEqual(text.count("# EOF\n"), 1 + ("# EOF" in text.partition("# EOF\n")[0]))
            if promtool:
                self.checked(promtool, "check", "metrics", input=text)
        if not promtool:
            self.skipTest("no promtool")

    def test_openmetrics_says_what_the_result_says(self):
        text = (self.folder / "run.openmetrics").read_text()
        labels = '{experiment="shop",objective="http/error-rate <= 0.1",version="candidate"}'
        self.assertIn(f"iter8_objective_satisfied{labels} 1\n", text)
        self.assertIn('iter8_verdict{experiment="shop",verdict="fail"} 1\n', text)
        self.assertIn('iter8_metric_percentile{experiment="shop",metric="http/latency",unit="msec",version="stable",percentile="99"}',
                      text)

    def test_gitlab_metrics_are_a_name_and_a_number_a_line(self):
        for file in self.files("gitlab-metrics"):
            for line in file.read_text().splitlines():
                self.assertRegex(line, r'^(# no metrics|[a-zA-Z_][a-zA-Z0-9_]*(\{[a-z]+="([^"\\]|\\.)*"\})? -?[0-9.e+-]+)$')

    def test_dotenv_is_read_by_a_shell_and_by_gitlab_alike(self):
        for file in self.files("dotenv"):
            text = file.read_text()
            gitlab = dict(re.match(r"^(\w+)=(.*)$", line).groups() for line in text.splitlines())
            sourced = self.checked("env", "-i", "/bin/sh", "-euc", f". {file}; set | grep ^ITER8_")
            shell = dict(line.split("=", 1) for line in sourced.splitlines())
            self.assertEqual({name: value.strip("'") for name, value in shell.items()}, gitlab)
            self.assertLessEqual(len(text), 5 * 1024)
            self.assertLessEqual(len(gitlab), 20)

    def test_the_page_is_well_formed_and_loads_nothing(self):
        text = (self.folder / "run.html").read_text()
        page = HtmlPage(text)
        self.assertEqual(page.open, [])
        # Places on the page, and what stands in the address itself.
        self.assertEqual([address for address in page.addresses if not address.startswith(("#", "data:"))], [])
        self.assertFalse({"img", "iframe", "object", "embed"} & set(page.seen))
        self.assertIn("default-src 'none'", text)  # what the page brings along is allowed by its digest
        self.assertIn("svg", page.seen)
        for picture in pictures_of(text):
            ElementTree.fromstring(picture)


if __name__ == "__main__":
    unittest.main()
