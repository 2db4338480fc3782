#pragma once

#include <filesystem>
#include <optional>
#include <string>

#include "entrypoint/process.h"
#include "experiment/file/trust.h"

namespace iter8::entrypoint {

/// Whether the path means standard input, or a pipe that a shell made for this command: "-", /dev/stdin,
/// /dev/fd/3. What it holds has no place on disk.
bool is_standard_input(const std::filesystem::path& path);

/// The text of an experiment file that is none on disk: standard input or a named pipe, read to its end.
/// Nothing for other files. It can be read once: a worker that takes over from one that has died finds it
/// where that one has kept it. Throws base::UsageError if it cannot be read, or holds nothing.
std::optional<std::string> piped_text(const std::filesystem::path& path, const experiment::TrustRules& trust,
                                      Process& process);

}  // namespace iter8::entrypoint
