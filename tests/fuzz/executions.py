#!/usr/bin/env python3
"""executions.py FUZZ.xml: how often each fuzz target ran, how many edges its inputs cover and how many inputs it keeps, from
what ctest wrote; and the sum."""

import re
import sys
import xml.etree.ElementTree as ElementTree

EXECUTIONS = re.compile(r"^stat::number_of_executed_units: *(\d+)$", re.MULTILINE)
STATE = re.compile(r"\bcov: (\d+).*?\bcorp: (\d+)")


def main():
    total = 0
    print(f"{'target':<16} {'executions':>14} {'edges':>8} {'inputs':>8}")
    for case in ElementTree.parse(sys.argv[1]).iter("testcase"):
        output = case.findtext("system-out") or ""
        executions = sum(map(int, EXECUTIONS.findall(output)))
        edges, inputs = (STATE.findall(output) or [("", "")])[-1]
        print(f"{case.get('name').removeprefix('fuzz_'):<16} {executions:>14,} {edges:>8} {inputs:>8}")
        total += executions
    print(f"{'all':<16} {total:>14,}", flush=True)


if __name__ == "__main__":
    main()
