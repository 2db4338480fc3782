#pragma once

#include <chrono>
#include <optional>
#include <stop_token>
#include <string>
#include <string_view>

namespace iter8::base {

using Duration = std::chrono::nanoseconds;
/// CLOCK_MONOTONIC: for every interval and deadline.
using MonotonicTime = std::chrono::time_point<std::chrono::steady_clock, Duration>;
/// CLOCK_REALTIME (UTC): only for what people and other systems read.
using WallTime = std::chrono::sys_time<Duration>;

/// The seam for time, so that tests can move it by hand. Implementations are thread-safe.
class Clock {
 public:
  virtual ~Clock() = default;

  virtual MonotonicTime now() const = 0;
  virtual WallTime wall() const = 0;

  /// Blocks until `deadline`, or until `stop` is requested. Returns true when the deadline was reached.
  virtual bool wait_until(MonotonicTime deadline, const std::stop_token& stop) = 0;
};

class SystemClock final : public Clock {
 public:
  MonotonicTime now() const override;
  WallTime wall() const override;
  bool wait_until(MonotonicTime deadline, const std::stop_token& stop) override;
};

/// RFC 3339 in UTC with whole seconds, "2026-01-01T00:00:00Z".
std::string to_rfc3339(WallTime time);
/// With milliseconds, "2026-01-01T00:00:00.250Z".
std::string to_rfc3339_milliseconds(WallTime time);

/// Accepts fractions and offsets; nothing when the text is not such a time.
std::optional<WallTime> parse_rfc3339(std::string_view text);

}  // namespace iter8::base
