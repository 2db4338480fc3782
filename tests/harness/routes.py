"""How a family of calls in the fake GitHub is written: methods marked with the call that they handle."""

import re
from dataclasses import dataclass, field


@dataclass
class Answer:
    status: int
    body: object = None
    headers: dict = field(default_factory=dict)


def route(method, path):
    """Marks the method that answers METHOD /repos/{owner}/{repo}PATH, or a path that begins with //. Each {} of the path
    is one segment, given decoded; the repository comes first."""
    place = path[1:] if path.startswith("//") else "/repos/{}/{}" + path
    pattern = re.escape(place).replace(r"\{\}", "([^/]+)")

    def mark(function):
        function.route = (method, pattern)
        return function

    return mark


class Routes:
    """The base of every family."""

    def routes(self):
        """(method, pattern, name) of every marked method."""
        for name in dir(type(self)):
            marked = getattr(getattr(type(self), name), "route", None)
            if marked:
                yield (*marked, name)

    def repository(self, owner, name):
        """The repository, or LookupError, which is a 404."""
        return self.repositories[f"{owner}/{name}"]


def not_found():
    return Answer(404, {"message": "Not Found", "documentation_url": "https://docs.github.com/rest", "status": "404"})


def refused(message, *errors, status=422):
    """A 422 with GitHub's wording."""
    return Answer(status, {"message": message, "errors": [{"message": error} for error in errors],
                           "documentation_url": "https://docs.github.com/rest", "status": str(status)})


def overlaid(answer, example):
    """The state, merged into the description's example, so that the response has GitHub's form."""
    if answer.status >= 400 or answer.body is None or example is None:
        return answer
    if isinstance(answer.body, list):
        first = example[0] if isinstance(example, list) and example else {}
        return Answer(answer.status, [merged(first, item) for item in answer.body], answer.headers)
    return Answer(answer.status, merged(example, answer.body), answer.headers)


def merged(example, state):
    if isinstance(example, dict) and isinstance(state, dict):
        return {**example, **{key: merged(example.get(key), value) for key, value in state.items()}}
    return state
