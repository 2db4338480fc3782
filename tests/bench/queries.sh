#!/usr/bin/env bash
# Asking Prometheus 200 queries: iter8 against curl, which is libcurl and little else.
PYTHONPATH="$(dirname "$0")/..:$(dirname "$0")/../integration" exec python3 -B "$(dirname "$0")/queries.py" "$@"
