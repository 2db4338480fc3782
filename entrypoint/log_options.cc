#include "entrypoint/log_options.h"

#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include "base/error.h"
#include "base/text.h"

namespace iter8::entrypoint {

base::LogLevel LogOptions::threshold(const base::Environment& environment) const {
  if (level.empty()) {
    if (quiet) return base::LogLevel::warning;
    return base::parse_log_level(environment.get("LOG_LEVEL").value_or("")).value_or(base::LogLevel::info);
  }
  const std::optional<base::LogLevel> parsed = base::parse_log_level(level);
  if (!parsed)
    throw base::UsageError(fmt::format(
        "--log-level: found '{}', expected trace, debug, info, warning or error", base::printable(level)));
  return *parsed;
}

void declare(CLI::App& command, LogOptions& options, QuietFlag quiet) {
  command
      .add_option("-l,--log-level,--loglevel,--logLevel", options.level,
                  "trace, debug, info, warning or error (default: info)")
      ->type_name("LEVEL");
  command.add_flag(quiet == QuietFlag::long_only ? "--quiet" : "-q,--quiet", options.quiet,
                   "Print only warnings and errors");
}

}  // namespace iter8::entrypoint
