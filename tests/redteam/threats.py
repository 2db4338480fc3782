#!/usr/bin/env python3
"""The table of threats, and what tries each of them.

threats.py --tests    the ctests of ./dev redteam, as a regular expression
threats.py FOLDER     what they tried, from FOLDER/*.xml as ctest wrote them: a line a threat, and the sum; exits with 1 when a
                      threat has a test that failed or did not run"""

import re
import sys
import xml.etree.ElementTree as ElementTree
from pathlib import Path

# Threat -> ctests that try it. Every faults_ and fuzz_ test stands somewhere: tests/redteam/threats_test.py.
THREATS = {
    "hostile HTTP/1": ["faults_servers", "faults_answers", "fuzz_http1_parser", "fuzz_sse"],
    "hostile HTTP/2": ["faults_http2", "fuzz_http2"],
    "hostile WebSocket": ["faults_websocket", "fuzz_websocket"],
    "hostile gRPC": ["grpc", "fuzz_grpc_calls"],
    "TLS": ["faults_tls"],
    "metric back ends": ["faults_metrics", "fuzz_metrics"],
    "forges and chat services": ["faults_forges", "fuzz_notify"],
    "JSON": ["faults_deep_json", "fuzz_json_reader", "fuzz_json_path", "fuzz_history"],
    "YAML, expressions, templates": ["faults_files", "faults_fields", "fuzz_document", "fuzz_document_edit", "fuzz_expression",
                                     "fuzz_template", "fuzz_reference", "fuzz_pattern", "fuzz_pace", "fuzz_load_texts",
                                     "fuzz_load_objective"],
    "results of earlier runs": ["faults_results", "fuzz_result"],
    "jq": ["faults_jq", "fuzz_jq_rules", "fuzz_jq_reply"],
    "git and branches": ["promotion_git", "promotion_refusals"],
    "exfiltration of tokens": ["faults_tokens"],
    "hosts that are not allowed": ["faults_hosts", "fuzz_host_policy"],
    "pull requests of strangers": ["faults_untrusted"],
    "text that becomes commands": ["faults_injection"],
    "secrets in output": ["faults_secrets", "fuzz_secrets"],
    "checking that runs something": ["faults_checking"],
    "scarce memory, descriptors, disk": ["faults_scarcity"],
    "kill -9 and crashes": ["faults_kill", "faults_crash", "promotion_kill", "fuzz_crash"],
    "signals and bad moments": ["faults_signals", "faults_moments"],
    "servers that flood": ["faults_floods"],
    "a generator that stands still": ["faults_standstill"],
    "a network that does not answer": ["faults_no_answer"],
    "scripts that do not end": ["faults_scripts"],
    "figures that would mislead": ["faults_honesty", "fuzz_stats"],
    "wrong usage": ["faults_usage"],
}

CASES = re.compile(r"^inputs tried: (\d+)$", re.MULTILINE)
EXECUTIONS = re.compile(r"^stat::number_of_executed_units: *(\d+)$", re.MULTILINE)
COVERAGE = re.compile(r"\bcov: (\d+)")


def tried(folder):
    """ctest -> (status, inputs, covered edges or None) of everything that ran."""
    found = {}
    for path in sorted(folder.glob("*.xml")):
        for case in ElementTree.parse(path).iter("testcase"):
            output = case.findtext("system-out") or ""
            inputs = sum(map(int, CASES.findall(output) + EXECUTIONS.findall(output)))
            coverage = COVERAGE.findall(output)
            found[case.get("name")] = (case.get("status"), inputs, int(coverage[-1]) if coverage else None)
    return found


def lines_of(found):
    """The lines of the table, and whether every test of every threat passed."""
    lines, sound = [f"{'threat':<34} {'inputs':>12}  tests"], True
    for threat, tests in THREATS.items():
        texts = []
        for test in tests:
            status, inputs, coverage = found.get(test, ("missing", 0, None))
            sound = sound and status == "run"
            texts.append(test + (f" ({coverage} edges)" if coverage else "") + ("" if status == "run" else f" {status.upper()}"))
        count = sum(found[test][1] for test in tests if test in found)
        lines.append(f"{threat:<34} {count:>12,}  {', '.join(texts)}")
    total = sum(inputs for _, inputs, _ in found.values())
    return [*lines, f"{'all':<34} {total:>12,}"], sound


def main():
    if sys.argv[1:] == ["--tests"]:
        print("^(" + "|".join(test for tests in THREATS.values() for test in tests) + ")$")
        return 0
    lines, sound = lines_of(tried(Path(sys.argv[1])))
    print("\n".join(lines), flush=True)
    return 0 if sound else 1


if __name__ == "__main__":
    sys.exit(main())
