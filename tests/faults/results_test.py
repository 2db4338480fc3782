"""Trouble with the result: folders that cannot be written, full disks, and files that are not results."""

import contextlib
import copy
import os
import random
import subprocess
import unittest

import yaml

from harness.case import Case
from harness.program import obey_permissions
from harness.servers import well_behaved

SCRIPT = {"tasks": [{"run": "true"}]}
READERS = (("report",), ("report", "-o", "json"), ("assert", "-c", "completed"), ("run", "--resume"))


class UnwritableResults(Case):

    def assert_not_written(self, finished, *patterns):
        """The run did not keep its result, so it says so and is no success."""
        self.assertIn(finished.code, (1, 2), finished.story())
        for pattern in patterns:
            self.assert_says(finished, pattern)

    def test_a_directory_in_place_of_the_result_is_found_before_anything_is_sent(self):
        (self.folder / "result.yaml").mkdir()
        with well_behaved() as server:
            finished = self.run_experiment({"tasks": [{"task": "http", "with": {"url": server.url(), "numRequests": 1}}]})
            self.assertEqual(server.connections, 0, "load was sent although its result cannot be kept")
        self.assert_not_written(finished, r"result\.yaml", "directory")

    def test_an_unwritable_folder_is_found_before_anything_is_sent(self):
        with well_behaved() as server:
            self.write("experiment.yaml", {"tasks": [{"task": "http", "with": {"url": server.url(), "numRequests": 1}}]})
            self.folder.chmod(0o555)
            self.addCleanup(self.folder.chmod, 0o755)
            finished = self.iter8("run", preexec_fn=obey_permissions)
            self.assertEqual(server.connections, 0, "load was sent although its result cannot be kept")
        self.assert_not_written(finished, r"result\.yaml", "permission")

    def test_a_read_only_file_system_is_found_before_anything_is_sent(self):
        with well_behaved() as server, mounted_tmpfs(self, "1m") as disk:
            load = {"url": server.url(), "numRequests": 1}
            self.write("disk/experiment.yaml", {"tasks": [{"task": "http", "with": load}]})
            subprocess.run(["mount", "-o", "remount,ro", str(disk)], check=True)
            finished = self.iter8("run", cwd=disk)
            self.assertEqual(server.connections, 0, "load was sent although its result cannot be kept")
        self.assert_not_written(finished, r"result\.yaml", "read.only")

    def test_a_full_disk_is_no_success_and_leaves_no_half_result(self):
        with mounted_tmpfs(self, "64k") as disk:
            self.write("disk/experiment.yaml", SCRIPT)
            with contextlib.suppress(OSError), open(disk / "ballast", "wb", buffering=0) as ballast:
                while True:
                    ballast.write(b"x" * 4096)
            finished = self.iter8("run", cwd=disk)
            self.assert_not_written(finished, r"result\.yaml", "space")
            self.assertEqual(names_in(disk), {"experiment.yaml", "ballast"})

    def test_a_disk_that_fills_up_during_the_run_keeps_the_last_whole_result(self):
        with mounted_tmpfs(self, "64k") as disk:
            fill = "dd if=/dev/zero of=ballast bs=4k 2>/dev/null; true"
            self.write("disk/experiment.yaml", {"tasks": [{"run": "true"}, {"run": fill}, {"run": "true"}],
                                                "finally": [{"run": "touch /dev/null"}]})
            finished = self.iter8("run", cwd=disk)
            self.assert_not_written(finished, r"result\.yaml", "space")
            kept = yaml.safe_load((disk / "result.yaml").read_text())
            self.assertEqual(kept["schema"], "iter8/result/v1")
            self.assertEqual(names_in(disk), {"experiment.yaml", "ballast", "result.yaml"})

    def test_a_limit_on_file_size_is_an_error_and_no_crash(self):
        import resource
        self.write("experiment.yaml", SCRIPT)
        no_files = {"preexec_fn": lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0)),
                    "stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
        finished = self.iter8("run", **no_files)
        self.assertIn(finished.code, (1, 2), finished.story())

    def test_a_result_that_is_a_link_is_written_where_it_points(self):
        self.write("elsewhere/real.yaml", "old")
        (self.folder / "result.yaml").symlink_to("elsewhere/real.yaml")
        self.assert_code(self.run_experiment(SCRIPT), 0)
        self.assertTrue((self.folder / "result.yaml").is_symlink())
        self.assertIn("iter8/result/v1", (self.folder / "elsewhere/real.yaml").read_text())

    def test_a_fifo_in_place_of_the_result_is_no_hang(self):
        os.mkfifo(self.folder / "result.yaml")
        finished = self.run_experiment(SCRIPT)
        self.assert_not_written(finished, r"result\.yaml")

    def test_two_runs_in_one_folder_leave_a_whole_result(self):
        self.write("experiment.yaml", {"tasks": [{"run": "true"}] * 20})
        runs = [self.start("run", "--wait", "1m") for _ in range(4)]
        for run in runs:
            self.assert_code(run.finish(), 0)
        self.assertEqual(self.result()["numCompletedTasks"], 20)
        self.assertEqual(names_in(self.folder), {"experiment.yaml", "result.yaml"})

    def test_a_link_to_nowhere_is_no_silent_success(self):
        (self.folder / "result.yaml").symlink_to("no/such/folder/real.yaml")
        finished = self.run_experiment(SCRIPT)
        if finished.code == 0:
            self.result()

    def test_a_folder_that_vanishes_during_the_run_is_no_success(self):
        self.write("gone/experiment.yaml", {"tasks": [{"run": 'rm -rf "$PWD"'}, {"run": "true"}]})
        self.assert_not_written(self.iter8("run", "experiment.yaml", cwd=self.folder / "gone"), r"result\.yaml")

    def test_an_old_garbage_result_is_simply_replaced_by_a_new_run(self):
        self.write("result.yaml", b"\x00garbage")
        self.assert_code(self.run_experiment(SCRIPT), 0)
        self.assertEqual(self.result()["numCompletedTasks"], 1)


def names_in(folder):
    return {path.name for path in folder.iterdir()}


@contextlib.contextmanager
def mounted_tmpfs(case, size):
    """A small disk of its own in the test's folder."""
    disk = case.folder / "disk"
    disk.mkdir()
    done = subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={size}", "tmpfs", str(disk)], capture_output=True, text=True)
    if done.returncode:
        case.skipTest(f"no small disk can be mounted: {done.stderr.strip()}")
    try:
        yield disk
    finally:
        subprocess.run(["umount", "-l", str(disk)], check=True)


class ResultsThatAreNone(Case):

    def setUp(self):
        super().setUp()
        self.write("experiment.yaml", SCRIPT)

    def assert_no_reader_takes_it(self, pattern=r"result\.yaml"):
        for arguments in READERS:
            with self.subTest(" ".join(arguments)):
                finished = self.iter8(*arguments)
                self.assert_code(finished, 2)
                self.assert_says(finished, r"result\.yaml")
                self.assert_says(finished, pattern)
                self.assertEqual(finished.out, "", finished.story())

    def test_garbage(self):
        for content in (b"", b"\x00\x01\x02", b"hello", b"[]", b"{}", b"- task: http\n", b"a: [", b"\xff\xfe", b"null", b"42",
                        b"schema: 3\n", b"schema: []\n", b"schema: iter8/result/v1\n", random.Random(1).randbytes(10_000)):
            with self.subTest(content[:30]):
                self.write("result.yaml", content)
                self.assert_no_reader_takes_it()

    def test_another_schema_is_named(self):
        self.write("result.yaml", "schema: iter8/result/v9\nnumTasks: 1\n")
        self.assert_no_reader_takes_it("iter8/result/v9")

    def test_a_result_of_the_older_iter8(self):
        self.write("result.yaml", "startTime: 2022-01-01T00:00:00Z\nnumCompletedTasks: 2\nfailure: false\ninsights: {numVersions: 1}\n")
        self.assert_no_reader_takes_it()

    def test_a_directory_a_fifo_and_a_bomb(self):
        path = self.folder / "result.yaml"
        path.mkdir()
        self.assert_no_reader_takes_it()
        path.rmdir()
        os.mkfifo(path)
        self.assert_no_reader_takes_it()
        path.unlink()
        lines = ["a0: &a0 [x, x, x, x, x, x, x, x, x, x]"]
        lines += [f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 10)}]" for n in range(1, 12)]
        self.write("result.yaml", "\n".join(lines))
        self.assert_no_reader_takes_it()
        self.write("result.yaml", "[" * 200_000)
        self.assert_no_reader_takes_it()


class ResumingTheWrongResult(Case):

    def test_resuming_without_a_result_says_so_or_starts_anew(self):
        self.write("experiment.yaml", SCRIPT)
        finished = self.iter8("run", "--resume")
        self.assertIn(finished.code, (0, 2), finished.story())
        if finished.code == 0:
            self.assertEqual(self.result()["numCompletedTasks"], 1)

    def test_the_result_of_another_file_is_refused_and_kept(self):
        self.assert_code(self.run_experiment(SCRIPT), 0)
        before = (self.folder / "result.yaml").read_bytes()
        self.write("experiment.yaml", {"tasks": [{"run": "touch ran"}]})
        finished = self.iter8("run", "--resume")
        self.assert_code(finished, 2)
        self.assert_says(finished, "another|different|changed")
        self.assertEqual((self.folder / "result.yaml").read_bytes(), before)
        self.assertFalse((self.folder / "ran").exists())

    def test_resuming_a_finished_run_repeats_nothing(self):
        self.assert_code(self.run_experiment({"tasks": [{"run": "echo x >> count"}]}), 0)
        self.assert_code(self.iter8("run", "--resume"), 0)
        self.assertEqual((self.folder / "count").read_text(), "x\n")

    def test_resuming_a_failed_run_repeats_only_what_failed(self):
        self.assert_code(self.run_experiment({"tasks": [{"run": "echo a >> count"}, {"run": "echo b >> count; test -e fixed"}]}), 1)
        self.write("fixed", "")
        self.assert_code(self.iter8("run", "--resume"), 0)
        self.assertEqual((self.folder / "count").read_text(), "a\nb\nb\n")
        self.assertIs(self.result()["failure"], False)

    def test_a_manipulated_result_cannot_make_resume_crash(self):
        self.assert_code(self.run_experiment({"tasks": [{"run": "true"}] * 3}), 0)
        good = self.result()
        for key, value in (("index", 99), ("index", -1), ("iteration", 2_000_000_000), ("iteration", -5), ("section", "setup")):
            document = copy.deepcopy(good)
            document["tasks"][1][key] = value
            with self.subTest(f"{key}: {value}"):
                self.write("result.yaml", document)
                self.assertIn(self.iter8("run", "--resume").code, (0, 1, 2))


class DamagedResults(Case):
    """Seeded damage to a valid result: no command crashes, and none calls a damaged value a success."""

    @classmethod
    def setUpClass(cls):
        case = cls()
        case.setUp()
        with well_behaved() as server:
            load = {"url": server.url(), "numRequests": 100, "qps": 50}
            slos = [{"metric": "http/error-rate", "upper": 0.5}, {"metric": "http/latency-p95", "upper": "5s"}]
            finished = case.run_experiment({"versions": [{"name": "a"}, {"name": "b"}], "tasks": [
                {"task": "http", "with": load}, {"task": "assess", "with": {"slos": slos}}]})
        case.assert_code(finished, 0)
        cls.good = case.result()
        case.doCleanups()

    def runTest(self):
        """Only so that setUpClass can use a case of its own."""

    def readers_answer(self, content):
        self.write("result.yaml", content)
        for arguments in (("report",), ("report", "-o", "markdown"), ("report", "-o", "json"), ("assert", "-c", "slos")):
            finished = self.iter8(*arguments)
            self.assertIn(finished.code, (0, 1, 2), finished.story())
            self.assertLess(finished.cpu_seconds, 2, finished.story())

    def test_every_value_replaced_by_another_kind_is_no_crash(self):
        places = sorted(places_in(self.good), key=str)
        chance = random.Random(3)
        for path in chance.sample(places, min(30, len(places))):
            value = chance.choice([None, [], {}, "text", -1, 1e308, float("nan"), True, 2**63, [[]], {"a": {}}])
            with self.subTest(path=path, value=value):
                self.readers_answer(replaced(self.good, path, value))

    def test_every_key_left_out_is_no_crash(self):
        places = [path for path in sorted(places_in(self.good), key=str) if isinstance(path[-1], str)]
        for path in random.Random(4).sample(places, min(20, len(places))):
            with self.subTest(path=path):
                self.readers_answer(replaced(self.good, path))

    def test_a_result_cut_off_anywhere_is_no_success(self):
        content = yaml.safe_dump(self.good, sort_keys=False)
        for end in range(1, len(content) - 1, max(1, len(content) // 20)):
            with self.subTest(end=end):
                self.readers_answer(content[:end])


def places_in(value, path=()):
    """The paths of everything inside a document."""
    items = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, inner in items:
        yield (*path, key)
        yield from places_in(inner, (*path, key))


def replaced(document, path, *value):
    """A copy with one value replaced, or left out when none is given."""
    document = copy.deepcopy(document)
    inner = document
    for key in path[:-1]:
        inner = inner[key]
    if value:
        inner[path[-1]] = value[0]
    else:
        del inner[path[-1]]
    return document


if __name__ == "__main__":
    unittest.main(verbosity=2)
