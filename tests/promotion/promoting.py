"""What the tests of promotions share: an experiment that promotes without measuring anything, and its repository."""

from harness.case import Case
from harness.git import Repository
from harness.github import Github
from harness.prism import shared_prism

VALUES = """# values of the shop
image:
  repository: acme/shop   # never changes
  tag: v1.4   # set by releases
replicas: 3
"""
FILES = {"prod/values.yaml": VALUES, "prod/app.json": '{"image": {"tag": "v1.4"}}\n', "run.sh": ("100755", "VERSION=v1.4\n"),
         "logo.png": b"\x89PNG\r\n\x1a\n\0\0"}
VERSIONS = [{"name": "stable", "tag": "v1.4"}, {"name": "candidate", "tag": "v1.5"}]
SET_TAG = {"file": "prod/values.yaml", "set": {".image.tag": "{{ .version.tag }}"}}


def promoting(*edits, name="shop", **options):
    """An experiment whose only task is a pull request with these edits."""
    return {"name": name, "versions": VERSIONS,
            "tasks": [{"task": "pull-request", "with": {"edits": list(edits or [SET_TAG]), **options}}]}


class GithubCase(Case):
    """A case with a GitHub that has one repository, acme/deploy."""

    def setUp(self):
        super().setUp()
        self.prism = shared_prism()
        self.repository = Repository(self.folder / "deploy.git", FILES)
        self.github = Github(self, self.prism, {"acme/deploy": self.repository})

    def promote(self, *edits, code=0, environment=None, **options):
        """Runs such an experiment and checks how it ends."""
        finished = self.run_experiment(promoting(*edits, **options), within=60,
                                       environment=self.github.environment | (environment or {}))
        self.assert_code(finished, code)
        self.github.assert_sound()
        return finished

    def message(self):
        """What the task said in the result."""
        return self.result()["tasks"][0]["message"]

    def the_pull(self):
        self.assertEqual(len(self.github.pulls), 1)
        return self.github.pulls[0]
