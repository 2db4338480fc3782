"""Promotions by `via: git`: real pushes to git http-backend behind nginx with TLS, and to a real sshd."""

import os
import shutil
import signal
import stat
import threading
import time
import unittest

from harness.certificates import Authority
from harness.git import Blob
from harness.git_servers import HttpsGit, SshGit
from harness.program import PATIENCE
from harness.servers import Server
from promoting import VALUES, GithubCase, promoting

BRANCH = "iter8/shop"


class GitCase(GithubCase):
    def hook(self, name, script):
        """A hook of the repository on the server."""
        path = self.repository.folder / "hooks" / name
        path.write_text("#!/bin/sh\n" + script)
        path.chmod(path.stat().st_mode | stat.S_IXUSR)

    def assert_promoted(self):
        pull = self.the_pull()
        self.assertEqual((pull.head, pull.base), (BRANCH, "main"))
        self.assertEqual(self.repository.file("prod/values.yaml", BRANCH).decode(), VALUES.replace("v1.4", "v1.5"))
        self.assertEqual(self.repository.git("rev-parse", f"{BRANCH}^"), self.repository.head())
        self.repository.git("fsck", "--strict")


class HttpsTest(GitCase):
    def setUp(self):
        super().setUp()
        folder = self.folder / "authority"
        folder.mkdir()
        self.authority = Authority(folder)
        self.serve(self.authority.issue("server", "DNS:localhost"))

    def serve(self, certificate):
        self.server = HttpsGit(self, self.folder, certificate, "x-access-token", self.github.token)
        self.github.server = self.server.url  # the token goes nowhere else
        self.options = {"via": "git", "remote": f"{self.server.url}/deploy.git", "caFile": str(self.authority.certificate)}

    def test_a_branch_is_pushed_and_the_second_run_pushes_nothing(self):
        self.promote(**self.options)
        self.assert_promoted()
        self.assertEqual(self.repository.git("show", "-s", "--format=%an <%ae>", BRANCH), "iter8 <iter8@localhost>")
        state = self.repository.state()
        self.github.asked.clear()
        self.promote(**self.options)

        self.assertEqual((self.repository.state(), self.github.writes), (state, []))
        self.assertEqual(sum("git-receive-pack HTTP" in line for line in self.server.requests()
                             if "POST" in line), 1)

    def test_git_goes_to_allowed_hosts_only(self):
        forge = self.github.environment["GITHUB_API_URL"].split("//")[1].split("/")[0]
        finished = self.promote(code=2, environment={"ITER8_ALLOW_HOSTS": "127.0.0.1:1"}, **self.options)
        self.assert_says(finished, "ITER8_ALLOW_HOSTS does not allow localhost")
        self.promote(environment={"ITER8_ALLOW_HOSTS": f"{forge},localhost"}, **self.options)
        self.assert_promoted()

    def test_killed_around_the_push_or_after_any_request_the_next_run_finishes(self):
        pid_file = self.folder / "pid"
        kill = f"while [ ! -s {pid_file} ]; do sleep 0.01; done; kill -9 -$(cat {pid_file}); exit {{code}}\n"
        cuts = [("pre-receive", 0), ("pre-receive", 1), ("post-receive", 0), (1, 0), (2, 0), (3, 0)]
        for cut, code in cuts:
            with self.subTest(cut):
                self.github.pulls.clear()
                self.github.asked.clear()
                if self.repository.head(BRANCH):
                    self.repository.git("branch", "-D", BRANCH)
                if isinstance(cut, str):
                    self.hook(cut, kill.format(code=code))
                else:
                    self.github.after = lambda _, count=cut: (os.killpg(int(pid_file.read_text()), signal.SIGKILL)
                                                              if len(self.github.asked) == count else None)
                self.write("experiment.yaml", promoting(**self.options, labels=["promotion"]))
                # What is killed cannot clean up after itself: here the test does.
                running = self.start("run", environment=self.github.environment | {"TMPDIR": str(self.folder)})
                pid_file.write_text(str(running.pid))
                self.assertEqual(running.finish(60).code, -signal.SIGKILL)
                pid_file.unlink()
                self.github.after = None
                for hook in ("pre-receive", "post-receive"):
                    (self.repository.folder / "hooks" / hook).unlink(missing_ok=True)
                self.promote(**self.options, labels=["promotion"])
                self.assert_promoted()
                self.assertEqual(self.the_pull().labels, ["promotion"])

    def test_author_sign_off_and_a_moved_base(self):
        author = {"name": "Robot", "email": "robot@example.com"}
        self.promote(author=author, signOff=True, **self.options)
        self.repository.commit("main", {"x": "y"}, "Move")
        self.promote(author=author, signOff=True, **self.options)

        self.assert_promoted()
        self.assertIn("Signed-off-by: Robot <robot@example.com>", self.repository.log(BRANCH)[0])

    def test_a_merged_promotion_is_rolled_back(self):
        self.promote(merge=True, **self.options)
        self.promote(rollback=True, **self.options)
        self.assertEqual(self.repository.file("prod/values.yaml", f"{BRANCH}-rollback").decode(), VALUES)

    def test_a_wrong_token_is_refused_and_not_shown(self):
        finished = self.promote(code=1, username="nobody", **self.options)
        self.assert_says(finished, "cannot fetch from https://localhost:.*does not accept the credentials")
        self.assertNotIn(self.github.token, finished.text)

    def test_a_certificate_that_is_not_trusted_is_refused(self):
        del self.options["caFile"]
        self.assert_says(self.promote(code=1, **self.options), "certificate of localhost is not trusted")

    def test_an_expired_certificate_is_refused(self):
        shutil.rmtree(self.folder / "git-https")
        self.serve(self.authority.issue("old", "DNS:localhost", end="20210101000000Z"))
        self.assert_says(self.promote(code=1, **self.options), "certificate of localhost is not trusted: expired")

    def test_a_protected_branch_says_what_the_server_says(self):
        self.hook("update", 'echo "branch is protected by policy 7" >&2; exit 1\n')
        finished = self.promote(code=1, **self.options)
        self.assert_says(finished, "the server refuses the branch: hook declined")
        self.assert_says(finished, "policy 7")
        self.assertEqual((self.repository.branches(), self.github.pulls), (["main"], []))

    def test_a_repository_that_is_not_there(self):
        self.options["remote"] = f"{self.server.url}/nothing.git"
        self.assert_says(self.promote(code=1, **self.options), "cannot fetch from https://localhost:.*nothing.git")

    def test_files_of_which_a_thousandth_is_sent_are_not_held_and_not_read(self):
        self.repository.commit("main", {"prod/zeros.yaml": Blob(self.repository.add_zeros(512 << 20))}, "Add zeros")
        edit = {"file": "prod/zeros.yaml", "replace": [{"pattern": "a", "with": "b"}]}
        refused = self.promote(edit, code=1, **self.options)
        self.assert_says(refused, "prod/zeros.yaml has 536870912 bytes; at most 8388608 are edited")
        self.assertLess(refused.peak_mebibytes, 256, refused.story())

        self.repository.commit("main", {"zeros.bin": Blob(self.repository.add_zeros(3 << 30))}, "Add more zeros")
        promoted = self.promote(**self.options)
        self.assertLess(promoted.peak_mebibytes, 256, promoted.story())
        self.assert_promoted()

    def test_a_branch_of_someone_else_is_left_alone(self):
        self.repository.commit(BRANCH, {"mine": "x"}, "My work", base="main")
        self.assert_says(self.promote(code=1, **self.options), "last one 'My work'")


class SshTest(GitCase):
    def setUp(self):
        super().setUp()
        self.server = SshGit(self)
        self.options = {"via": "git", "remote": self.server.url(self.repository.folder)}

    def assert_goes(self, places):
        """What is in the folder goes soon: another process removes it."""
        end = time.monotonic() + 10 * PATIENCE
        while list(places.iterdir()) and time.monotonic() < end:
            os.sched_yield()
        self.assertEqual(list(places.iterdir()), [])

    def ssh(self, key=None, hosts=None):
        return {"ssh": {"key": "${DEPLOY_KEY}", "knownHosts": hosts or self.server.known_hosts},
                "environment": {"DEPLOY_KEY": key or self.server.key}}

    def test_a_deploy_key_pushes_to_a_known_host(self):
        self.promote(**self.options, **self.ssh())
        self.assert_promoted()
        self.promote(**self.options, **self.ssh())
        self.assertIn("proposed already", self.message())

    def test_the_key_touches_no_disk(self):
        places = self.folder / "temporary"
        places.mkdir()
        self.hook("pre-receive", f"find {places} -type f > {self.folder}/seen\ngrep -rl 'PRIVATE KEY' {places} > {self.folder}/found\nexit 0\n")
        ssh = self.ssh()
        ssh["environment"]["TMPDIR"] = str(places)
        self.promote(**self.options, **ssh)
        self.assertIn("known_hosts", (self.folder / "seen").read_text())
        self.assertEqual((self.folder / "found").read_text(), "")
        self.assertEqual(list(places.iterdir()), [])

    def test_no_signal_leaves_a_folder_behind(self):
        places = self.folder / "temporary"
        places.mkdir()
        for number in (signal.SIGHUP, signal.SIGINT, signal.SIGTERM, signal.SIGKILL):
            reached = threading.Event()

            def script(connection, reached=reached):
                reached.set()
                connection.wait_for_close()

            with self.subTest(number), Server(script) as silent:
                self.write("experiment.yaml", promoting(**self.options | {"remote": f"ssh://me@127.0.0.1:{silent.port}/x.git"},
                                                        ssh={"key": "${DEPLOY_KEY}"}))
                running = self.start("run", environment=self.github.environment | {"DEPLOY_KEY": self.server.key, "TMPDIR": str(places)})
                self.assertTrue(reached.wait(20 * PATIENCE))
                self.assertEqual(len(list(places.iterdir())), 1)
                running.send(number)
                running.finish(20)
                self.assert_goes(places)

    def test_key_and_known_hosts_may_be_files(self):
        self.write("keys/deploy", self.server.key)
        self.write("keys/hosts", self.server.known_hosts)
        self.promote(**self.options, ssh={"key": "keys/deploy", "knownHosts": "keys/hosts"})
        self.assert_promoted()

    def test_the_users_known_hosts_count_when_none_are_given(self):
        self.write(".ssh/known_hosts", self.server.known_hosts)  # HOME is the folder of the test
        self.promote(**self.options, ssh={"key": "${DEPLOY_KEY}"}, environment={"DEPLOY_KEY": self.server.key})
        self.assert_promoted()

    def test_a_wrong_or_unknown_host_key_is_refused(self):
        for hosts in (self.server.wrong_hosts, "example.com ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIO"):
            finished = self.promote(code=1, **self.options, **self.ssh(hosts=hosts))
            self.assert_says(finished, r"the host key of 127\.0\.0\.1 \(SHA256:[\w+/]{43}\) is not the one in known_hosts")
        self.assertEqual(self.repository.branches(), ["main"])

    def test_a_key_that_is_not_let_in_is_refused_and_not_shown(self):
        finished = self.promote(code=1, **self.options, **self.ssh(key=self.server.other_key))
        self.assert_says(finished, "cannot fetch from ssh://.*does not accept the credentials")
        self.assertNotIn(self.server.other_key.splitlines()[2], finished.text)

    def test_a_host_that_says_nothing_is_given_up_when_the_task_is_stopped(self):
        with Server(lambda connection: connection.wait_for_close()) as silent:
            self.options["remote"] = f"ssh://me@127.0.0.1:{silent.port}/x.git"
            experiment = promoting(**self.options, ssh={"key": "${DEPLOY_KEY}"})
            experiment["tasks"][0]["timeout"] = "1s"
            finished = self.run_experiment(experiment, environment=self.github.environment | {"DEPLOY_KEY": self.server.key})
        self.assert_code(finished, 1)
        self.assert_says(finished, "timed out after 1s")


if __name__ == "__main__":
    unittest.main()
