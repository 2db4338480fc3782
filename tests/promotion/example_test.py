"""The example promote-by-pull-request from end to end: load, verdict, a push over https, a pull request, and no second."""

import shutil
import unittest
from pathlib import Path

from harness.certificates import Authority
from harness.demo import start_demo
from harness.git_servers import HttpsGit
from promoting import VALUES, GithubCase

EXAMPLE = Path(__file__).resolve().parents[2] / "examples/promote-by-pull-request"


class ExampleTest(GithubCase):
    def setUp(self):
        super().setUp()
        folder = self.folder / "authority"
        folder.mkdir()
        authority = Authority(folder)
        server = HttpsGit(self, self.folder, authority.issue("server", "DNS:localhost"), "x-access-token", self.github.token)
        self.github.server = server.url  # the token goes nowhere else
        shutil.copy(EXAMPLE / "experiment.yaml", self.folder)
        self.arguments = ("run", "--set", f"finally[0].with.caFile={authority.certificate}")
        self.environment = self.github.environment | {"DEPLOY_REMOTE": f"{server.url}/deploy.git"}

    def run_example(self, *demo):
        urls = start_demo(self, *demo)
        return self.iter8(*self.arguments, within=60, environment=self.environment | {
            "STABLE_URL": urls["stable"], "CANDIDATE_URL": urls["candidate"]})

    def test_a_good_candidate_is_promoted_once(self):
        self.assert_code(self.run_example(), 0)

        self.assertEqual(self.repository.file("prod/values.yaml", "iter8/promote-by-pull-request").decode(),
                         VALUES.replace("v1.4", "v1.5"))
        pull = self.the_pull()
        self.assertEqual((pull.title, pull.labels), ("Promote candidate (promote-by-pull-request)", ["promotion"]))
        for words in ("candidate wins", "http/latency-p95", "actions/runs/4711", "v1.5"):
            self.assertIn(words, pull.body)
        state = self.repository.state()
        self.github.asked.clear()
        self.assert_code(self.run_example(), 0)

        self.assertEqual((self.repository.state(), self.github.writes), (state, []))
        self.github.assert_sound()

    def test_a_bad_candidate_is_not_promoted(self):
        self.assert_code(self.run_example("--version", "name=stable", "--version", "name=candidate,errors=0.5"), 1)

        self.assertEqual((self.repository.branches(), self.github.asked), (["main"], []))


if __name__ == "__main__":
    unittest.main()
