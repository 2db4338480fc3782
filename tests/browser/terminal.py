"""What a command looks like in a terminal of a given size: typed into tmux, read back with its colours, drawn as SVG."""

import os
import re
import shutil
import subprocess
import time
import unicodedata
from html import escape

from harness.program import PATIENCE, binary, clean_environment

COLORS = {"31": "#ff7b72", "32": "#7ee787", "33": "#e3b341"}
FOREGROUND, FAINT, BACKGROUND = "#e6edf3", "#8b949e", "#0d1117"
SIZE, ADVANCE, LEADING, MARGIN = 14, 8.43, 19, 14
SGR = re.compile(r"\x1b\[([0-9;]*)m")


def need_tmux():
    """Ends the test as skipped, with a message, if there is no tmux."""
    if shutil.which("tmux"):
        return
    print("cannot run here: no tmux; ./dev install browser brings it", flush=True)
    os._exit(77)


class Terminal:
    """A shell in a terminal of its own, in which `iter8` is the binary under test."""

    def __init__(self, folder, columns, rows, environment=None):
        self._socket = str(folder / f"tmux-{columns}x{rows}")
        (folder / "bin").mkdir(exist_ok=True)
        program = folder / "bin/iter8"
        if not program.exists():
            program.symlink_to(binary())
        shell = folder / "bashrc"
        shell.write_text("PS1='$ '\nunset HISTFILE\n")
        environment = clean_environment(folder, {"TERM": "xterm-256color", **(environment or {})})
        environment["PATH"] = f"{folder / 'bin'}:{environment['PATH']}"
        self._environment = environment
        self._tmux("-f", os.devnull, "new-session", "-d", "-x", str(columns), "-y", str(rows), "-c", str(folder),
                   f"bash --noprofile --rcfile '{shell}'")
        self._tmux("set-option", "-g", "status", "off")
        try:
            self.wait_for(r"^\$")
        except AssertionError:
            self.close()
            raise

    def _tmux(self, *arguments):
        return subprocess.run(["tmux", "-u", "-S", self._socket, *arguments], env=self._environment, check=True, text=True,
                              capture_output=True, timeout=20 * PATIENCE).stdout

    def type(self, command):
        self._tmux("send-keys", "-l", command)
        self._tmux("send-keys", "Enter")

    def press(self, key):
        self._tmux("send-keys", key)

    def screen(self):
        """What is visible, with its colours."""
        return self._tmux("capture-pane", "-e", "-p").rstrip("\n")

    def text(self):
        """What is visible, without colours."""
        return self._tmux("capture-pane", "-p").rstrip("\n")

    def history(self):
        """All lines since the beginning, without colours; a line that the terminal wrapped is several."""
        return self._tmux("capture-pane", "-p", "-S", "-").rstrip("\n")

    def wait_for(self, pattern, within=30.0):
        """Until the visible text has the pattern; returns the screen."""
        end = time.monotonic() + within * PATIENCE
        while not re.search(pattern, self.text(), re.MULTILINE):
            if time.monotonic() > end:
                raise AssertionError(f"no {pattern} in the terminal:\n{self.text()}")
            time.sleep(0.05)
        return self.screen()

    def close(self):
        self._tmux("kill-server")

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()


def spans(line, state):
    """(text, colour, weight) of a line of a screen; `state` is what the line before left."""
    position = 0
    for mark in [*SGR.finditer(line), None]:
        text = line[position:mark.start() if mark else len(line)]
        if text:
            yield text, state.get("color", FAINT if state.get("faint") else FOREGROUND), state.get("weight", "normal")
        if mark is None:
            return
        position = mark.end()
        for code in mark[1].split(";"):
            if code in ("", "0"):
                state.clear()
            elif code == "1":
                state["weight"] = "bold"
            elif code == "2":
                state["faint"] = True
            elif code in COLORS:
                state["color"] = COLORS[code]
            elif code == "39":
                state.pop("color", None)
            elif code == "22":
                state.pop("weight", None)
                state.pop("faint", None)


def width(text):
    return sum(2 if unicodedata.east_asian_width(character) in "WF" else 1 for character in text)


def svg(screen, columns, rows):
    """The screen as a picture that needs no fonts but a monospaced one."""
    across, down = columns * ADVANCE + 2 * MARGIN, rows * LEADING + 2 * MARGIN
    parts = [f'<svg xmlns="http://www.w3.org/2000/svg" width="{across:.0f}" height="{down:.0f}" '
             f'viewBox="0 0 {across:.0f} {down:.0f}" font-family="ui-monospace, SFMono-Regular, Menlo, Consolas, '
             f'DejaVu Sans Mono, monospace" font-size="{SIZE}">',
             f'<rect width="100%" height="100%" rx="8" fill="{BACKGROUND}"/>']
    state = {}
    for row, line in enumerate(screen.split("\n")[:rows]):
        column = 0
        for text, color, weight in spans(line, state):
            for words in re.finditer(r"\S+(?: \S+)*", text):    # renderers make one space of several
                across = MARGIN + (column + width(text[:words.start()])) * ADVANCE
                parts.append(f'<text x="{across:.2f}" y="{MARGIN + (row + 1) * LEADING - 5}" fill="{color}" '
                             f'font-weight="{weight}" textLength="{width(words[0]) * ADVANCE:.2f}">{escape(words[0])}</text>')
            column += width(text)
    return "\n".join([*parts, "</svg>"]) + "\n"
