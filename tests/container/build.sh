#!/usr/bin/env bash
# build.sh TAG [NAME=VALUE ...]: builds the Dockerfile with buildah and without a registry, as root, with these build
# arguments. The base image is made by debootstrap when this machine does not have it. The compiler's cache is this machine's,
# which may have built the same sources already.
# build.sh --packages: only the layers that hold packages of Debian, which take the network's time and not the processor's.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."
tag=$1
shift
export BUILDAH_ISOLATION=chroot
base=localhost/iter8-base:bookworm

if ! buildah images --format '{{.Name}}:{{.Tag}}' | grep -qx "$base"; then
  echo "==> making the base image $base"
  work=$(mktemp -d)
  trap 'rm -rf "$work"' EXIT
  debootstrap --variant=minbase bookworm "$work/root" >"$work/log" || { tail -n 20 "$work/log" >&2; exit 1; }
  printf 'FROM scratch\nCOPY root /\nCMD ["bash"]\n' >"$work/Containerfile"
  buildah bud -q -t "$base" -f "$work/Containerfile" "$work" >/dev/null
fi

if [ "$tag" = --packages ]; then
  for stage in compiler libraries; do
    echo "==> building the layer of the $stage"
    buildah bud --quiet --pull-never --layers --network host --build-arg "BASE=$base" --target "$stage" --file Dockerfile . >/dev/null
  done
  exit
fi

arguments=(--build-arg "BASE=$base")
for argument in "$@"; do
  case $argument in
    SOURCE_DATE_EPOCH=*) arguments+=(--timestamp "${argument#*=}") ;;
    *) arguments+=(--build-arg "$argument") ;;
  esac
done
# found_and_missed: how often the compiler's cache had what it was asked for, and how often not, since it was made.
found_and_missed() {
  ccache --print-stats 2>/dev/null |
    awk '/^(direct|preprocessed)_cache_hit/ {found += $2} /^cache_miss/ {missed += $2} END {print found + 0, missed + 0}'
}

echo "==> building $tag"
cache=$(ccache --get-config cache_dir 2>/dev/null || echo "$PWD/build/ccache-image")
mkdir -p "$cache"
read -r found missed < <(found_and_missed)
buildah bud --pull-never --layers --network host --volume "$cache:/root/.cache/ccache" \
  "${arguments[@]}" --tag "$tag" --file Dockerfile .
read -r found_now missed_now < <(found_and_missed)
echo "==> from the compiler's cache: $((found_now - found)) units; compiled: $((missed_now - missed))"
