"""Runs the binary under test the way a user does, with every wait bounded."""

import contextlib
import ctypes
import errno
import os
import select
import signal
import struct
import subprocess
import sys
import tempfile
import time
import weakref
from dataclasses import dataclass
from pathlib import Path

# Sanitizers and a busy machine make everything slower: CMake sets this to more than 1 where it is known.
PATIENCE = float(os.environ.get("ITER8_TEST_PATIENCE", "1"))
SANITIZED = os.environ.get("ITER8_SANITIZED", "") not in ("", "0")

PRCTL = ctypes.CDLL(None, use_errno=True).prctl

CRASH_MARKS = ("AddressSanitizer", "LeakSanitizer", "ThreadSanitizer", "runtime error:", "terminate called",
               "Assertion", "Segmentation fault")


def binary():
    """The program: the environment variable ITER8, else the dev build of this checkout."""
    path = Path(os.environ.get("ITER8") or Path(__file__).resolve().parents[2] / "build/dev/iter8")
    if not path.is_file():
        sys.exit(f"no program at {path}: set ITER8 to the binary under test")
    return str(path.resolve())


def clean_environment(folder, extra=None):
    """An environment without the caller's CI variables, proxies and locale, which could change what is tested."""
    kept = {name: value for name, value in os.environ.items() if name.endswith("SAN_OPTIONS") or name == "PATH"}
    return {"HOME": str(folder), "LANG": "C.UTF-8", **kept, **(extra or {})}


@dataclass(frozen=True)
class Finished:
    """One finished run of the program; a negative code is the signal that ended it."""

    arguments: list
    code: int
    out: str
    err: str
    cpu_seconds: float
    wall_seconds: float
    peak_mebibytes: float

    @property
    def text(self):
        return self.out + self.err

    def story(self):
        """What a failed check shows."""
        return (f"\n$ iter8 {' '.join(self.arguments)}\nexit code {self.code} after {self.wall_seconds:.2f} s "
                f"({self.cpu_seconds:.2f} s CPU, {self.peak_mebibytes:.0f} MiB)"
                f"\n--- stdout\n{shortened(self.out)}\n--- stderr\n{shortened(self.err)}")


def obey_permissions():
    """For preexec_fn: the program obeys the permissions of files even as root (prctl(2) PR_CAPBSET_DROP of the capabilities
    CAP_DAC_OVERRIDE and CAP_DAC_READ_SEARCH, which root has again after exec unless they are dropped there)."""
    if os.geteuid() == 0:
        for capability in (1, 2):
            if PRCTL(24, capability, 0, 0, 0) != 0:
                raise OSError(ctypes.get_errno(), "prctl PR_CAPBSET_DROP")


class FilterProgram(ctypes.Structure):
    """struct sock_fprog."""

    _fields_ = [("length", ctypes.c_ushort), ("instructions", ctypes.c_void_p)]


def lose_landlock():
    """For preexec_fn: to the program the kernel is one without Landlock (a filter of seccomp answers its calls, 444 to 446, with
    ENOSYS)."""
    load, jump_if_not_less, jump_if_more, answer = 0x20, 0x35, 0x25, 0x06
    code = [(load, 0, 0, 0), (jump_if_not_less, 0, 2, 444), (jump_if_more, 1, 0, 446), (answer, 0, 0, 0x00050000 | errno.ENOSYS),
            (answer, 0, 0, 0x7FFF0000)]
    instructions = ctypes.create_string_buffer(b"".join(struct.pack("=HBBI", *each) for each in code))
    program = FilterProgram(len(code), ctypes.addressof(instructions))
    if PRCTL(38, 1, 0, 0, 0) != 0 or PRCTL(22, 2, ctypes.byref(program), 0, 0) != 0:
        raise OSError(ctypes.get_errno(), "prctl PR_SET_SECCOMP")


def shortened(text, limit=3000):
    """The beginning and the end of a long text."""
    return text if len(text) <= limit else f"{text[:limit // 2]}\n[…]\n{text[-limit // 2:]}"


_started = weakref.WeakSet()


def stop_all():
    """Before the test ends without its cleanups."""
    for running in list(_started):
        running.stop()


class Running:
    """The program while it runs, in its own process group, so that a stray signal never reaches the test."""

    def __init__(self, arguments, folder, environment=None, program=None, **popen):
        self._arguments = [os.fspath(argument) for argument in arguments]
        self._out = tempfile.TemporaryFile()
        self._err = tempfile.TemporaryFile()
        self._begin = time.monotonic()
        popen = {"stdin": subprocess.DEVNULL, "stdout": self._out, "stderr": self._err, **popen}
        self._process = subprocess.Popen([program or binary(), *self._arguments], cwd=folder, start_new_session=True,
                                         env=clean_environment(folder, environment), **popen)
        self._exit = os.pidfd_open(self._process.pid)
        self.finished = None
        _started.add(self)

    @property
    def pid(self):
        return self._process.pid

    @property
    def worker(self):
        """The process that runs the experiment, for `run` and `ci`: the child of the one that was started and supervises it. What
        scripts left in the background may be children as well, in groups of their own."""
        def worker_now():
            with contextlib.suppress(OSError):
                for child in Path(f"/proc/{self.pid}/task/{self.pid}/children").read_text().split():
                    if os.getpgid(int(child)) == self.pid:
                        return int(child)
            return None

        deadline = time.monotonic() + 20 * PATIENCE
        while not (pid := worker_now()):
            if time.monotonic() > deadline:
                raise AssertionError("there is no worker")
            self.ends_within(0.002)
        return pid

    def kill_all(self):
        """As when the machine goes down: the supervisor and the worker at once."""
        os.killpg(self.pid, signal.SIGKILL)

    def ends_within(self, seconds):
        """Whether the program ends within this time; returns as soon as it does."""
        return bool(select.select([self._exit], [], [], max(seconds, 0))[0])

    def send(self, number):
        os.kill(self.pid, number)

    def finish(self, within=20.0):
        """Waits for the end. A program that does not end in time is killed, and the test fails."""
        within *= PATIENCE
        in_time = self.ends_within(within)
        self.stop()
        if not in_time:
            raise AssertionError(f"did not end within {within:.0f} s{self.finished.story()}")
        return self.finished

    def stop(self):
        """Makes sure that nothing is left running; harmless if the program has ended."""
        if self.finished:
            return
        if not self.ends_within(0):
            os.killpg(self.pid, signal.SIGKILL)
        _, status, usage = os.wait4(self.pid, 0)
        self._process.returncode = os.waitstatus_to_exitcode(status)
        os.close(self._exit)
        self.finished = Finished(arguments=self._arguments, code=self._process.returncode, out=content_of(self._out),
                                 err=content_of(self._err), cpu_seconds=usage.ru_utime + usage.ru_stime,
                                 wall_seconds=time.monotonic() - self._begin, peak_mebibytes=usage.ru_maxrss / 1024)


def content_of(file):
    file.seek(0)
    content = file.read().decode("utf-8", "backslashreplace")
    file.close()
    return content


def ended_within(pid_descriptor, seconds):
    """Whether the process behind a descriptor of os.pidfd_open ends within this time."""
    return bool(select.select([pid_descriptor], [], [], seconds * PATIENCE)[0])
