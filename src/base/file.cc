#include "base/file.h"

#include <algorithm>
#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <system_error>

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/descriptor.h"
#include "base/error.h"

namespace iter8::base {

namespace {

[[noreturn]] void fail(const std::filesystem::path& path, std::string_view what, int error) {
  throw Error(fmt::format("{} {}: {}", what, path.string(), errno_text(error)));
}

[[noreturn]] void fail_as_too_large(const std::string& name, std::size_t limit) {
  throw Error(fmt::format("cannot read {}: larger than {} bytes", name, limit));
}

void write_all(int fd, std::string_view content, const std::filesystem::path& path) {
  while (!content.empty()) {
    const ssize_t written = ::write(fd, content.data(), content.size());
    if (written < 0 && errno == EINTR) continue;
    if (written < 0) fail(path, "cannot write", errno);
    content.remove_prefix(static_cast<std::size_t>(written));
  }
}

/// Opens the one temporary file of this name, left over or new, unless another writer is using it.
Descriptor open_unshared(const std::string& name) {
  for (;;) {
    Descriptor fd(::open(name.c_str(), O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK, 0600));
    struct stat opened {
    }, present{};
    if (!fd || ::flock(fd.get(), LOCK_EX | LOCK_NB) != 0) return {};
    if (::fstat(fd.get(), &opened) != 0 || !S_ISREG(opened.st_mode)) return {};
    // Another writer may have renamed it to the target between our open and our lock.
    const bool is_ours = ::stat(name.c_str(), &present) == 0 && present.st_ino == opened.st_ino;
    if (!is_ours) continue;
    if (::ftruncate(fd.get(), 0) != 0) return {};
    return fd;
  }
}

/// The temporary file beside the target; removed unless it was renamed. Its name is always the same, so that
/// programs that were killed leave one such file and not one each; only when it is in use, another is made.
class Scratch {
 public:
  explicit Scratch(const std::filesystem::path& target)
      : target_(target),
        name_((target.parent_path() / ("." + target.filename().string() + ".tmp")).string()) {
    fd_ = open_unshared(name_);
    if (fd_) return;
    name_ = target.string() + ".XXXXXX";
    fd_ = Descriptor(::mkostemp(name_.data(), O_CLOEXEC));
    if (!fd_) fail(target, "cannot write", errno);
  }
  ~Scratch() {
    if (!name_.empty()) ::unlink(name_.c_str());
  }
  Scratch(const Scratch&) = delete;
  Scratch& operator=(const Scratch&) = delete;

  void fill(std::string_view content, mode_t mode) {
    write_all(fd_.get(), content, target_);
    if (::fchmod(fd_.get(), mode) != 0) fail(target_, "cannot set the mode of", errno);
    if (::fsync(fd_.get()) != 0) fail(target_, "cannot write", errno);
  }

  void replace_target() {
    if (::rename(name_.c_str(), target_.c_str()) != 0) fail(target_, "cannot replace", errno);
    name_.clear();
  }

 private:
  const std::filesystem::path& target_;
  std::string name_;
  Descriptor fd_;
};

}  // namespace

std::string errno_text(int error) {
  return std::generic_category().message(error);
}

bool is_below(const std::filesystem::path& path, const std::filesystem::path& folder) {
  std::error_code unknown;
  const std::filesystem::path real =
      std::filesystem::weakly_canonical(std::filesystem::absolute(path, unknown), unknown);
  if (unknown) return true;  // a loop of links, or no such folder: opening it will say so
  std::filesystem::path target = real;
  // A link whose target does not exist yet is not followed by weakly_canonical().
  if (std::filesystem::is_symlink(real, unknown))
    target = std::filesystem::weakly_canonical(
        real.parent_path() / std::filesystem::read_symlink(real, unknown), unknown);
  const std::filesystem::path root =
      std::filesystem::weakly_canonical(std::filesystem::absolute(folder, unknown), unknown);
  const auto [in_root, in_target] = std::mismatch(root.begin(), root.end(), target.begin(), target.end());
  return in_root == root.end();
}

std::string read_file(const std::filesystem::path& path, std::size_t limit) {
  // O_NONBLOCK: opening a pipe that nobody writes to must not hang; it has no effect on regular files.
  const Descriptor fd(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK));
  if (!fd) fail(path, "cannot read", errno);
  struct stat status {};
  if (::fstat(fd.get(), &status) != 0) fail(path, "cannot read", errno);
  if (S_ISDIR(status.st_mode)) fail(path, "cannot read", EISDIR);
  if (!S_ISREG(status.st_mode)) throw Error(fmt::format("cannot read {}: not a regular file", path.string()));
  if (static_cast<std::size_t>(status.st_size) > limit) fail_as_too_large(path.string(), limit);
  return read_stream(fd.get(), limit, path.string());  // which may find more: it grew, or is a file of /proc
}

std::string read_stream(int descriptor, std::size_t limit, const std::string& name) {
  std::string content;
  char buffer[64 * 1024];
  for (;;) {
    const ssize_t count = ::read(descriptor, buffer, sizeof buffer);
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) fail(name, "cannot read", errno);
    if (count == 0) return content;
    content.append(buffer, static_cast<std::size_t>(count));
    if (content.size() > limit) fail_as_too_large(name, limit);
  }
}

void write_file_atomically(const std::filesystem::path& path, std::string_view content) {
  struct stat status {};
  const bool exists = ::stat(path.c_str(), &status) == 0;
  if (exists && S_ISDIR(status.st_mode)) fail(path, "cannot write", EISDIR);
  if (exists && !S_ISREG(status.st_mode)) {  // a device or pipe: there is nothing to replace
    const Descriptor fd(::open(path.c_str(), O_WRONLY | O_CLOEXEC | O_NONBLOCK));
    if (!fd) fail(path, "cannot write", errno);
    return write_all(fd.get(), content, path);
  }
  constexpr mode_t fresh = 0644;
  // A symbolic link stays one: the file that it points at is replaced.
  std::error_code no_link;
  const std::filesystem::path target = exists ? std::filesystem::canonical(path, no_link) : path;
  const std::filesystem::path& real = no_link ? path : target;

  Scratch scratch(real);
  scratch.fill(content, exists ? status.st_mode & 07777 : fresh);
  // The folder itself is not synced: after a crash of the machine the file is the old or the new one, and
  // whole.
  scratch.replace_target();
}

}  // namespace iter8::base
