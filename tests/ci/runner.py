"""How GitHub's runner interprets a step, written from its documented rules: which lines of the log are commands, what
the files of outputs hold, and when a summary is thrown away. Shares no code with iter8."""

import re
from dataclasses import dataclass, field

COMMANDS = {"add-mask", "add-matcher", "add-path", "debug", "echo", "endgroup", "error", "group", "notice",
            "remove-matcher", "save-state", "set-env", "set-output", "stop-commands", "warning"}
SUMMARY_LIMIT = 1024 * 1024
ISSUE_LIMIT = 10
MESSAGE_LIMIT = 4096


@dataclass
class Command:
    name: str
    properties: dict
    data: str


@dataclass
class Step:
    """The state of one step while its log is read."""

    masks: list = field(default_factory=list)
    issues: list = field(default_factory=list)     # Command, as many of each type as GitHub keeps
    dropped: int = 0
    groups: list = field(default_factory=list)     # titles
    other: list = field(default_factory=list)      # commands that a step of ours has no business with
    shown: list = field(default_factory=list)      # lines that people see, masked
    first_line_after_masks: int = None
    open_groups: int = 0
    lines_of_group: list = field(default_factory=list)   # of the open or latest one
    empty_groups: list = field(default_factory=list)     # titles
    guards: int = 0                                # times that commands were stopped
    stop_token: str = None

    def read(self, log):
        for number, line in enumerate(log.split("\n")):
            command = self._command_of(line)
            if command is None:
                shown = line
                for mask in sorted(self.masks, key=len, reverse=True):
                    shown = shown.replace(mask, "***")
                self.shown.append(shown)
                if self.open_groups:
                    self.lines_of_group.append(shown)
                if self.first_line_after_masks is None:
                    self.first_line_after_masks = number
            else:
                self._obey(command)
        return self

    def _command_of(self, line):
        command = command_v2(line) or command_v1(line)
        if command is None:
            return None
        if self.stop_token is not None:
            return command if command.name == self.stop_token else None
        return command if command.name in COMMANDS else None

    def _obey(self, command):
        if self.stop_token is not None:
            self.stop_token = None
        elif command.name == "stop-commands":
            assert command.data and command.data not in COMMANDS, "not a token"
            self.stop_token = command.data
            self.guards += 1
        elif command.name == "add-mask":
            assert command.data.strip(), "an empty mask"
            self.masks += [part for part in re.split(r"\r|\n", command.data) if part] + [command.data]
        elif command.name in ("error", "warning", "notice"):
            if sum(issue.name == command.name for issue in self.issues) < ISSUE_LIMIT:
                self.issues.append(Command(command.name, command.properties, command.data[:MESSAGE_LIMIT]))
            else:
                self.dropped += 1
        elif command.name == "group":
            assert self.open_groups == 0, "groups do not nest"
            self.open_groups += 1
            self.groups.append(command.data)
            self.lines_of_group = []
        elif command.name == "endgroup":
            self.open_groups -= 1
            if not any(line.strip() for line in self.lines_of_group):
                self.empty_groups.append(self.groups[-1])
        else:
            self.other.append(command)


def command_v2(line):
    """::name key=value,key=value::data, after spaces."""
    line = line.lstrip()
    if not line.startswith("::"):
        return None
    end = line.find("::", 2)
    if end < 0:
        return None
    name, _, rest = line[2:end].partition(" ")
    return Command(name, properties(rest, ",", unescaped_property), unescaped_data(line[end + 2:]))


def command_v1(line):
    """##[name key=value;key=value]data, anywhere in a line."""
    begin = line.find("##[")
    end = line.find("]", begin)
    if begin < 0 or end < 0:
        return None
    name, _, rest = line[begin + 3:end].partition(" ")
    return Command(name, properties(rest, ";", str), line[end + 1:])


def properties(text, separator, unescape):
    pairs = (part.partition("=") for part in text.split(separator) if "=" in part)
    return {name.strip(): unescape(value) for name, _, value in pairs if value}


def unescaped_data(text):
    return text.replace("%0D", "\r").replace("%0A", "\n").replace("%25", "%")


def unescaped_property(text):
    return text.replace("%0D", "\r").replace("%0A", "\n").replace("%3A", ":").replace("%2C", ",").replace("%25", "%")


def read_outputs(content):
    """The bytes of the file behind GITHUB_OUTPUT: NAME=VALUE, or NAME<<DELIMITER, lines, DELIMITER. Only the line feed ends a
    line; whatever is malformed fails the step."""
    text = content.decode("utf-8")
    outputs, position = {}, 0
    while position < len(text):
        end = text.find("\n", position)
        line = text[position:] if end < 0 else text[position:end]
        position = len(text) if end < 0 else end + 1
        if not line:
            continue
        equals, heredoc = line.find("="), line.find("<<")
        if equals >= 0 and (heredoc < 0 or equals < heredoc):
            outputs[line[:equals]] = line[equals + 1:]
            continue
        if heredoc < 0:
            raise ValueError(f"no = and no <<: {line}")
        name, delimiter = line[:heredoc], line[heredoc + 2:]
        if not name or not delimiter:
            raise ValueError(f"no name or no delimiter: {line}")
        value = []
        while True:
            end = text.find("\n", position)
            line = text[position:] if end < 0 else text[position:end]
            if line == delimiter:
                position = len(text) if end < 0 else end + 1
                break
            if end < 0:
                raise ValueError(f"{name}: no end")
            value.append(line)
            position = end + 1
        outputs[name] = "\n".join(value)
    return outputs


def read_summary(content):
    """The Markdown that GitHub shows; one over the limit is dropped as a whole."""
    if len(content) > SUMMARY_LIMIT:
        raise ValueError(f"{len(content)} bytes are more than GitHub takes")
    return content.decode("utf-8")
