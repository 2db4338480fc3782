"""Containers without a container engine: what the GitHub runner and a Tekton pod do with an image, done by hand."""

import json
import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
IMAGE = "localhost/iter8-test"
ARGUMENTS = ("VERSION=1.2.3-test", "REVISION=0123456789abcdef")
BASE = "localhost/iter8-base:bookworm"


def run(*command, **options):
    options = {"capture_output": True, "text": True, "check": False, "timeout": 120, **options}
    return subprocess.run([os.fspath(word) for word in command], env={**os.environ, "BUILDAH_ISOLATION": "chroot"},
                          **options)


def checked(*command, **options):
    done = run(*command, **options)
    if done.returncode:
        raise AssertionError(f"{' '.join(map(str, command))}: {done.stdout}{done.stderr}")
    return done.stdout.strip()


def reason_not_to_run():
    """Why no image can be built on this machine, or None."""
    if os.geteuid() != 0:
        return "it needs root"
    try:
        done = run("buildah", "images")
    except FileNotFoundError:
        return "buildah is not installed"
    return done.stderr.strip().splitlines()[0] if done.returncode else None


def build_image():
    """Builds the Dockerfile as it stands. What it prints goes to the log of the test."""
    sys.stdout.flush()
    subprocess.run([ROOT / "tests/container/build.sh", IMAGE, *ARGUMENTS], check=True, timeout=1500, stdin=subprocess.DEVNULL)


class Container:
    """A container of the image, removed at the end."""

    def __init__(self):
        self._name = checked("buildah", "from", "--pull-never", IMAGE)
        self.config = json.loads(checked("buildah", "inspect", self._name))["OCIv1"]["config"]

    def remove(self):
        checked("buildah", "rm", self._name)

    def run(self, command, environment=None, volumes=None, directory=None):
        """Runs a command as root on the host's network, in place of the entry point."""
        options = ["--network", "host"]
        options += [word for pair in (environment or {}).items() for word in ("--env", "=".join(pair))]
        options += [word for host, inside in (volumes or {}).items() for word in ("--volume", f"{host}:{inside}")]
        options += ["--workingdir", directory or self.config.get("WorkingDir", "/")]
        return run("buildah", "run", *options, self._name, "--", *command)

    def run_restricted(self, command, uid, volumes, environment, directory="/workspace"):
        """Runs a command as a user that the image does not know, with nothing writable but the volumes, and as process 1: a pod
        with runAsUser and readOnlyRootFilesystem."""
        root = checked("buildah", "mount", self._name)
        variables = [f"{name}={value}" for name, value in environment.items()]
        binds = " ".join(f"{host}:{inside}" for host, inside in volumes.items())
        try:
            return run("unshare", "--mount", "--pid", "--fork", "--kill-child", "sh", "-eu", "-c", RESTRICTED, "sh", root, binds, str(uid), directory,
                       "env", "-i", *variables, *command)
        finally:
            checked("buildah", "umount", self._name)

    def size(self):
        """Bytes of all files of the image, and of its base."""
        sizes = []
        for image in (IMAGE, BASE):
            container = self._name if image == IMAGE else checked("buildah", "from", "--pull-never", image)
            try:
                root = checked("buildah", "mount", container)
                sizes.append(int(checked("du", "--summarize", "--bytes", "--one-file-system", root).split()[0]))
            finally:
                checked("buildah", "umount", container)
                if image == BASE:
                    checked("buildah", "rm", container)
        return sizes


RESTRICTED = """
root=$1 volumes=$2 user=$3 directory=$4
shift 4
mount --bind "$root" "$root"
for volume in $volumes; do
  inside=$root${volume#*:}
  if [ ! -e "$inside" ]; then
    [ -d "${volume%%:*}" ] && mkdir -p "$inside" || { mkdir -p "$(dirname "$inside")" && touch "$inside"; }
  fi
  mount --bind "${volume%%:*}" "$inside"
done
mount --rbind /dev "$root/dev"
mount -t proc proc "$root/proc"
mount -o remount,bind,ro "$root"
exec chroot --userspec="$user:$user" "$root" sh -c 'cd "$0" && exec "$@"' "$directory" "$@"
"""
