"""Merge requests of GitLab and pull requests of Gitea, against stand-ins made from the servers' documentation."""

import unittest

from harness.case import Case
from harness.forge_stand_ins import Gitea, Gitlab
from harness.git import Repository
from promoting import FILES, VALUES, promoting

BRANCH = "iter8/shop"
NEW = VALUES.replace("v1.4", "v1.5")


class ForgeTests:
    def setUp(self):
        super().setUp()
        self.repository = Repository(self.folder / "deploy.git", FILES)
        self.forge = self.kind(self, None, {"acme/deploy": self.repository})

    def promote(self, *edits, code=0, environment=None, **options):
        finished = self.run_experiment(promoting(*edits, **options), within=60,
                                       environment=self.forge.environment | (environment or {}))
        self.assert_code(finished, code)
        self.forge.assert_sound()
        return finished

    def message(self):
        return self.result()["tasks"][0]["message"]

    def the_request(self):
        self.assertEqual(len(self.forge.pulls), 1)
        return self.forge.pulls[0]

    def test_one_request_is_opened_and_the_second_run_writes_nothing(self):
        options = {"labels": ["promotion"], "assignees": ["ana"], "reviewers": ["bo"]}
        self.promote(**options)

        one = self.the_request()
        self.assertEqual((one.head, one.base, one.title), (BRANCH, "main", "Promote candidate (shop)"))
        self.assertEqual((one.labels, one.assignees, one.reviewers), (["promotion"], ["ana"], ["bo"]))
        self.assertEqual(self.repository.file("prod/values.yaml", BRANCH).decode(), NEW)
        self.assertEqual(self.repository.git("rev-parse", f"{BRANCH}^"), self.repository.head())
        self.forge.asked.clear()
        self.promote(**options)
        self.assertEqual(self.forge.writes, [])

    def test_new_files_author_draft_and_changed_edits(self):
        self.promote({"file": "VERSION", "content": "v1.5\n"}, draft=True, author={"name": "Robot", "email": "r@example.com"})
        self.promote({"file": "VERSION", "content": "v1.6\n"}, draft=True, author={"name": "Robot", "email": "r@example.com"})

        self.assertEqual(self.repository.file("VERSION", BRANCH), b"v1.6\n")
        self.assertEqual(self.the_request().title, self.draft + "Promote candidate (shop)")
        self.assertEqual(self.repository.git("show", "-s", "--format=%an", BRANCH), "Robot")

    def test_merge_then_nothing_then_roll_back(self):
        self.promote(merge=True)
        self.assertEqual(self.repository.file("prod/values.yaml").decode(), NEW)
        self.promote(merge=True)
        self.assertIn("nothing to promote", self.message())
        self.promote(rollback=True, merge=True)
        self.assertEqual(self.repository.file("prod/values.yaml").decode(), VALUES)

    def test_auto_merge(self):
        self.promote(autoMerge=True)
        self.assertTrue(self.the_request().auto_merge)

    def test_a_branch_of_someone_else_and_a_missing_file(self):
        self.assert_says(self.promote({"file": "prod/value.yaml", "set": {".a": "x"}}, code=1), "did you mean 'prod/values.yaml'")
        self.repository.commit(BRANCH, {"mine": "x"}, "My work", base="main")
        self.assert_says(self.promote(code=1), "the last one 'My work'")


class GitlabTest(ForgeTests, Case):
    kind, draft = Gitlab, "Draft: "

    def test_the_base_and_a_protected_branch_are_left_alone(self):
        state = self.repository.state()
        self.assert_says(self.promote(code=1, branch="main"), "the branch main is the base itself")
        self.assertEqual(self.repository.state(), state)
        self.promote()
        self.repository.commit("main", {"x": "y"}, "Move")
        self.forge.protected.add(BRANCH)
        state = self.repository.state()
        self.assert_says(self.promote(code=1), "is protected; give another")
        self.assertEqual(self.repository.state(), state)

    def test_a_moved_base_gets_the_commit_anew(self):
        self.promote()
        self.repository.commit("main", {"x": "y"}, "Move")
        self.promote()
        self.assertEqual(self.repository.git("rev-parse", f"{BRANCH}^"), self.repository.head())

    def test_what_gitlab_does_not_have_is_said(self):
        self.assert_says(self.promote(code=1, teamReviewers=["ops"]), "no team reviewers")
        self.assert_says(self.promote(code=1, reviewers=["nobody"]), "knows no user 'nobody'")
        self.assert_says(self.promote(code=1, merge=True, method="rebase"), "setting of the project")


class GiteaTest(ForgeTests, Case):
    kind, draft = Gitea, "WIP: "

    def test_an_unknown_label_is_named(self):
        self.assert_says(self.promote(code=1, labels=["promotio"]), "did you mean 'promotion'")


if __name__ == "__main__":
    unittest.main()
