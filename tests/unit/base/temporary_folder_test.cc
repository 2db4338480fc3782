#include "base/temporary_folder.h"

#include <filesystem>
#include <fstream>

#include <catch2/catch.hpp>
#include <poll.h>
#include <sys/inotify.h>
#include <sys/wait.h>
#include <unistd.h>

using namespace iter8::base;
namespace fs = std::filesystem;

namespace {

void fill(const fs::path& folder) {
  fs::create_directories(folder / "a/b");
  std::ofstream(folder / "a/b/file") << "text";
}

/// Waits at most ten seconds until the folder is gone.
bool goes(const fs::path& folder) {
  const Descriptor watch(::inotify_init1(IN_CLOEXEC));
  ::inotify_add_watch(watch.get(), folder.parent_path().c_str(), IN_DELETE);
  for (int i = 0; i < 100 && fs::exists(folder); ++i) {
    pollfd ready{watch.get(), POLLIN, 0};
    ::poll(&ready, 1, 100);
    char events[4096];
    if (ready.revents != 0 && ::read(watch.get(), events, sizeof events) < 0) return false;
  }
  return !fs::exists(folder);
}

}  // namespace

TEST_CASE("a temporary folder is for this user only and goes with its owner") {
  fs::path path;
  {
    const TemporaryFolder folder("iter8-test-");
    path = folder.path();
    fill(path);
    CHECK((fs::status(path).permissions() & (fs::perms::group_all | fs::perms::others_all)) ==
          fs::perms::none);
  }
  CHECK_FALSE(fs::exists(path));
}

TEST_CASE("no signal leaves a temporary folder behind") {
  for (const int number : {SIGKILL, SIGHUP, SIGQUIT, SIGABRT}) {
    int ends[2];
    REQUIRE(::pipe(ends) == 0);
    const pid_t child = ::fork();
    if (child == 0) {
      ::signal(number, SIG_DFL);
      const TemporaryFolder folder("iter8-test-");
      fill(folder.path());
      const std::string name = folder.path().string();
      static_cast<void>(::write(ends[1], name.data(), name.size()));
      while (true) ::pause();
    }
    char name[4096];
    const ssize_t size = ::read(ends[0], name, sizeof name);
    REQUIRE(size > 0);
    const fs::path path(std::string(name, static_cast<std::size_t>(size)));
    CHECK(fs::exists(path));
    ::kill(child, number);
    ::waitpid(child, nullptr, 0);
    CHECK(goes(path));
    ::close(ends[0]);
    ::close(ends[1]);
  }
}
