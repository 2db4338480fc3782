#include "base/confinement.h"

#include <array>
#include <cerrno>
#include <fstream>
#include <thread>

#include <catch2/catch.hpp>
#include <sys/syscall.h>
#include <unistd.h>

#include "base/error.h"
#include "base/process.h"
#include "base/temporary_folder.h"

using namespace iter8::base;

namespace {

Environment environment_of(std::map<std::string, std::string> variables) {
  return Environment(std::move(variables));
}

}  // namespace

TEST_CASE("programs are confined where the environment says so") {
  CHECK_FALSE(Confinement::of(Environment(), "/work"));
  CHECK_FALSE(Confinement::of(environment_of({{"ITER8_CONFINE", "false"}}), "/work"));
  CHECK_THROWS_AS(Confinement::of(environment_of({{"ITER8_CONFINE", "1"}}), "/work"), UsageError);
  const auto plain = Confinement::of(environment_of({{"ITER8_CONFINE", "true"}}), "/work/sub");
  REQUIRE(plain);
  CHECK(plain->writable == std::vector<std::filesystem::path>{"/work/sub"});
}

TEST_CASE("the workspace is the checkout that the directory belongs to") {
  const auto writable = [](const char* top, const char* directory) {
    return Confinement::of(environment_of({{"ITER8_CONFINE", "true"}, {"GITHUB_WORKSPACE", top}}), directory)
        ->writable.front();
  };
  CHECK(writable("/work", "/work/sub") == "/work");
  CHECK(writable("/work", "/work") == "/work");
  CHECK(writable("/work", "/workshop/sub") == "/workshop/sub");
}

TEST_CASE("further paths are named, and may be written to where it is said") {
  const auto given = Confinement::of(
      environment_of({{"ITER8_CONFINE", "true"}, {"ITER8_ALLOW_PATHS", "/data::/cache=rw"}}), "/work");
  REQUIRE(given);
  CHECK(given->readable.back() == "/data");
  CHECK(given->writable == std::vector<std::filesystem::path>{"/work", "/cache"});
}

TEST_CASE("a denied system call is an error for that thread only") {
  int denied = 0;
  bool has_filter = false;
  std::thread([&] {
    constexpr std::array calls = {SYS_getppid, SYS_getpgid};
    has_filter = deny_system_calls(calls);
    denied = ::syscall(SYS_getppid) == -1 && ::syscall(SYS_getpgid, 0) == -1 && errno == EPERM &&
                     ::syscall(SYS_gettid) > 0
                 ? 1
                 : 2;
  }).join();
  if (!has_filter) {
    WARN("this machine has no filters of system calls");
    return;
  }
  CHECK(denied == 1);
  CHECK(::syscall(SYS_getppid) > 0);
}

TEST_CASE("a confined program sees its workspace and its temporary folder") {
  if (kernel_walls().landlock == 0) {
    WARN("this kernel has no Landlock");
    return;
  }
  const TemporaryFolder inside("iter8-inside-");
  const TemporaryFolder outside("iter8-outside-");
  std::ofstream(outside.path() / "secret") << "s3cret";
  Confinement walls = *Confinement::of(environment_of({{"ITER8_CONFINE", "true"}}), inside.path());
  const auto code = [&](const std::string& script) {
    return run_process({.arguments = {"/bin/sh", "-c", script},
                        .environment = {"PATH=/usr/bin:/bin"},
                        .directory = inside.path(),
                        .confinement = walls},
                       {})
        .code;
  };
  CHECK(code("echo x > here && cat here && echo y > $TMPDIR/y") == 0);
  CHECK(code("cat " + (outside.path() / "secret").string()) != 0);
  CHECK(code("echo x > " + (outside.path() / "new").string()) != 0);
  walls.readable.push_back(outside.path());
  CHECK(code("cat " + (outside.path() / "secret").string()) == 0);
  CHECK(code("rm " + (outside.path() / "secret").string()) != 0);
  CHECK(std::ifstream(outside.path() / "secret").good());
}
