#pragma once

#include <string>

#include "base/environment.h"
#include "base/log.h"

namespace CLI {  // NOLINT(readability-identifier-naming): the library's own name
class App;
}

namespace iter8::entrypoint {

/// How much a command says on standard error.
struct LogOptions {
  std::string level;  // empty = LOG_LEVEL of the environment, else info
  bool quiet = false;

  /// Throws base::UsageError for a level that there is not.
  base::LogLevel threshold(const base::Environment& environment) const;
};

void declare(CLI::App& command, LogOptions& options);

}  // namespace iter8::entrypoint
