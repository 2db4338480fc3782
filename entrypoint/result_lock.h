#pragma once

#include <filesystem>
#include <string>

#include <CLI/CLI.hpp>

#include "base/file_lock.h"

namespace iter8::entrypoint {

/// Adds --wait, whose text hold_result() takes.
void declare_wait(CLI::App& command, std::string& wait);

/// Makes this run the only one that writes the result, until the lock is destroyed. Waits for another one as
/// long as `wait` says, a duration; when it is empty, for the second that a killed one may need to be gone.
/// Throws base::UsageError if the other one goes on, or if the file is a symbolic link that leads out of its
/// folder.
base::FileLock hold_result(const std::filesystem::path& file, const std::string& wait);

}  // namespace iter8::entrypoint
