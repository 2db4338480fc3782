"""What GitHub's runner passes to a container action: action.yml and a step's `with` as command line and environment."""

from pathlib import Path

import yaml

ROOT = Path(__file__).resolve().parents[2]


def action_step(inputs, secrets=None):
    """Arguments and environment of one step: an input that is not given has its default or is empty, one that action.yml
    does not know is refused, and names keep their hyphens. `secrets` are what expressions of defaults stand for."""
    action = yaml.safe_load((ROOT / "action.yml").read_text())
    unknown = set(inputs) - set(action["inputs"])
    if unknown:
        raise ValueError(f"Unexpected input(s) {unknown}")
    values = {name: str(inputs.get(name, settings.get("default", ""))) for name, settings in action["inputs"].items()}
    for name, value in values.items():
        values[name] = (secrets or {}).get(value, value)
    environment = {f"INPUT_{name.replace(' ', '_').upper()}": value for name, value in values.items()}
    for name, value in action["runs"]["env"].items():
        for key, given in values.items():
            value = value.replace("${{ inputs.%s }}" % key, given)
        environment[name] = value
    return action["runs"]["args"], environment
