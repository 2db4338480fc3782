#!/usr/bin/env python3
"""summary.py FOLDER: what the stages of ./dev test came to. Prints why each skipped test could not run, then the names of
those that failed, and last, alone on its line, "N passed, N failed, N skipped". Exits 1 when anything failed.

FOLDER holds for each stage up to three files: STAGE.xml, written by ctest as JUnit; STAGE.txt, lines "passed NAME",
"failed NAME" or "skipped NAME: why" of checks that ctest does not run; STAGE.code, the exit code of the stage. A stage
that ended with another code than 0 and has no failed test (its build broke, say) counts as one."""

import re
import sys
import xml.etree.ElementTree as ElementTree
from pathlib import Path

# What a test prints before it exits with 77, and a case of a test that is skipped while the others run.
REASON = re.compile(r"cannot run here: *(.*)")
SKIPPED_CASE = re.compile(r"\bcase (\S+) cannot run here: *(.*)")  # after unittest's dots
LINE = re.compile(r"(passed|failed|skipped) (.*)")
STAGE_OF_TESTS = "dev"  # its tests need no prefix


def tests_of(stage, path):
    """(kind, text) for each test of a JUnit file."""
    prefix = "" if stage == STAGE_OF_TESTS else f"{stage}: "
    for case in ElementTree.parse(path).iter("testcase"):
        name, output = prefix + case.get("name"), case.findtext("system-out") or ""
        status, skipped = case.get("status"), case.find("skipped")
        if status == "run":
            yield "passed", name
            yield from (("skipped", f"{name}, {which}: {why}") for which, why in SKIPPED_CASE.findall(output))
        elif skipped is not None and skipped.get("message", "").startswith("SKIP_RETURN_CODE"):
            reasons = REASON.findall(output)
            yield "skipped", f"{name}: {reasons[-1] if reasons else 'it did not say why'}"
        elif skipped is not None:  # its program is not there, or a test that it depends on has failed
            yield "failed", f"{name}: {skipped.get('message')}"
        else:
            yield "failed", name


def checks_of(path):
    """(kind, text) for each line of a stage's own file."""
    return [match.groups() for match in map(LINE.fullmatch, path.read_text().splitlines()) if match]


def outcomes(folder):
    """(kind, text) for everything that ran or could not."""
    for stage in sorted({path.stem for path in folder.iterdir()}):
        xml, text, code = (folder / f"{stage}.{suffix}" for suffix in ("xml", "txt", "code"))
        found = checks_of(text) if text.is_file() else []
        broken = code.read_text().strip() if code.is_file() else "0"
        try:
            found += tests_of(stage, xml) if xml.is_file() else []
        except ElementTree.ParseError as error:
            broken = f"{broken}, {xml.name}: {error}"
        if broken != "0" and not any(kind == "failed" for kind, _ in found):
            found.append(("failed", f"{stage}: stopped with exit code {broken}"))
        yield from found


def main():
    texts = {"passed": [], "failed": [], "skipped": []}
    for kind, text in outcomes(Path(sys.argv[1])):
        texts[kind].append(text)
    for kind in ("skipped", "failed"):
        for text in texts[kind]:
            print(f"{kind}: {text}")
    print(", ".join(f"{len(texts[kind])} {kind}" for kind in texts), flush=True)
    return 1 if texts["failed"] else 0


if __name__ == "__main__":
    sys.exit(main())
