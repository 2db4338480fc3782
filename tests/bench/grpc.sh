#!/bin/sh
# ./dev bench grpc: what a call costs iter8, ghz and h2load. See grpc.py.
exec python3 -B "$(dirname "$0")/grpc.py" "$@"
