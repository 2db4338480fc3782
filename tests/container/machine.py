"""Containers without a container engine: what the GitHub runner and a Tekton pod do with an image, done by hand."""

import json
import os
import subprocess
import sys
from pathlib import Path

import yaml

ROOT = Path(__file__).resolve().parents[2]
IMAGE = "localhost/iter8-test"


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
    subprocess.run([ROOT / "tests/container/build.sh", IMAGE], check=True, timeout=1500, stdin=subprocess.DEVNULL)


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

    def run_restricted(self, command, uid, workspace, environment):
        """Runs a command as a user that the image does not know, with nothing writable but the workspace: a pod with
        runAsUser and readOnlyRootFilesystem."""
        root = checked("buildah", "mount", self._name)
        variables = [f"{name}={value}" for name, value in environment.items()]
        try:
            return run("unshare", "--mount", "sh", "-eu", "-c", RESTRICTED, "sh", root, workspace, str(uid), "env", "-i",
                       *variables, *command)
        finally:
            checked("buildah", "umount", self._name)


RESTRICTED = """
root=$1 workspace=$2 user=$3
shift 3
mount --bind "$root" "$root"
mount --bind "$workspace" "$root/workspace"
mount --rbind /dev "$root/dev"
mount -t proc proc "$root/proc"
mount -o remount,bind,ro "$root"
exec chroot --userspec="$user:$user" "$root" sh -c 'cd /workspace && exec "$@"' sh "$@"
"""


def action_step(inputs, secrets):
    """Command line and environment that the runner makes of action.yml and a step's `with`: an input that is not given
    has its default or is empty, and names keep their hyphens."""
    action = yaml.safe_load((ROOT / "action.yml").read_text())
    values = {name: str(inputs.get(name, settings.get("default", ""))) for name, settings in action["inputs"].items()}
    for name, value in values.items():
        values[name] = secrets.get(value, value)
    environment = {f"INPUT_{name.replace(' ', '_').upper()}": value for name, value in values.items()}
    for name, value in action["runs"]["env"].items():
        for key, given in values.items():
            value = value.replace("${{ inputs.%s }}" % key, given)
        environment[name] = value
    return action["runs"]["args"], environment


def read_outputs(text):
    """The outputs in the file behind GITHUB_OUTPUT, by the runner's rules: NAME<<DELIMITER, lines, DELIMITER."""
    outputs, lines = {}, iter(text.split("\n"))
    for line in lines:
        if not line:
            continue
        name, separator, delimiter = line.partition("<<")
        assert separator, f"no heredoc: {line}"
        value = []
        for part in lines:
            if part == delimiter:
                break
            value.append(part)
        else:
            raise AssertionError(f"{name} has no end")
        outputs[name] = "\n".join(value)
    return outputs
