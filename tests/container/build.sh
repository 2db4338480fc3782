#!/usr/bin/env bash
# build.sh TAG: builds the Dockerfile with buildah and without a registry, as root. The base image is made by debootstrap
# when this machine does not have it. Compiler output is kept in build/ccache-image, so that a second build is quick.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."
tag=$1
export BUILDAH_ISOLATION=chroot
base=docker.io/library/debian:bookworm-slim

if ! buildah images --format '{{.Name}}:{{.Tag}}' | grep -qx "$base"; then
  echo "==> making the base image $base"
  work=$(mktemp -d)
  trap 'rm -rf "$work"' EXIT
  debootstrap --variant=minbase bookworm "$work/root" >"$work/log" || { tail -n 20 "$work/log" >&2; exit 1; }
  printf 'FROM scratch\nCOPY root /\nCMD ["bash"]\n' >"$work/Containerfile"
  buildah bud -q -t "$base" -f "$work/Containerfile" "$work" >/dev/null
fi

echo "==> building $tag"
mkdir -p build/ccache-image
buildah bud --pull-never --layers --network host --volume "$PWD/build/ccache-image:/root/.cache/ccache" \
  --tag "$tag" --file Dockerfile .
