#pragma once

#include <filesystem>
#include <string>

#include <sys/types.h>

#include "base/descriptor.h"

namespace iter8::base {

/// A new folder below the system's folder for temporary files that only this user may enter. A small process
/// of its own removes it, with all that is in it, when the object is destroyed or when this process ends,
/// however it ends: no signal, SIGKILL neither, leaves it behind.
class TemporaryFolder {
 public:
  /// The name begins with `prefix`. Throws base::Error.
  explicit TemporaryFolder(const std::string& prefix);
  /// Returns when the folder is gone.
  ~TemporaryFolder();
  TemporaryFolder(const TemporaryFolder&) = delete;
  TemporaryFolder& operator=(const TemporaryFolder&) = delete;

  const std::filesystem::path& path() const { return path_; }

 private:
  std::filesystem::path path_;
  Descriptor life_;  // the keeper waits for its end
  pid_t keeper_ = 0;
};

}  // namespace iter8::base
