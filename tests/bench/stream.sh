#!/bin/sh
# ./dev bench stream: how true the times inside streams of events are, and what an event costs. See stream.py.
exec python3 -B "$(dirname "$0")/stream.py" "$@"
