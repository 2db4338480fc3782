#include "git/subprocess.h"

#include <catch2/catch.hpp>
#include <signal.h>
#include <unistd.h>

#include "base/error.h"

using namespace iter8;
using namespace std::chrono_literals;
using Catch::Contains;

namespace {

std::string wait_for_ever() {
  while (true) ::pause();
}

}  // namespace

TEST_CASE("what the child returns or throws comes back") {
  CHECK(git::run_in_subprocess([] { return std::string(100'000, 'x'); }, "work", 20s, {}).size() == 100'000);
  CHECK_THROWS_WITH(
      git::run_in_subprocess([]() -> std::string { throw base::Error("broken"); }, "work", 20s, {}),
      "broken");
}

TEST_CASE("the child has an environment of its own") {
  git::run_in_subprocess(
      [] {
        ::setenv("ITER8_TEST_OF_CHILD", "1", 1);
        return std::string();
      },
      "work", 20s, {});
  CHECK(::getenv("ITER8_TEST_OF_CHILD") == nullptr);
}

TEST_CASE("a child that takes too long, is stopped or dies is given up") {
  CHECK_THROWS_WITH(git::run_in_subprocess(wait_for_ever, "work", 20ms, {}),
                    "cannot work: timed out after 20ms");
  std::stop_source stop;
  stop.request_stop();
  CHECK_THROWS_WITH(git::run_in_subprocess(wait_for_ever, "work", 20s, stop.get_token()),
                    "cannot work: stopped");
  const auto die = []() -> std::string {
    ::kill(::getpid(), SIGKILL);
    return {};
  };
  CHECK_THROWS_WITH(git::run_in_subprocess(die, "work", 20s, {}), Contains("ended by signal 9"));
}
