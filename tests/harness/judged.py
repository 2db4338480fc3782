"""A small experiment with a verdict, for tests of what follows from it: a plugin measures whatever the test wants."""

PLUGIN = """#!/usr/bin/env python3
import json, sys
task = json.load(sys.stdin)
values = task["with"]["values"]
print(json.dumps({"metrics": [{"name": "latency", "version": version["name"], "kind": "gauge", "unit": "msec", "value": value}
                              for version, value in zip(task["versions"], values) if value is not None]}))
"""


def judged(case, finally_tasks, candidate=200, setup=(), **more):
    """An experiment of two versions whose candidate has this latency in msec, of at most 250; None = not measured.
    Returns it with the environment that it needs."""
    plugin = case.write("plugins/iter8-task-shop", PLUGIN)
    plugin.chmod(0o755)
    experiment = {"name": "checkout",
                  "versions": [{"name": "stable", "tag": "v1.4"}, {"name": "candidate", "tag": "v1.5"}],
                  "setup": list(setup),
                  "tasks": [{"task": "x-shop", "with": {"values": [12.5, candidate]}},
                            {"task": "assess", "with": {"slos": [{"metric": "shop/latency", "upper": 250}]}}],
                  "finally": list(finally_tasks), **more}
    return experiment, {"ITER8_TASK_PATH": str(plugin.parent)}
