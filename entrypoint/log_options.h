#pragma once

#include <string>

#include "base/environment.h"
#include "base/log.h"

namespace CLI {
class App;
}

namespace iter8::entrypoint {

/// How much a command prints to standard error.
struct LogOptions {
  std::string level;  // empty = LOG_LEVEL of the environment, otherwise info
  bool quiet = false;

  /// The lowest level that is printed. Throws base::UsageError for an unknown level.
  base::LogLevel threshold(const base::Environment& environment) const;
};

/// Whether -q is --quiet, or something else of the command.
enum class QuietFlag { short_and_long, long_only };

void declare(CLI::App& command, LogOptions& options, QuietFlag quiet = QuietFlag::short_and_long);

}  // namespace iter8::entrypoint
