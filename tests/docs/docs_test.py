"""README and docs tell the truth: every experiment in them is valid, every command runs, every link leads somewhere."""

import os
import re
import subprocess
import unittest
from pathlib import Path

import yaml

from harness.case import Case
from harness.demo import start_demo
from harness.program import PATIENCE, binary, clean_environment

ROOT = Path(__file__).resolve().parents[2]
PAGES = [*(ROOT / name for name in ("README.md", "CONTRIBUTING.md", "SECURITY.md")), *sorted((ROOT / "docs").glob("**/*.md")),
         *sorted((ROOT / "examples").glob("*/README.md")), *(ROOT / folder / "README.md" for folder in ("src", "tasks", "tests"))]

# ```yaml blocks are complete experiments unless this comment precedes them; ```sh run blocks are run, in a folder with the
# experiment above them, and with the demo application for `iter8 demo`.
NOT_AN_EXPERIMENT = "not an experiment -->"  # tests/ci runs those of docs/ci
BLOCK = re.compile(r"^(?P<before>[^\n]*)\n```(?P<kind>[a-z]+(?: run)?)\n(?P<text>.*?)^```$", re.MULTILINE | re.DOTALL)
LINK = re.compile(r"\]\((?!https?:)([^)#]+)(?:#[^)]*)?\)")

# The demo is running already, on free ports, so that the test does not conflict with the usual ones.
WRAPPER = '#!/bin/sh\n[ "$1" = demo ] || exec {binary} "$@"\n'


def blocks(page):
    """(line number, kind, text, experiment above it) of each fenced block of a page that is to be tested."""
    experiment = None
    content = page.read_text()
    for match in BLOCK.finditer(content):
        if match["before"].endswith(NOT_AN_EXPERIMENT):
            continue
        yield content.count("\n", 0, match.start("text")), match["kind"], match["text"], experiment
        if match["kind"] == "yaml":
            experiment = match["text"]


def is_short(text):
    """Whether it only loads and judges, once, in a few seconds."""
    experiment = yaml.safe_load(text)
    if not isinstance(experiment, dict) or "loop" in experiment:
        return False
    steps = [step for section in ("setup", "tasks", "finally") for step in experiment.get(section, [])]
    loads = [step["with"] for step in steps if step.get("task") == "http"]
    return ({step.get("task", "run") for step in steps} <= {"http", "assess", "run"} and any(step.get("task") == "assess" for step in steps)
            and loads and all("shard" not in load and load.get("numRequests", 10**9) / load.get("qps", 8) <= 6 for load in loads))


OPTION = re.compile(r"(?<![\w-])--[a-zA-Z][\w-]*")

# Rows of docs/tasks.md that are values of a field and not fields.
PATTERNS = {"conformance", "canary", "ab", "abn"}


def sections_of(page, prefix):
    """The text below each heading `## PREFIXname`, by name."""
    parts = re.split(rf"^## {prefix}(\S+)$", (ROOT / page).read_text(), flags=re.MULTILINE)
    return dict(zip(parts[1::2], parts[2::2]))


class DocsTest(Case):
    def test_every_experiment_in_the_docs_is_valid(self):
        count = 0
        environment = {"AWS_ACCESS_KEY_ID": "changeme", "AWS_SECRET_ACCESS_KEY": "changeme",
                       "ITER8_TASK_PATH": str(ROOT / "examples/custom-plugin")}
        for page in PAGES:
            for line, kind, text, _ in blocks(page):
                if kind != "yaml":
                    continue
                count += 1
                with self.subTest(f"{page.relative_to(ROOT)}:{line}"):
                    self.write("experiment.yaml", text)
                    finished = self.iter8("validate", "experiment.yaml", environment=environment)
                    self.assert_code(finished, 0)
                    self.assertNotIn("warning", finished.text)  # as that its objectives can never be decided
        self.assertGreater(count, 5)

    def test_short_loads_of_the_docs_reach_a_verdict(self):
        """Every other block is judged by the same mathematics when it is validated: see above."""
        urls = start_demo(self)
        runs = {}
        for page in PAGES:
            for line, kind, text, _ in blocks(page):
                if kind == "yaml" and is_short(text):
                    folder = self.write(f"{page.name}-{line}/experiment.yaml", text.replace("http://127.0.0.1:8080", urls["stable"])
                                        .replace("http://127.0.0.1:8081", urls["candidate"])).parent
                    runs[folder] = self.start("run", "-q", cwd=folder, environment={"TARGET_URL": urls["stable"]})
        self.assertGreater(len(runs), 3)
        for folder, running in runs.items():
            with self.subTest(folder.name):
                finished = running.finish(60 * PATIENCE)
                result = yaml.safe_load((folder / "result.yaml").read_text())["insights"]
                if result["metrics"]["http/degraded"]["values"][0]:
                    continue  # the machine was too busy for any verdict
                self.assertIn(result["assessment"]["verdict"], ("pass", "fail"), finished.story())

    def test_every_command_in_the_docs_that_is_to_be_run_runs(self):
        urls = start_demo(self)
        wrapper = self.write("bin/iter8", WRAPPER.format(binary=binary()))
        wrapper.chmod(0o755)
        environment = clean_environment(self.folder, {"STABLE_URL": urls["stable"], "CANDIDATE_URL": urls["candidate"],
                                                      "TARGET_URL": urls["stable"]})
        environment["PATH"] = f"{wrapper.parent}:{os.environ['PATH']}"
        count = 0
        for page in PAGES:
            for line, kind, text, experiment in blocks(page):
                if kind != "sh run":
                    continue
                count += 1
                with self.subTest(f"{page.relative_to(ROOT)}:{line}"):
                    self.write("run/experiment.yaml", experiment or "")
                    for usual, version in (("127.0.0.1:8080", "stable"), ("127.0.0.1:8081", "candidate")):
                        text = text.replace(usual, urls[version].removeprefix("http://"))
                    done = subprocess.run(["bash", "-euc", text], cwd=self.folder / "run", env=environment, check=False,
                                          capture_output=True, text=True, timeout=120)
                    self.assertEqual(done.returncode, 0, done.stdout + done.stderr)
        self.assertGreater(count, 0)

    def test_every_link_leads_somewhere(self):
        for page in PAGES:
            for target in LINK.findall(page.read_text()):
                with self.subTest(f"{page.relative_to(ROOT)}: {target}"):
                    self.assertTrue((page.parent / target).exists())

    def test_every_option_of_every_command_is_documented_and_no_other(self):
        sections = sections_of("docs/commands.md", "iter8 ")
        listed = re.findall(r"^  ([a-z-]+)(?:, [a-z]+)?  ", self.iter8("--help").out.partition("Subcommands:")[2],
                            re.MULTILINE)

        self.assertEqual(sorted(sections), sorted(listed))
        for command in listed:
            with self.subTest(command):
                options = set(OPTION.findall(self.iter8(command, "--help").out)) - {"--help"}
                self.assertEqual(set(OPTION.findall(sections[command])), options)

    def test_every_field_of_every_task_is_documented_and_no_other(self):
        sections = sections_of("docs/tasks.md", "")
        sections["pull-request"] = (ROOT / "docs/promotion.md").read_text()
        for task in ("http", "grpc", "websocket", "assess", "pull-request"):
            with self.subTest(task):
                shown = self.iter8("tasks", task).out
                fields = set(re.findall(r"^  (\w+)  \(", shown, re.MULTILINE))
                self.assertGreater(len(fields), 5)
                rows = re.findall(r"^\| `(.*?)` \|.*\|.*\|$", sections[task], re.MULTILINE)
                documented = {name for row in rows for name in row.split("`, `")}
                self.assertLessEqual(fields, documented)
                known = set(re.findall(r"^ +(\w+)  \(", shown, re.MULTILINE)) | PATTERNS
                self.assertLessEqual(documented, known)

    def test_every_field_of_every_provider_is_documented(self):
        page = (ROOT / "docs/providers.md").read_text()
        fields = set(re.findall(r"^ +(\w+)  \(", self.iter8("tasks", "metrics").out, re.MULTILINE))
        self.assertGreater(len(fields), 50)
        self.assertEqual({field for field in fields if not re.search(rf"\b{field}\b", page)}, set())

    def test_every_field_of_tasks_with_a_page_of_their_own_is_on_it(self):
        pages = {"docs/notifications.md": ("notify", "webhook"),
                 "docs/reporting.md": ("workflow", "repository-dispatch", "comment", "commit-status", "deployment")}
        for page, tasks in pages.items():
            rows = re.findall(r"^\| (`[^|]*`) \|", (ROOT / page).read_text(), re.MULTILINE)
            documented = {name for row in rows for name in re.findall(r"`(\w+)`", row)}
            for task in tasks:
                with self.subTest(task):
                    fields = set(re.findall(r"^  (\w+)  \(", self.iter8("tasks", task).out, re.MULTILINE))
                    self.assertGreater(len(fields), 5)
                    self.assertLessEqual(fields, documented)

    def test_the_first_screen_of_the_readme_shows_an_experiment(self):
        head = (ROOT / "README.md").read_text().splitlines()[:50]

        self.assertIn("```yaml", head)


if __name__ == "__main__":
    unittest.main()
