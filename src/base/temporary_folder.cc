#include "base/temporary_folder.h"

#include <array>
#include <cerrno>
#include <climits>
#include <csignal>

#include <fcntl.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/error.h"
#include "base/file.h"

namespace iter8::base {

namespace {

/// Never returns. Holds nothing open but `life`: whoever waits for the end of our output must not wait for
/// this.
[[noreturn]] void keep(const std::filesystem::path& folder, int life) {
  ::setsid();
  sigset_t all;
  ::sigfillset(&all);
  ::sigprocmask(SIG_SETMASK, &all, nullptr);
  constexpr int kept = 3;
  if (life != kept) ::dup2(life, kept);
  ::close_range(kept + 1, UINT_MAX, 0);
  for (int standard = 0; standard < kept; ++standard) ::close(standard);
  char byte = 0;
  while (::read(kept, &byte, 1) < 0 && errno == EINTR) {
  }
  std::error_code ignored;
  std::filesystem::remove_all(folder, ignored);
  ::_exit(0);
}

}  // namespace

TemporaryFolder::TemporaryFolder(const std::string& prefix) {
  std::string name = (std::filesystem::temp_directory_path() / (prefix + "XXXXXX")).string();
  std::array<int, 2> ends{};
  if (::pipe2(ends.data(), O_CLOEXEC) != 0) throw Error("cannot make a pipe: " + errno_text(errno));
  const Descriptor waiting(ends[0]);
  life_ = Descriptor(ends[1]);
  if (::mkdtemp(name.data()) == nullptr)
    throw Error("cannot make the folder " + name + ": " + errno_text(errno));
  path_ = name;
  keeper_ = ::fork();
  if (keeper_ == 0) keep(path_, waiting.get());
  if (keeper_ > 0) return;
  const int reason = errno;
  ::rmdir(path_.c_str());
  throw Error("cannot start a process: " + errno_text(reason));
}

TemporaryFolder::~TemporaryFolder() {
  life_.reset();
  while (::waitpid(keeper_, nullptr, 0) < 0 && errno == EINTR) {
  }
}

}  // namespace iter8::base
