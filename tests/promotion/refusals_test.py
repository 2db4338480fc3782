"""Promotions that cannot be: each mistake and each refusal has a clear message, and leaves nothing half-made."""

import re
import threading
import time
import unittest

from harness.routes import Answer
from promoting import GithubCase, promoting


class RefusalTest(GithubCase):
    def refuse(self, status, body=None, method="POST", path="/pulls", headers=None, **how):
        """Lets the one kind of call end so, and runs."""
        self.github.before = lambda asked: (Answer(status, body or {"message": "No"}, headers or {})
                                            if asked.method == method and asked.path.endswith(path) else None)
        return self.promote(code=1, **how)

    def test_mistakes_of_the_file_are_found_where_they_stand(self):
        for edit, words in (({"file": "prod/values.yaml", "set": {".image.tga": "x"}}, "there is no .image.tga.*did you mean 'tag'"),
                            ({"file": "prod/value.yaml", "set": {".a": "x"}}, "did you mean 'prod/values.yaml'"),
                            ({"file": "prd/values.yaml", "set": {".a": "x"}}, "nor its folder"),
                            ({"file": "logo.png", "set": {".a": "x"}}, "logo.png: a binary file"),
                            ({"file": "logo.png", "replace": [{"pattern": "a", "with": "b"}]}, "logo.png: a binary file"),
                            ({"file": "prod", "set": {".a": "x"}}, "not a regular file"),
                            ({"file": "run.sh", "replace": [{"pattern": "nothing like it", "with": "b"}]}, "matches nothing"),
                            ({"file": "prod/values.yaml", "set": {".image.tag": "{{ .version.other | default \"\" }}"}},
                             "renders to nothing"),
                            ({"file": "prod/values.yaml", "set": {".image.tag": "{{ .winner.tag }}"}}, "found no winner")):
            with self.subTest(words):
                self.assert_says(self.promote(edit, code=1), words)
                self.assertEqual(self.github.writes, [])

    def test_mistakes_that_need_no_server_are_found_before_the_run(self):
        for edit, words in (({"file": "a", "set": {".a[": "x"}}, "is not a path"),
                            ({"file": "../a", "set": {".a": "x"}}, "not a path inside a repository"),
                            ({"file": "a"}, "an edit without a change"),
                            ({"file": "a", "content": "x", "set": {".a": "x"}}, "either sets the whole file"),
                            ({"file": "a", "contentFile": "nowhere.txt"}, "found no file"),
                            ({"file": "a", "replace": [{"pattern": "(", "with": "x"}]}, "is not a pattern"),
                            ({"file": "a", "content": "{{ .winner.tga }}"}, "no version has a key 'tga'.*did you mean 'tag'"),
                            ({"file": "a", "content": "{{ .wimmer.tag }}"}, "did you mean 'winner'"),
                            ({"file": "a", "contents": "x"}, "did you mean 'content'")):
            with self.subTest(words):
                self.assert_says(self.promote(edit, code=2), words)
        self.assertEqual(self.github.asked, [])

    def test_a_token_in_the_file_is_refused(self):
        self.assert_says(self.promote(code=2, token="ghs_in_the_file"), "a token must not stand in the file")
        self.promote(token="${OTHER_TOKEN}", environment={"GITHUB_TOKEN": "", "OTHER_TOKEN": self.github.token})

    def test_a_token_without_permission_is_told_which_one(self):
        finished = self.refuse(403, {"message": "Resource not accessible by integration"}, path="/git/trees")
        self.assert_says(finished, "cannot store the changed files: .*contents: write")
        finished = self.refuse(403, {"message": "Resource not accessible by integration"})
        self.assert_says(finished, "cannot open the pull request .*pull-requests: write.*read-only")
        finished = self.refuse(403, {"message": "GitHub Actions is not permitted to create or approve pull requests."})
        self.assert_says(finished, "Workflow permissions")

    def test_a_soft_failure_is_a_warning(self):
        self.github.before = lambda asked: Answer(403, {"message": "Resource not accessible"}) if asked.is_write else None
        finished = self.promote(softFailure=True)

        self.assert_says(finished, "Resource not accessible")
        self.assertIn("not done", self.message())
        self.assert_says(self.iter8("report", "-o", "markdown"), "Resource not accessible")

    def test_each_status_has_a_message_of_its_own(self):
        self.assert_says(self.promote(code=1, environment={"GITHUB_TOKEN": "wrong-token"}), "GITHUB_TOKEN is wrong or expired")
        self.assert_says(self.promote(code=1, environment={"GITHUB_TOKEN": ""}), "no token was given: set GITHUB_TOKEN")
        self.assert_says(self.promote(code=1, repository="acme/nothing"), "cannot find the repository acme/nothing.*404")
        self.assert_says(self.promote(code=1, repository="acme"), "expected a repository as owner/name")
        self.assert_says(self.promote(code=1, base="nothing"), "there is no branch nothing")
        self.assert_says(self.refuse(409, {"message": "Git Repository is empty."}, path="/git/commits"), "409.*empty")
        self.assert_says(self.refuse(422, {"message": "Validation Failed", "errors": [
            {"resource": "PullRequest", "code": "custom", "message": "Draft pull requests are not supported"}]}), "not supported")
        self.assert_says(self.refuse(502, {"message": "Bad gateway"}), "502.*try again later")

    def test_a_protected_branch_is_named(self):
        self.promote()
        self.repository.commit("main", {"x": "y"}, "Move")
        finished = self.refuse(422, {"message": "Cannot force-push to this protected branch"}, method="PATCH",
                               path="/git/refs/heads/iter8/shop")
        self.assert_says(finished, "cannot move the branch iter8/shop.*protected branch")

    def test_a_branch_that_is_the_base_is_refused_before_the_run(self):
        for options in ({"base": "main", "branch": "main"}, {"base": "main-rollback", "branch": "main", "rollback": True}):
            with self.subTest(**options):
                self.assert_says(self.promote(code=2, **options), r"yaml:\d+:\d+: error: the branch main.* is the base itself")
        self.assertEqual(self.github.asked, [])

    def test_a_branch_that_turns_out_to_be_the_base_gets_no_commit(self):
        state = self.repository.state()
        for options in ({"branch": "main"}, {"base": "main", "branch": "{{ .experiment.name | trimPrefix \"shop-\" }}", "name": "shop-main"}):
            with self.subTest(**options):
                self.assert_says(self.promote(code=1, **options), "the branch main is the base itself")
        self.assertEqual((self.repository.state(), self.github.writes), (state, []))

    def test_a_branch_that_iter8_did_not_make_is_never_moved(self):
        self.promote()
        ours = self.repository.git("rev-parse", "iter8/shop")
        for branch, commit in (("theirs", self.repository.head()),      # nothing of its own yet
                               ("stable", ours)):                       # has got our commit from elsewhere
            with self.subTest(branch):
                self.repository.git("update-ref", f"refs/heads/{branch}", commit)
                self.github.asked.clear()
                self.assert_says(self.promote(code=1, branch=branch), f"the branch {branch} holds commits that are not of this task")
                self.assertEqual((self.repository.git("rev-parse", branch), self.github.writes), (commit, []))

    def test_a_protected_branch_is_not_moved_even_if_it_is_ours(self):
        self.promote()
        self.repository.commit("main", {"x": "y"}, "Move")
        self.github.protected.add("iter8/shop")
        self.github.asked.clear()
        self.assert_says(self.promote(code=1), "the branch iter8/shop is protected; give another")
        self.assertEqual(self.github.writes, [])

    def test_a_branch_of_an_older_version_goes_on_if_its_name_is_ours(self):
        self.promote()
        message = self.repository.git("show", "-s", "--format=%B", "iter8/shop")
        older = self.repository.git("commit-tree", "iter8/shop^{tree}", "-p", "main", given=re.sub(", branch [^)]*", "", message).encode())
        self.repository.git("update-ref", "refs/heads/iter8/shop", older)
        self.promote()
        self.assertEqual(self.repository.git("rev-parse", "iter8/shop^"), self.repository.head())
        self.repository.git("update-ref", "refs/heads/mine", older)
        self.assert_says(self.promote(code=1, branch="mine"), "not of this task")

    def test_a_rate_limit_is_waited_for(self):
        limits = [Answer(403, {"message": "You have exceeded a secondary rate limit"}, {"Retry-After": "1"}),
                  Answer(429, {"message": "Too many"}, {"Retry-After": "1"})]
        self.github.before = lambda asked: limits.pop() if asked.is_write and limits else None
        begin = time.monotonic()
        self.promote()

        self.the_pull()
        self.assertGreater(time.monotonic() - begin, 1.9)

    def test_a_limit_that_lasts_too_long_is_an_error(self):
        finished = self.refuse(403, {"message": "API rate limit exceeded"}, headers={
            "x-ratelimit-remaining": "0", "x-ratelimit-reset": str(int(time.time()) + 3600)})
        self.assert_says(finished, "rate limit is used up for another")

    def test_text_of_the_server_cannot_reach_the_log_as_a_command(self):
        finished = self.refuse(422, {"message": "x\n::error::owned\u001b[2J ghs_test_0123456789"})
        self.assertNotRegex(finished.text, r"(?m)^::error::owned|\x1b\[2J|ghs_test_0123456789")

    def test_a_server_that_is_not_there_or_not_trusted(self):
        self.assert_says(self.promote(code=1, environment={"GITHUB_API_URL": "http://127.0.0.1:9"}), "connect|refused")
        self.assert_says(self.promote(code=1, environment={"GITHUB_API_URL": "https://nowhere.invalid"}), "resolve")

    def test_the_token_is_in_no_argument_result_log_or_payload(self):
        finished = self.promote({"file": "prod/values.yaml", "set": {".image.tag": "v2"}}, body="{{ .run.url }} token")
        text = finished.text + (self.folder / "result.yaml").read_text()
        text += "".join(str(asked.body) for asked in self.github.asked)
        self.assertNotIn(self.github.token, text)

    def test_a_signal_while_waiting_for_the_server_ends_the_run(self):
        reached = threading.Event()

        def hold(asked):
            reached.set()
            threading.Event().wait(3)

        self.github.before = hold
        self.write("experiment.yaml", promoting())
        running = self.start("run", environment=self.github.environment)
        self.assertTrue(reached.wait(20))
        running.send(15)
        self.assertEqual(running.finish(20).code, 143)


if __name__ == "__main__":
    unittest.main()
