"""What --dry-run shows of a promotion."""

import unittest

from promoting import VALUES, GithubCase, promoting


class PlanTest(GithubCase):
    def test_a_dry_run_shows_requests_and_diffs_and_sends_nothing(self):
        self.write("prod/values.yaml", VALUES)
        (self.folder / ".git").mkdir()
        self.write("experiment.yaml", promoting(labels=["promotion"]))
        finished = self.iter8("run", "--dry-run", environment=self.github.environment)

        self.assert_code(finished, 0)
        self.assert_says(finished, r"-  tag: v1.4   # set by releases")
        self.assert_says(finished, r"\+  tag: v1.5   # set by releases")
        self.assert_says(finished, r"POST http://127\.0\.0\.1:\d+/repos/acme/deploy/git/trees")
        self.assert_says(finished, r"POST http://127\.0\.0\.1:\d+/repos/acme/deploy/pulls")
        self.assert_says(finished, r"Authorization: Bearer \*\*\*")
        self.assert_says(finished, r"POST http://127\.0\.0\.1:\d+/repos/acme/deploy/issues/NUMBER/labels")
        self.assert_says(finished, "labels: promotion")
        self.assertEqual(self.github.asked, [])

    def test_a_dry_run_finds_a_path_that_is_not_there(self):
        self.write("prod/values.yaml", VALUES)
        (self.folder / ".git").mkdir()
        self.write("experiment.yaml", promoting({"file": "prod/values.yaml", "set": {".image.tga": "x"}}))
        finished = self.iter8("run", "--dry-run", environment=self.github.environment)

        self.assert_code(finished, 1)
        self.assert_says(finished, "did you mean 'tag'")


if __name__ == "__main__":
    unittest.main()
