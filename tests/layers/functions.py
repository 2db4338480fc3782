"""Finds the function definitions of a C++ file by its braces: exact enough for code that clang-format laid out."""

import re

# Comments, raw strings, strings and character literals: replaced by blanks, so that braces in them do not count.
NOISE = re.compile(r'//[^\n]*|/\*.*?\*/|R"(\w*)\(.*?\)\1"|"(?:\\.|[^"\\\n])*"|(?<![0-9a-fA-F])\'(?:\\.|[^\'\\\n])+\'',
                   re.DOTALL)
SCOPE = re.compile(r"\b(namespace|class|struct|union|enum)\b|\bextern\b")


def blanked(text):
    return NOISE.sub(lambda match: re.sub(r"[^\n]", " ", match.group()), text)


def functions(text):
    """Yields (first line, number of lines, what stands before the brace) of each outermost function."""
    scopes = []  # for every open brace: None, or the (line, header) of the function it opens
    header, line, header_line = "", 1, 1
    for character in blanked(text):
        if character == "\n":
            line += 1
        if character == "{":
            inside = any(scope == "body" or isinstance(scope, tuple) for scope in scopes)
            scopes.append("body" if inside else opened(header, header_line))
            header = ""
        elif character == "}" and scopes:
            scope = scopes.pop()
            if isinstance(scope, tuple):
                yield scope[0], line - scope[0] + 1, scope[1]
            header = ""
        elif character == ";":
            header = ""
        elif header or not character.isspace():
            if not header:
                header_line = line
            header += character


def opened(header, line):
    """What the brace after `header` opens outside of any function: a (line, header) function, a scope, or a value."""
    header = " ".join(part for part in header.split("\n") if not part.lstrip().startswith("#")).strip()
    if header.endswith("=") or "(" not in header:
        return "scope" if SCOPE.search(header) else "body"
    if SCOPE.match(header) and not header.endswith((")", "const", "override", "noexcept")):
        return "scope"
    return (line, header)
