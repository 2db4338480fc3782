#pragma once

#include <filesystem>
#include <functional>
#include <optional>
#include <stop_token>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "base/confinement.h"

namespace iter8::base {

enum class OutputStream { output, errors };

struct Command {
  std::vector<std::string>
      arguments;  // [0] is the program: a path, or a name looked up in PATH of `environment`
  std::vector<std::string> environment;  // "NAME=value", the child's whole environment
  /// Empty = this process's. Where it was removed, the nearest folder above it.
  std::filesystem::path directory;
  std::string input;  // given on standard input, then closed
  /// Walls around it, within which it gets a folder of its own for TMPDIR (and TEMP_DIR), removed at its end.
  std::optional<Confinement> confinement = {};
  std::size_t output_limit = 1024 * 1024;  // bytes kept of each stream: the last ones
  /// Gets each piece of either stream as it is read, all of it, on the thread that waits.
  std::function<void(OutputStream, std::string_view)> on_output = {};
};

struct Completion {
  enum class End { exited, signalled, stopped };
  End end = End::exited;
  int code = 0;  // exit status, or the signal's number
  std::string output;
  std::string errors;
  bool output_cut = false;  // standard output was longer than output_limit
};

/// Runs a child in a process group of its own and waits for it. When `stop` is requested the group gets
/// SIGTERM and, if still alive after `grace`, SIGKILL; the end is then `stopped`. Grandchildren that keep the
/// pipes open do not make it hang. Throws Error when the program cannot be started.
Completion run_process(const Command& given, const std::stop_token& stop,
                       Duration grace = std::chrono::seconds(5));

/// The executable that `name` means in the colon-separated `path`, or nothing.
std::optional<std::filesystem::path> find_executable(const std::string& name, const std::string& path);

}  // namespace iter8::base
