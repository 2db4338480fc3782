#include "base/stop_timer.h"

namespace iter8::base {

StopTimer::StopTimer(Clock& clock, const std::stop_token& parent, std::optional<Duration> limit)
    : forward_(parent, Forward{source_}) {
  if (!limit) return;
  const MonotonicTime deadline = clock.now() + *limit;
  timer_ = std::jthread([this, &clock, deadline](const std::stop_token& ended) {
    if (!clock.wait_until(deadline, ended)) return;
    expired_ = true;
    source_.request_stop();
  });
}

StopTimer::~StopTimer() = default;

}  // namespace iter8::base
