#pragma once

#include <functional>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>

#include "base/clock.h"
#include "base/secrets.h"

namespace iter8::base {

enum class LogLevel { trace, debug, info, warning, error };

std::optional<LogLevel> parse_log_level(std::string_view name);

/// Writes one line an entry, masked. Where the lines go is the sink's business: standard error, a terminal
/// with a live line to step around, a CI system's own syntax, or a test's string. Thread-safe.
class Logger {
 public:
  using Sink = std::function<void(LogLevel, std::string_view masked_line)>;

  Logger(LogLevel threshold, const Secrets& secrets, Sink sink);

  void trace(std::string_view message) const { write(LogLevel::trace, message); }
  void debug(std::string_view message) const { write(LogLevel::debug, message); }
  void info(std::string_view message) const { write(LogLevel::info, message); }
  void warning(std::string_view message) const { write(LogLevel::warning, message); }
  void error(std::string_view message) const { write(LogLevel::error, message); }

  bool enabled(LogLevel level) const { return level >= threshold_; }

 private:
  void write(LogLevel level, std::string_view message) const;

  LogLevel threshold_;
  const Secrets& secrets_;
  Sink sink_;
  mutable std::mutex mutex_;
};

}  // namespace iter8::base
