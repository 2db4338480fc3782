#!/bin/sh
# ./dev bench load: what a request costs iter8, and what it costs wrk. See load.py.
exec python3 -B "$(dirname "$0")/load.py" "$@"
