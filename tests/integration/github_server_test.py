"""The fake GitHub refuses what GitHub's official description refuses, and keeps state."""

import json
import unittest
import urllib.error
import urllib.request

from harness.case import Case
from harness.git import Repository
from harness.github import Github
from harness.prism import shared_prism


class GithubServerTest(Case):
    def setUp(self):
        super().setUp()
        self.prism = shared_prism()
        self.repository = Repository(self.folder / "app.git", {"a.txt": "one\n"})
        self.github = Github(self, self.prism, {"acme/app": self.repository})

    def call(self, method, path, body=None, token=None):
        request = urllib.request.Request(
            self.github.url + path, method=method, data=None if body is None else json.dumps(body).encode(),
            headers={"Accept": "application/vnd.github+json", "Content-Type": "application/json",
                     "Authorization": f"Bearer {token or self.github.token}"})
        try:
            with urllib.request.urlopen(request, timeout=60) as response:
                return response.status, json.loads(response.read() or "null")
        except urllib.error.HTTPError as error:
            with error:
                return error.code, json.loads(error.read())

    def test_a_change_goes_the_way_of_the_git_data_calls(self):
        base = self.call("GET", "/repos/acme/app/git/ref/heads%2Fmain")[1]["object"]["sha"]
        tree = self.call("GET", f"/repos/acme/app/git/commits/{base}")[1]["tree"]["sha"]
        made = self.call("POST", "/repos/acme/app/git/trees",
                         {"base_tree": tree, "tree": [{"path": "a.txt", "mode": "100644", "type": "blob", "content": "two\n"}]})
        commit = self.call("POST", "/repos/acme/app/git/commits",
                           {"message": "Change", "tree": made[1]["sha"], "parents": [base]})
        self.assertEqual(self.call("POST", "/repos/acme/app/git/refs",
                                   {"ref": "refs/heads/x", "sha": commit[1]["sha"]})[0], 201)
        pull = self.call("POST", "/repos/acme/app/pulls", {"title": "t", "head": "x", "base": "main"})
        self.assertEqual((pull[0], pull[1]["title"], pull[1]["user"]["login"]), (201, "t", "octocat"))
        self.assertEqual(self.repository.file("a.txt", "x"), b"two\n")
        self.assertEqual(self.call("POST", "/repos/acme/app/pulls", {"title": "t", "head": "x", "base": "main"})[0], 422)
        self.github.assert_sound()

    def test_an_unknown_key_a_missing_one_and_an_unknown_call_are_violations(self):
        self.assertEqual(self.call("POST", "/repos/acme/app/pulls", {"title": "t", "head": "x", "base": "y", "draftt": 1})[0], 422)
        self.assertEqual(self.call("POST", "/repos/acme/app/pulls", {"title": "t", "head": "x"})[0], 422)
        self.assertEqual(self.call("GET", "/repos/acme/app/pull-requests")[0], 422)
        self.assertEqual(len(self.github.violations), 3)

    def test_a_wrong_token_is_refused(self):
        self.assertEqual(self.call("GET", "/repos/acme/app", token="wrong")[0], 401)


if __name__ == "__main__":
    unittest.main()
