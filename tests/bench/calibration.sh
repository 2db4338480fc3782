#!/bin/sh
# ./dev bench calibration [RUNS]: how often two equal versions are called different when requests depend on each other, by
# the rule of src/stats/dependence, by verdicts, and by the rule that takes requests for independent.
# ./dev bench calibration --live [--runs N]: the same of `iter8 run` with two processes of the demo application.
# Exits with 1 when a bound is missed.
set -eu
here=$(dirname "$(readlink -f "$0")")
if [ "${1:-}" = --live ]; then
  shift
  exec python3 -B "$here/calibration_live.py" "$@"
fi
build=$here/../../build/release
cmake --build "$build" --target calibration_bench >/dev/null
exec "$build/tests/bench/calibration/calibration_bench" "$@"
