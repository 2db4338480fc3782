#include "base/file_lock.h"

#include <chrono>
#include <system_error>
#include <thread>
#include <utility>

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

namespace iter8::base {

namespace {

constexpr Duration kLockPause = std::chrono::milliseconds(20);

/// Whether the open file still has this name: whoever had the lock before removed it.
bool is_named(const Descriptor& fd, const std::string& name) {
  struct stat opened {
  }, present{};
  return ::fstat(fd.get(), &opened) == 0 && ::stat(name.c_str(), &present) == 0 &&
         opened.st_ino == present.st_ino && opened.st_dev == present.st_dev;
}

}  // namespace

std::optional<FileLock> FileLock::take(const std::filesystem::path& file, Duration limit) {
  std::error_code unknown;
  if (std::filesystem::exists(file, unknown) && !std::filesystem::is_regular_file(file, unknown))
    return FileLock({}, {});
  const std::string name = (file.parent_path() / ("." + file.filename().string() + ".lock")).string();
  const auto end = std::chrono::steady_clock::now() + limit;
  while (true) {
    Descriptor fd(::open(name.c_str(), O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK, 0600));
    if (!fd) return FileLock({}, {});
    if (::flock(fd.get(), LOCK_EX | LOCK_NB) == 0) {
      if (is_named(fd, name)) return FileLock(name, std::move(fd));
      continue;
    }
    if (std::chrono::steady_clock::now() >= end) return std::nullopt;
    std::this_thread::sleep_for(kLockPause);
  }
}

FileLock::FileLock(FileLock&& other) noexcept
    : name_(std::exchange(other.name_, {})), fd_(std::move(other.fd_)) {}

FileLock::~FileLock() {
  if (!name_.empty()) ::unlink(name_.c_str());
}

}  // namespace iter8::base
