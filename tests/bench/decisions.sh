#!/bin/sh
# ./dev bench decisions [RUNS]: how often each rule of decision is wrong and how soon it is right, simulated, beside the
# wanted figures. Exits 1 when one is missed.
set -eu
build=$(dirname "$(dirname "$(readlink -f "$0")")")/../build/release
cmake --build "$build" --target decisions_bench >/dev/null
exec "$build/tests/bench/decisions/decisions_bench" "$@"
