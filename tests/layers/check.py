#!/usr/bin/env python3
"""Checks the shape of the house: include direction, where outside libraries stop, sizes, prose, leftovers.

usage: check.py [ROOT]     prints one line a problem, exits 1 when there is any
"""

import pathlib
import re
import subprocess
import sys

from functions import functions
from prose import prose_problems
from rules import (ALLOWED, LIBRARIES, MAX_FILE_LINES, MAX_FUNCTION_LINES, ROOMS, SHARED_BY_TASKS, STANDARD,
                   SYSTEM, TOP)

INCLUDE = re.compile(r'^\s*#\s*include\s*([<"])([^>"]+)[>"]')
FOLDERS = ("src", "tasks", "entrypoint", "tests", "docs", "examples", "cmake")
LEFTOVER = re.compile(r"\b(TODO|FIXME|XXX)\b(?!\(#\d+\))")


def layer_of(path):
    """The layer of a path below the root: src/LAYER/…, tasks/…, entrypoint/…; None for a place that is none."""
    parts = path.parts
    layer = parts[1] if parts[0] == "src" and len(parts) > 2 else parts[0]
    return layer if layer in ALLOWED else None


def problem_of_project_include(root, path, layer, included):
    target = root / included if included.startswith(("tasks/", "entrypoint/")) else root / "src" / included
    if ".." in pathlib.PurePosixPath(included).parts or not target.is_file():
        return f'"{included}" is not a file below src/ or the root; write the whole path'
    other = layer_of(target.relative_to(root))
    if other != layer and other not in ALLOWED[layer]:
        return f'{layer} must not include "{included}": {layer} may use {", ".join(ALLOWED[layer]) or "no other layer"}'
    if layer == other == "tasks":
        return problem_between_tasks(path, pathlib.PurePosixPath(included))
    if layer == other and layer in ROOMS:
        return problem_between_rooms(layer, room_of(path), room_of(pathlib.PurePosixPath("src") / included), included)
    return None


def room_of(path):
    """The room of src/LAYER/ROOM/…; of a file in the layer's own folder its stem."""
    return path.parts[2] if len(path.parts) > 3 else path.stem


def problem_between_rooms(layer, room, other, included):
    order = ROOMS[layer]
    for each in (room, other):
        if each not in order:
            return f"{layer}/{each} is not a room of tests/layers/rules.py; {layer} has {', '.join(order)}"
    if order.index(other) > order.index(room):
        return f'{layer}/{room} must not include "{included}": {other} stands above it'
    return None


def problem_between_tasks(path, included):
    """The table of tasks names them all; a task sees itself, its family's folder, and what stands in tasks/ itself."""
    own, other = path.parts[1:-1], included.parts[1:-1]
    if not own or not other or own[0] == other[0] or other[0] in SHARED_BY_TASKS:
        return None
    return f'a task never includes another: tasks/{own[0]} includes "{included}"'


def problem_of_outside_include(layer, included):
    if STANDARD.fullmatch(included) or SYSTEM.fullmatch(included):
        return None
    for start, layers in LIBRARIES.items():
        if included.startswith(start):
            return None if layer in layers else f"<{included}> stops in {', '.join(layers)}; {layer} must not include it"
    return f"<{included}> is in no table of tests/layers/rules.py; add it to the layer where it stops"


def include_problems(root, path, text):
    layer = layer_of(path)
    if layer is None:
        yield f"{path}: stands in no layer; the layers are {', '.join(ALLOWED)}"
        return
    for number, line in enumerate(text.splitlines(), 1):
        match = INCLUDE.match(line)
        if not match:
            continue
        if match[1] == '"':
            problem = problem_of_project_include(root, path, layer, match[2])
        else:
            problem = problem_of_outside_include(layer, match[2])
        if problem:
            yield f"{path}:{number}: {problem}"


def size_problems(path, text):
    lines = text.count("\n")
    if lines > MAX_FILE_LINES:
        yield f"{path}: {lines} lines, more than {MAX_FILE_LINES}"
    for line, length, header in functions(text):
        if length > MAX_FUNCTION_LINES and path.parts[0] != "tests":
            yield f"{path}:{line}: a function of {length} lines, more than {MAX_FUNCTION_LINES}: {header[:60]}"


def leftover_problems(path, text):
    for number, line in enumerate(text.splitlines(), 1):
        if match := LEFTOVER.search(line):
            yield f"{path}:{number}: {match[1]} without the number of its issue: write {match[1]}(#12)"


def build_problems(root, path):
    """A source file that no CMakeLists.txt names is never compiled, and so is dead without anyone noticing."""
    for folder in (root / path).parents:
        lists = folder / "CMakeLists.txt"
        if lists.is_file():
            name = (root / path).relative_to(folder).as_posix()
            if not re.search(rf"(?<![\w./-]){re.escape(name)}(?![\w./-])", lists.read_text()):
                yield f"{path}: {lists.relative_to(root)} does not name it, so it is never compiled"
            return


def names_at_the_top(root):
    """Of what is kept in git; what people have in their checkout besides is their own business."""
    done = subprocess.run(["git", "-C", root, "ls-files", "-z"], capture_output=True, text=True, check=False)
    return sorted({name.partition("/")[0] for name in done.stdout.split("\0") if name})


def top_problems(names):
    for name in names:
        if name not in TOP:
            yield f"{name}: does not stand at the top of the repository by tests/layers/rules.py"


def files_of(root):
    """The paths of all files that people write: documents at the top, and everything in the folders of the house."""
    files = list(root.glob("*.md")) + [file for folder in FOLDERS for file in (root / folder).rglob("*")]
    return sorted(file.relative_to(root) for file in files if file.is_file())


def problems(root):
    files = files_of(root)
    names = [path.as_posix() for path in files]
    yield from top_problems(names_at_the_top(root))
    for path in files:
        if path.suffix == ".md":
            yield from prose_problems(path, (root / path).read_text(), names)
    for folder in ("src", "tasks", "entrypoint", "tests"):
        for file in sorted((root / folder).rglob("*")):
            if file.suffix not in (".cc", ".h"):
                continue
            path, text = file.relative_to(root), file.read_text()
            if folder != "tests":
                yield from include_problems(root, path, text)
            if file.suffix == ".cc" and folder != "tests":
                yield from build_problems(root, path)
            yield from size_problems(path, text)
            yield from leftover_problems(path, text)
            yield from prose_problems(path, text, names)


def main():
    root = pathlib.Path(sys.argv[1] if len(sys.argv) > 1 else ".").resolve()
    found = list(problems(root))
    print("\n".join(found) if found else "layers: in order")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
