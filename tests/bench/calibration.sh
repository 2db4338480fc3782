#!/bin/sh
# ./dev bench calibration [RUNS]: how often two equal versions are called different when requests depend on each other, by
# the rule of src/stats/dependence and by the one that takes requests for independent. Exits 1 when a bound is missed.
set -eu
build=$(dirname "$(dirname "$(readlink -f "$0")")")/../build/release
cmake --build "$build" --target calibration_bench >/dev/null
exec "$build/tests/bench/calibration/calibration_bench" "$@"
