#pragma once

#include <cstdint>
#include <mutex>
#include <span>
#include <vector>

#include "load/worker/recorder.h"
#include "stats/histogram/histogram.h"

namespace iter8::load {

/// The running totals of one worker, for progress and stop rules. The worker replaces them a few times a
/// second and never waits for a reader: when one holds the lock, it tries again later. Requests themselves
/// touch neither lock nor atomic.
class LiveTotals {
 public:
  struct Values {
    std::int64_t finished = 0;
    std::int64_t errors = 0;
    std::int64_t started = 0;  // or due and not sent, because the worker did not run
    stats::Histogram latency;
    stats::Histogram lateness;
    /// The part of one target; in the order of the plan.
    struct Target {
      std::int64_t finished = 0;
      std::int64_t errors = 0;
      stats::Histogram latency;
    };
    std::vector<Target> targets = {};
  };

  /// Called by the worker; false, and nothing published, while somebody reads.
  bool publish(std::span<const Recorder> recorders);
  /// Called from any thread: adds this worker's totals to `totals`.
  void add_to(Values& totals) const;

 private:
  mutable std::mutex mutex_;
  Values totals_;
};

}  // namespace iter8::load
