"""Pull requests on GitHub: every request valid by GitHub's official description, nothing done twice, clear refusals."""

import unittest

from harness.git import Repository
from promoting import SET_TAG, VALUES, GithubCase

BRANCH = "iter8/shop"


class PullRequestTest(GithubCase):
    def test_one_value_is_changed_and_one_pull_request_opened(self):
        self.promote()

        pull = self.the_pull()
        self.assertEqual((pull.head, pull.base, pull.title), (BRANCH, "main", "Promote candidate (shop)"))
        self.assertEqual(self.repository.file("prod/values.yaml", BRANCH).decode(), VALUES.replace("v1.4", "v1.5"))
        self.assertEqual(self.repository.git("diff", "--stat", "main", BRANCH).count("|"), 1)
        self.assertEqual(self.repository.git("rev-parse", f"{BRANCH}^"), self.repository.head())
        self.assertIn("https://github.example.com/acme/deploy/actions/runs/4711", pull.body)
        self.assertIn("Promoted-by: iter8", self.repository.log(BRANCH)[0])
        self.assertIn("opened https://github.example.com/acme/deploy/pull/1 (prod/values.yaml)", self.message())

    def test_a_second_run_sends_no_write_at_all(self):
        self.promote()
        state = self.repository.state()
        self.github.asked.clear()
        self.promote()

        self.assertEqual(self.github.writes, [])
        self.assertEqual(self.repository.state(), state)
        self.assertIn("proposed already", self.message())

    def test_nothing_to_promote_is_a_success(self):
        self.repository.commit("main", {"prod/values.yaml": VALUES.replace("v1.4", "v1.5")}, "By hand")
        self.promote()

        self.assertEqual(self.github.writes, [])
        self.assertIn("nothing to promote", self.message())

    def test_all_kinds_of_edits_make_one_commit_and_keep_modes(self):
        self.write("news.txt", "New: {{ not a template }}\n")
        kustomization = "images:\n- name: acme/shop   # ours\n  newTag: v1.4\n- name: other\n  newTag: v9\n"
        self.repository.commit("main", {"k/kustomization.yaml": kustomization}, "More")
        self.promote(
            {"file": "prod/values.yaml", "helm": {"tag": "{{ .version.tag }}"}},
            {"file": "prod/app.json", "set": {"/image/tag": "{{ .version.tag }}"}},
            {"file": "run.sh", "replace": [{"pattern": "VERSION=.*", "with": "VERSION={{ .version.tag }}"}]},
            {"file": "VERSION", "content": "{{ .version.tag }}\n"},
            {"file": "docs/news.txt", "contentFile": "news.txt"},
            {"file": "k/kustomization.yaml", "kustomize": {"image": "acme/shop", "newTag": "{{ .version.tag }}"}})

        file = lambda path: self.repository.file(path, BRANCH).decode()
        self.assertEqual(file("prod/values.yaml"), VALUES.replace("v1.4", "v1.5"))
        self.assertEqual(file("prod/app.json"), '{"image": {"tag": "v1.5"}}\n')
        self.assertEqual(file("run.sh"), "VERSION=v1.5\n")
        self.assertEqual(self.repository.mode("run.sh", BRANCH), "100755")
        self.assertEqual(file("VERSION"), "v1.5\n")
        self.assertEqual(file("docs/news.txt"), "New: {{ not a template }}\n")
        self.assertEqual(file("k/kustomization.yaml"), kustomization.replace("v1.4", "v1.5"))
        self.assertEqual(self.repository.git("rev-list", "--count", f"main..{BRANCH}"), "1")
        self.promote(
            {"file": "run.sh", "replace": [{"pattern": "VERSION=.*", "with": "VERSION={{ .version.tag }}"}]})
        self.assertEqual(file("prod/values.yaml"), VALUES, "the branch is what the edits say, and nothing more")

    def test_labels_people_draft_base_branch_title_and_body(self):
        self.repository.commit("release", {"x": "y"}, "Release", base="main")
        options = {"base": "release", "branch": "promote/{{ .version.tag }}", "title": "Ship {{ .version.tag }}",
                   "body": "Because {{ .verdict }}.", "labels": ["promotion", "auto"], "assignees": ["ana"],
                   "reviewers": ["bo", "cy"], "teamReviewers": ["ops"], "draft": True}
        self.promote(**options)

        pull = self.the_pull()
        self.assertEqual((pull.head, pull.base, pull.title, pull.draft), ("promote/v1.5", "release", "Ship v1.5", True))
        self.assertTrue(pull.body.startswith("Because skipped."))
        self.assertEqual((pull.labels, pull.assignees, pull.reviewers, pull.teams),
                         (["promotion", "auto"], ["ana"], ["bo", "cy"], ["ops"]))
        pull.reviewers, pull.reviews = ["bo"], ["cy"]  # who has reviewed is not asked again
        self.github.asked.clear()
        self.promote(**options)
        self.assertEqual(self.github.writes, [])

    def test_auto_merge_and_merge(self):
        self.promote(autoMerge=True, method="squash")
        self.assertEqual(self.the_pull().auto_merge, "SQUASH")
        self.github.asked.clear()
        self.promote(autoMerge=True, method="squash")
        self.assertEqual(self.github.writes, [])

        self.promote(merge=True, method="squash")
        self.assertIn("merged", self.message())
        self.assertEqual(self.repository.file("prod/values.yaml").decode(), VALUES.replace("v1.4", "v1.5"))
        self.github.asked.clear()
        self.promote(merge=True, method="squash")
        self.assertEqual((self.github.writes, len(self.github.pulls)), ([], 1))

    def test_a_changed_decision_updates_the_open_request(self):
        self.promote()
        self.promote({"file": "prod/values.yaml", "set": {".image.tag": "v1.6"}})

        self.assertIn("v1.6", self.the_pull().body)
        self.assertIn(b"v1.6", self.repository.file("prod/values.yaml", BRANCH))
        self.assertEqual(self.repository.git("rev-list", "--count", f"main..{BRANCH}"), "1")
        self.assertIn("updated", self.message())

    def test_when_the_base_moved_the_change_is_made_again_on_top_of_it(self):
        self.promote()
        self.repository.commit("main", {"prod/values.yaml": VALUES.replace("v1.4   #", "v1.4.1 #")}, "Conflict")
        self.promote()

        self.assertEqual(self.repository.git("rev-parse", f"{BRANCH}^"), self.repository.head())
        self.assertIn(b"tag: v1.5 # set", self.repository.file("prod/values.yaml", BRANCH))
        self.the_pull()

    def test_a_branch_with_commits_of_others_is_left_alone(self):
        self.repository.commit(BRANCH, {"mine": "x"}, "My work", base="main")
        state = self.repository.state()
        self.assert_says(self.promote(code=1), "holds commits that are not of this task, the last one 'My work'")
        self.assertEqual(self.repository.state(), state)

    def test_a_push_by_someone_else_between_look_and_write_is_seen(self):
        self.promote()
        self.repository.commit("main", {"other": "x"}, "Base moves")
        pushes = []

        def push_once(asked):
            if asked.method == "POST" and asked.path.endswith("/git/commits") and not pushes:
                pushes.append(self.repository.commit(BRANCH, {"mine": "x"}, "My work"))

        self.github.before = push_once
        self.assert_says(self.promote(code=1), "not of this task, the last one 'My work'")
        self.assertEqual(self.repository.head(BRANCH), pushes[0])

    def test_a_branch_made_meanwhile_by_the_same_task_is_not_doubled(self):
        other = []

        def race(asked):
            if asked.method == "POST" and asked.path.endswith("/git/refs") and not other:
                other.append(asked.body["sha"])
                self.repository.git("update-ref", f"refs/heads/{BRANCH}", asked.body["sha"])

        self.github.before = race
        self.promote()
        self.assertEqual(self.repository.head(BRANCH), other[0])
        self.the_pull()

    def test_several_repositories_get_a_pull_request_each(self):
        self.github.repositories["acme/other"] = Repository(self.folder / "other.git", {"v.yaml": "tag: v1.4\n"})
        self.promote(SET_TAG, {"repository": "acme/other", "file": "v.yaml", "set": {".tag": "{{ .version.tag }}"}})

        self.assertEqual([pull.repository for pull in self.github.pulls], ["acme/deploy", "acme/other"])

    def test_rollback_takes_the_merged_promotion_back(self):
        self.promote(merge=True)
        self.repository.commit("main", {"prod/values.yaml": VALUES.replace("v1.4", "v1.5").replace("3", "4")}, "Scale")
        self.promote(rollback=True)

        back = self.github.pulls[-1]
        self.assertEqual((back.head, back.title), (f"{BRANCH}-rollback", "Roll back the promotion of shop"))
        self.assertEqual(self.repository.file("prod/values.yaml", back.head).decode(), VALUES.replace("3", "4"))
        self.github.asked.clear()
        self.promote(rollback=True)
        self.assertEqual(self.github.writes, [])

    def test_rollback_without_a_promotion_does_nothing(self):
        self.promote(rollback=True)
        self.assertEqual(self.github.writes, [])
        self.assertIn("nothing to promote", self.message())

    def test_an_author_and_a_sign_off(self):
        self.promote(author={"name": "Robot", "email": "robot@example.com"}, signOff=True)

        self.assertEqual(self.repository.git("show", "-s", "--format=%an %ae", BRANCH), "Robot robot@example.com")
        self.assertIn("Signed-off-by: Robot <robot@example.com>", self.repository.log(BRANCH)[0])

    def test_a_binary_file_is_stored_as_it_is(self):
        content = bytes(range(256))
        self.write("icon.bin", content)
        self.promote({"file": "icon.bin", "contentFile": "icon.bin"})
        self.assertEqual(self.repository.file("icon.bin", BRANCH), content)


if __name__ == "__main__":
    unittest.main()
