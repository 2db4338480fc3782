#pragma once

#include <cstdint>
#include <mutex>
#include <span>

#include "load/worker/recorder.h"
#include "stats/histogram/histogram.h"

namespace iter8::load {

/// The running totals of one worker, for the caller's live view. The worker replaces them a few times a
/// second and never waits for it: when the reader holds the lock, it publishes at its next turn. Requests
/// themselves touch no lock and no atomic.
class LivePage {
 public:
  struct Totals {
    std::int64_t finished = 0;
    std::int64_t errors = 0;
    std::int64_t begun = 0;
    stats::Histogram latency;
    stats::Histogram lateness;
  };

  /// From the worker; false when the page was being read.
  bool publish(std::span<const Recorder> recorders);
  /// From any thread: adds this worker's totals to `totals`.
  void add_to(Totals& totals) const;

 private:
  mutable std::mutex mutex_;
  Totals totals_;
};

}  // namespace iter8::load
