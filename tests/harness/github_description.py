"""GitHub's official OpenAPI description (npm: @octokit/openapi), cut to the calls that iter8 makes and made strict."""

import copy
import json

from harness.npm import MODULES

SOURCE = MODULES / "@octokit/openapi/generated/api.github.com.json"
REPOSITORY = "/repos/{owner}/{repo}"
MEDIA_TYPE = "application/vnd.github+json"  # what GitHub recommends to ask for; the description names application/json only

# Below /repos/{owner}/{repo}; every method of each.
CALLS = (
    "", "/actions/runs", "/actions/runs/{run_id}", "/actions/runs/{run_id}/cancel", "/actions/runs/{run_id}/jobs",
    "/actions/workflows/{workflow_id}", "/actions/workflows/{workflow_id}/dispatches",
    "/actions/workflows/{workflow_id}/runs", "/branches/{branch}", "/check-runs", "/check-runs/{check_run_id}", "/commits",
    "/commits/{ref}", "/commits/{ref}/check-runs", "/commits/{ref}/status", "/commits/{ref}/statuses",
    "/commits/{commit_sha}/pulls", "/compare/{basehead}", "/contents/{path}", "/deployments",
    "/deployments/{deployment_id}", "/deployments/{deployment_id}/statuses", "/dispatches", "/git/blobs",
    "/git/blobs/{file_sha}", "/git/commits", "/git/commits/{commit_sha}", "/git/ref/{ref}", "/git/refs",
    "/git/refs/{ref}", "/git/trees", "/git/trees/{tree_sha}", "/issues/comments/{comment_id}",
    "/issues/{issue_number}", "/issues/{issue_number}/assignees", "/issues/{issue_number}/comments",
    "/issues/{issue_number}/labels", "/pulls", "/pulls/{pull_number}", "/pulls/{pull_number}/merge",
    "/pulls/{pull_number}/requested_reviewers", "/pulls/{pull_number}/reviews", "/statuses/{sha}",
)


def write_strict_slice(path):
    """Writes the slice to `path`. Unknown keys of a request body are violations, and the recommended media type is one
    of those that are answered."""
    whole = json.loads(SOURCE.read_text())
    paths = {REPOSITORY + call: copy.deepcopy(whole["paths"][REPOSITORY + call]) for call in CALLS}
    paths["/user"] = copy.deepcopy(whole["paths"]["/user"])
    for operations in paths.values():
        for operation in operations.values():
            for content in operation.get("requestBody", {}).get("content", {}).values():
                close(content["schema"])
            for response in operation.get("responses", {}).values():
                add_media_type(response)
    components = reachable(paths, whole["components"])
    for response in components.get("responses", {}).values():
        add_media_type(response)
    path.write_text(json.dumps({"openapi": whole["openapi"], "info": whole["info"], "paths": paths,
                                "components": components}))


def close(schema):
    """No keys but the described ones, at every depth. Alternatives stay as they are: each would refuse the others' keys."""
    if not isinstance(schema, dict):
        return
    alternatives = any(word in schema for word in ("allOf", "anyOf", "oneOf"))
    if "properties" in schema and "additionalProperties" not in schema and not alternatives:
        schema["additionalProperties"] = False
    for part in schema.get("properties", {}).values():
        close(part)
    close(schema.get("items"))


def add_media_type(response):
    content = response.get("content", {})
    if "application/json" in content:
        content.setdefault(MEDIA_TYPE, content["application/json"])


def reachable(root, components):
    """The components that `root` refers to, and those that these refer to."""
    found = {}
    waiting = list(references(root))
    while waiting:
        _, _, kind, name = waiting.pop().split("/")
        if name in found.setdefault(kind, {}):
            continue
        found[kind][name] = components[kind][name]
        waiting.extend(references(components[kind][name]))
    return found


def references(node):
    if isinstance(node, dict):
        if isinstance(node.get("$ref"), str):
            yield node["$ref"]
        for part in node.values():
            yield from references(part)
    elif isinstance(node, list):
        for part in node:
            yield from references(part)
