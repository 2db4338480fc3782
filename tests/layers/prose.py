"""Finds faults of prose that a machine can tell for certain: in comments, texts and documentation.

* "X is no Y" instead of "X is not a Y", and "what it came to" instead of a noun such as "outcome";
* a comment that names a header, source or document which is not in the repository.
"""

import re

from functions import NOISE
from rules import LIBRARIES, STANDARD, SYSTEM

GAP = r"(?:\s|//+)+"  # between two words of a comment there may be the end of a line
# "no longer" and the like are not followed by a noun; "is no reason" is an idiom.
NOT_A_NOUN = "longer|more|less|fewer|better|worse|later|earlier|sooner|slower|faster|different|reason|help|matter|match"
PHRASES = {
    re.compile(rf"\b(?:is|are|was|were){GAP}no{GAP}(?!(?:{NOT_A_NOUN})\b)\w+"):
        'write "is not a …", or "expected a …, found …"',
    re.compile(rf"\bwhat{GAP}(?:\w+{GAP}){{1,4}}(?:came|comes){GAP}to\b(?!{GAP}(?:an|its){GAP}end)"):
        'write the noun: "outcome", "verdict", "result"',
}
FILE = re.compile(r"(?<![\w/.<-])(?:[\w.-]+/)*[\w-]+\.(?:md|h|cc)\b")
THERE = re.compile(rf"\bthere{GAP}$", re.IGNORECASE)
PLACEHOLDER = re.compile(r"\b[A-Z]{2,}\b")  # providers/NAME.cc


def line_of(text, offset):
    return text.count("\n", 0, offset) + 1


def phrase_problems(path, text, spans):
    """The faulty phrases that begin inside of a span, a (begin, end) of `text`."""
    for phrase, advice in PHRASES.items():
        for match in phrase.finditer(text):
            inside = any(begin <= match.start() < end for begin, end in spans)
            if inside and not THERE.search(text, max(0, match.start() - 40), match.start()):
                words = " ".join(re.sub("//+", " ", match.group()).split())
                yield f'{path}:{line_of(text, match.start())}: "{words}": {advice}'


def reference_problems(path, text, comments, files):
    known = {"/".join(parts[i:]) for parts in (file.split("/") for file in files) for i in range(len(parts))}
    for begin, end in comments:
        for match in FILE.finditer(text, begin, end):
            name = match.group()
            outside = any(name.startswith(start) for start in LIBRARIES) or STANDARD.fullmatch(name) or SYSTEM.fullmatch(name)
            if name not in known and not outside and not PLACEHOLDER.search(name):
                yield f"{path}:{line_of(text, match.start())}: {name} is not in the repository"


def prose_problems(path, text, files):
    """Of one file of C++ or documentation; `files` are the paths of all files of the repository."""
    if path.suffix == ".md":
        yield from phrase_problems(path, text, [(0, len(text))])
        return
    noise = [(match.start(), match.end()) for match in NOISE.finditer(text)]
    yield from phrase_problems(path, text, noise)
    comments = [(begin, end) for begin, end in noise if text.startswith(("//", "/*"), begin)]
    yield from reference_problems(path, text, comments, files)
