#include "entrypoint/supervisor.h"

#include <array>
#include <csignal>
#include <functional>
#include <string>

#include <catch2/catch.hpp>
#include <fcntl.h>
#include <sys/wait.h>
#include <unistd.h>

using namespace iter8::entrypoint;

namespace {

/// What came of a supervised program: its exit code, and a character for each worker that it started.
struct Supervised {
  int code = -1;
  std::string workers;
};

/// Runs a program whose workers do `work`, which may note a character and ends the process. In a process of
/// its own, because a supervisor changes how its process deals with signals and children.
Supervised supervised(const std::function<int(Worker&, const std::function<void(char)>&)>& work) {
  std::array<int, 2> ends{};
  REQUIRE(::pipe(ends.data()) == 0);
  const pid_t pid = ::fork();
  REQUIRE(pid >= 0);
  if (pid == 0) {
    ::close(ends[0]);
    ::dup2(::open("/dev/null", O_WRONLY), STDERR_FILENO);
    const auto note = [&ends](char what) { static_cast<void>(!::write(ends[1], &what, 1)); };
    ::_exit(supervise([&](Worker* worker) -> int { ::_exit(work(*worker, note)); }));
  }
  ::close(ends[1]);
  Supervised seen;
  for (char what = 0; ::read(ends[0], &what, 1) == 1;) seen.workers += what;
  ::close(ends[0]);
  int status = 0;
  ::waitpid(pid, &status, 0);
  seen.code = WIFEXITED(status) ? WEXITSTATUS(status) : -WTERMSIG(status);
  return seen;
}

}  // namespace

TEST_CASE("A supervised program ends with the exit code of its worker") {
  for (const int code : {0, 3, 143}) {
    const Supervised seen = supervised([code](Worker& worker, const auto& note) {
      note(worker.crash() ? 'c' : 'w');
      worker.note(WorkerState::Run::begun);
      worker.note(WorkerState::Run::ended);
      return code;
    });
    CHECK(seen.code == code);
    CHECK(seen.workers == "w");
  }
}

TEST_CASE("A worker that exits in the middle of a run has a successor, and the program fails") {
  const Supervised seen = supervised([](Worker& worker, const auto& note) {
    worker.note(WorkerState::Run::begun);
    if (!worker.crash()) {
      worker.note_finally(2);
      return 0;
    }
    note(worker.crash()->reason == "unexpected exit" && worker.crash()->finally_begun == 2 ? 'y' : 'n');
    worker.note(WorkerState::Run::ended);
    return 0;
  });
  CHECK(seen.code == 1);
  CHECK(seen.workers == "y");
}

TEST_CASE("Nothing is finished that had not begun") {
  const Supervised seen = supervised([](Worker&, const auto& note) {
    note('w');
    return ::raise(SIGKILL);
  });
  CHECK(seen.code == 1);
  CHECK(seen.workers == "w");
}

TEST_CASE("A crash after the run fails the program, and nothing is run again") {
  const Supervised seen = supervised([](Worker& worker, const auto& note) {
    note('w');
    worker.note(WorkerState::Run::ended);
    return ::raise(SIGKILL);
  });
  CHECK(seen.code == 1);
  CHECK(seen.workers == "w");
}

TEST_CASE("Workers that always die are given up in the end") {
  const Supervised seen = supervised([](Worker& worker, const auto& note) {
    note('w');
    worker.note(WorkerState::Run::begun);
    return ::raise(SIGKILL);
  });
  CHECK(seen.code == 1);
  CHECK(seen.workers == std::string(20, 'w'));
}
