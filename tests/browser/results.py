"""Results for pages: made from one that a run left behind, so that they have every field that runs have today."""

import copy
import json

import yaml

HOSTILE = "<img src=x onerror=alert(1)>\"'&</script><script>alert(2)</script>-{{x}}-\u202eabc"
WORD = "Donaudampfschifffahrtsgesellschaft" * 5


def read(path):
    return yaml.load(path.read_text(), Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader))


def write(path, document):
    path.write_text(json.dumps(document))  # JSON is YAML
    return path


def _repeated(versions, count):
    return [copy.deepcopy(versions[i % len(versions)]) for i in range(count)]


def with_versions(document, count):
    """The same run with so many versions, named v00, v01, … The lists by version are repeated."""
    document = copy.deepcopy(document)
    names = [f"v{i:02}" for i in range(count)]
    old = document["insights"]["versions"]
    document["experiment"]["versions"] = document["insights"]["versions"] = names
    insights = document["insights"]
    for metric in insights["metrics"].values():
        if "values" in metric:
            metric["values"] = _repeated(metric["values"], count)
        metric["observations"] = [{**observation, "version": version} for version in range(count)
                                  for observation in metric["observations"] if observation["version"] == version % len(old)]
    insights["series"] = [{**copy.deepcopy(series), "version": version}
                          for version in range(count) for series in insights["series"]
                          if series["version"] == version % len(old)]
    assessment = insights["assessment"]
    for part in ("slos", "rewards", "comparisons"):
        for each in assessment.get(part, []):
            each["versions"] = _repeated(each["versions"], count)
            if "best" in each:
                each["best"] = [names[-1]]
    if "winner" in assessment:
        assessment["winner"].update(best=[names[-1]], recommended=names[0], version=None, found=False)
    for look in assessment.get("looks", []):
        look["evidence"] = [_repeated(each, count) for each in look["evidence"]]
        look.pop("winner", None)
    assessment["weights"] = {name: 100 // count for name in names}
    assessment.pop("probabilityAllMet", None)
    return document


def with_objectives(document, count):
    """So many objectives, of metrics with names of their own; the last of the run's own are kept at the front."""
    document = copy.deepcopy(document)
    assessment = document["insights"]["assessment"]
    metrics = document["insights"]["metrics"]
    pattern = assessment["slos"][0]
    for i in range(count):
        name = f"http-endpoint-number-{i:03}/error-rate"
        metrics[name] = copy.deepcopy(metrics[pattern["metric"]])
        assessment["slos"].append({**copy.deepcopy(pattern), "metric": name, "line": 100 + i})
    document["experiment"]["objectives"] = len(assessment["slos"])
    return document


def of_ten_minutes(document):
    """Loads of 600 s in blocks of 4 s, as runs keep them, for every version; the blocks are those of the run, repeated."""
    document = copy.deepcopy(document)
    count = 150
    series = [each for each in document["insights"]["series"] if each["iteration"] == 1]
    for each in series:
        each.update(seconds=600, interval=4)
        for key in ("asked", "sent", "completed", "connections"):
            each[key] = (each[key] * count)[:count]
        each["errors"] = {name: (numbers * count)[:count] for name, numbers in each["errors"].items()}
        each["latency"] = {name: (numbers * count)[:count] for name, numbers in each["latency"].items()}
    document["insights"]["series"] = series
    return document


def with_hostile_names(document):
    """Names and messages that try to be markup, and a word that fits into no line."""
    text = json.dumps(document)
    for old, new in (("candidate", HOSTILE), ("checkout", WORD), ("orders/conversion", "orders/" + HOSTILE.replace("/", ""))):
        text = text.replace(json.dumps(old)[1:-1], json.dumps(new)[1:-1])
    return json.loads(text)


def of_older_version(document):
    """As results were before they knew seeds, slices, comparisons, looks and accepted errors."""
    document = copy.deepcopy(document)
    for key in ("id", "running", "walls", "traffic"):
        document.pop(key, None)
    insights = document["insights"]
    insights.pop("series", None)
    for key in ("looks", "comparisons", "scores", "probabilityAllMet", "weights"):
        insights["assessment"].pop(key, None)
    for objective in insights["assessment"]["slos"]:
        objective.pop("alpha", None)
        for check in objective["versions"]:
            for key in ("probability", "interval", "samples", "logEvidencePass", "logEvidenceFail", "effective"):
                check.pop(key, None)
            check["evidence"] = "point"
    return document


def interrupted(document):
    """Ended by a signal during its first task, before anything was judged."""
    document = copy.deepcopy(document)
    document["interrupted"] = "SIGTERM"
    document["numCompletedTasks"] = 0
    document["tasks"] = document["tasks"][:1]
    document["tasks"][0].update(status="interrupted", message="stopped after 3.2 s")
    del document["insights"]["assessment"]
    return document
