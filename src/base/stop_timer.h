#pragma once

#include <atomic>
#include <optional>
#include <stop_token>
#include <thread>

#include "base/clock.h"

namespace iter8::base {

/// A stop token that fires when its parent does, or when a time is up, whichever is first. Owns a thread only
/// while there is a limit; the limit runs on the given clock.
class StopTimer {
 public:
  StopTimer(Clock& clock, const std::stop_token& parent, std::optional<Duration> limit);
  ~StopTimer();
  StopTimer(const StopTimer&) = delete;
  StopTimer& operator=(const StopTimer&) = delete;

  std::stop_token token() const { return source_.get_token(); }
  /// Whether it was the time that ran out.
  bool expired() const { return expired_; }

 private:
  std::stop_source source_;
  std::atomic<bool> expired_ = false;
  struct Forward {
    std::stop_source source;
    void operator()() { source.request_stop(); }
  };
  std::stop_callback<Forward> forward_;
  std::jthread timer_;
};

}  // namespace iter8::base
