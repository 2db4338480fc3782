#include "base/log.h"

#include <array>
#include <utility>

#include "base/text.h"

namespace iter8::base {

std::optional<LogLevel> parse_log_level(std::string_view name) {
  // fatal and panic are levels of the older Iter8: what would have ended that program is an error here.
  static constexpr std::array<std::pair<std::string_view, LogLevel>, 8> kLevels = {
      {{"trace", LogLevel::trace},
       {"debug", LogLevel::debug},
       {"info", LogLevel::info},
       {"warning", LogLevel::warning},
       {"warn", LogLevel::warning},
       {"error", LogLevel::error},
       {"fatal", LogLevel::error},
       {"panic", LogLevel::error}}};
  const std::string wanted = lower(name);
  for (const auto& [word, level] : kLevels)
    if (word == wanted) return level;
  return std::nullopt;
}

Logger::Logger(LogLevel threshold, const Secrets& secrets, Sink sink)
    : threshold_(threshold), secrets_(secrets), sink_(std::move(sink)) {}

void Logger::write(LogLevel level, std::string_view message) const {
  if (!enabled(level)) return;
  const std::string line = secrets_.mask(message);
  const std::lock_guard lock(mutex_);
  sink_(level, line);
}

}  // namespace iter8::base
