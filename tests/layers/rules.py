"""The plan of the house as a table: which layer may include which, and where each outside library stops."""

import re

# Layer -> layers it may include, besides itself. Peers are absent from each other's line on purpose.
ALLOWED = {
    "base": [],
    "stats": ["base"],
    "config": ["base"],
    "net": ["base"],
    "web": ["base"],
    "git": ["base"],
    "forge": ["base", "web", "git"],
    "load": ["base", "stats", "net"],
    "experiment": ["base", "stats", "config"],
    "verdict": ["base", "stats", "config", "experiment"],
    "summary": ["base", "stats", "config", "experiment"],
    "report": ["base", "stats", "config", "experiment", "summary"],
    "tasks": ["base", "stats", "config", "net", "web", "git", "forge", "load", "experiment", "verdict", "summary"],
    "entrypoint": ["base", "stats", "config", "net", "web", "git", "forge", "load", "experiment", "verdict", "summary",
                   "report", "tasks"],
}

FROM_WEB_UPWARDS = ["web", "forge", "load", "experiment", "verdict", "summary", "report", "tasks", "entrypoint"]

# Layer -> its rooms from the bottom up: a file may include its own room and those before it in the list. An entry is a
# sub-folder, or the stem of a file that stands in the layer's own folder ("task" is src/experiment/task.h and task.cc).
ROOMS = {
    "config": ["value", "yaml", "expression", "template", "options", "edit"],
    "stats": ["math", "histogram", "evidence", "posterior", "dependence"],
    "load": ["expectation", "error_class", "data_rows", "json_path", "stream", "grpc_call", "grpc_status", "websocket_call", "plan",
             "part_tally", "measurement", "schedule", "request",
             "protocol", "worker", "self_check", "plan_check", "engine"],
    "experiment": ["version", "verdict", "shards", "assessment", "metric", "result", "progress", "foresight", "task", "catalog",
                   "model", "step", "run", "file"],
    "report": ["escaping", "text_style", "ticks", "tables", "evidence_tables", "distribution", "plot", "text_plot", "outputs", "exposition", "formats", "grid", "table_text", "summary_grids", "run_summary", "text_report", "older_text", "html", "text", "markdown", "json", "junit", "sarif", "code_quality", "openmetrics", "gitlab_metrics", "dotenv", "hdr", "report"],
    "verdict": ["limit", "criteria", "accumulated_data", "evidence_store", "dependence", "quality", "latency_doubt", "generator_doubt", "fast_failures", "objective_evidence",
                "relative_evidence", "objective_case", "explanation", "objective", "rewards", "comparisons",
                "verdicts", "winner", "judge", "ideal_result", "foresight", "calibration"],
}

# Start of an outside header's name -> layers that may include it.
LIBRARIES = {
    "fmt/": list(ALLOWED),
    "zlib.h": ["base"],
    "nettle/": ["base"],
    "boost/math/": ["stats"],
    "yaml-cpp/": ["config"],
    "re2/": ["config"],
    "openssl/": ["net"],
    "curl/": ["web"],
    "jq.h": ["web"],
    "jv.h": ["web"],
    "git2": ["git"],
    "nghttp2/": ["load", "entrypoint"],  # there as the demo's server
    "nlohmann/": ["config", *FROM_WEB_UPWARDS],
    "google/protobuf/": ["tasks"],
    "postgresql/": ["tasks"],
    "CLI/": ["entrypoint"],
}

# What every layer may include: the C++ standard library, and the C and Linux interfaces.
STANDARD = re.compile(r"[a-z_0-9]+")
SYSTEM = re.compile(
    r"(sys|netinet|arpa|linux|net)/[a-z_0-9]+\.h"
    r"|(dirent|dlfcn|errno|fcntl|glob|malloc|netdb|poll|pthread|pwd|sched|signal|spawn|stdlib|string|termios|time|unistd)\.h")

# Folders of tasks/ that a family of tasks shares; every other folder is one task, closed to its neighbours.
SHARED_BY_TASKS = ["evidence", "forge", "load", "web"]

# What stands at the top of the repository. Nothing else does without a reason.
TOP = [".ci", ".clang-format", ".clang-tidy", ".dockerignore", ".github", ".gitignore", "CHANGELOG.md", "CMakeLists.txt",
       "CMakePresets.json", "CONTRIBUTING.md", "Dockerfile", "LICENSE", "README.md", "SECURITY.md", "action.yml", "cmake",
       "dev", "docs", "entrypoint", "examples", "src", "tasks", "tests"]

MAX_FILE_LINES = 400
MAX_FUNCTION_LINES = 60
