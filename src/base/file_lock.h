#pragma once

#include <filesystem>
#include <optional>
#include <string>

#include "base/clock.h"
#include "base/descriptor.h"

namespace iter8::base {

/// Keeps other processes that ask for it away from a file: a lock on ".NAME.lock" beside it, which the kernel
/// releases when the process ends, however it ends, and which is removed when the lock is given back. Where
/// no file can be made beside it (the folder is missing or read-only), or where the file is a device, there
/// is nothing to protect, and the lock is only in name. Move-only.
class FileLock {
 public:
  /// Waits up to `limit` for whoever has it; nullopt when that was not enough.
  static std::optional<FileLock> take(const std::filesystem::path& file, Duration limit);
  ~FileLock();
  FileLock(FileLock&& other) noexcept;
  FileLock& operator=(FileLock&&) = delete;

 private:
  FileLock(std::string name, Descriptor fd) : name_(std::move(name)), fd_(std::move(fd)) {}

  std::string name_;
  Descriptor fd_;
};

}  // namespace iter8::base
