#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "load/error_class.h"
#include "load/plan.h"
#include "load/time_series.h"
#include "stats/histogram/histogram.h"

namespace iter8::load {

/// What came of the requests of one target. sent = completed + errors other than `status` and `expect` +
/// in_flight; a request that never got a connection counts as sent when it fails, one that was refused and
/// sent again counts once.
struct Tally {
  std::int64_t asked = 0;  // requests that fell due
  std::int64_t sent = 0;   // those of them that were begun, or failed waiting; the rest a stop found waiting
  std::int64_t completed = 0;  // complete answers, whatever their status
  std::int64_t in_flight = 0;  // cut off by a stop
  std::array<std::int64_t, kErrorClasses> errors{};
  std::vector<std::pair<int, std::int64_t>> statuses;  // complete answers by status code, ascending
  std::int64_t bytes_received = 0;
  std::int64_t connects = 0;  // connections that became ready for requests
  /// Of every request that ended, failed ones too, from the moment it fell due to its last byte. In a closed
  /// loop it falls due when its connection is free, or begins to be opened. One that timed out has at least
  /// the timeout, and so has one that overflowed, whose answer nobody will ever see.
  stats::Histogram latency;
  stats::Histogram service;  // of complete answers, from the send to the last byte
  /// Open loop, of every request that got a connection: how late the generator itself began it, from the
  /// moment when it was due and there was a connection for it (a free one, or one to be opened).
  stats::Histogram lateness;
  stats::Histogram queued;   // open loop: of those that had to wait for that moment, how long
  base::Duration behind{0};  // how late the last request was begun, for whatever reason
  /// Of `latency`, the values above each of the target's limits, counted exactly; as Target::limits.
  std::vector<std::int64_t> above;
  Series series;
  std::string first_error;  // text of the first failure other than `status`, for the message

  std::int64_t error_count() const;
  void add(const Tally& other);
};

/// done: all was sent. stopped: from outside. The others ended the sending before its time.
enum class EndReason { done, stopped, stop_rule, error_budget };

/// How one worker fared while it measured.
struct WorkerHealth {
  double cpu_share = 0;                   // of one core, without the time it spun to be on time
  std::int64_t involuntary_switches = 0;  // another thread took its core
};

struct Measurement {
  std::vector<Tally> targets;  // as in the plan
  std::vector<Tally> warmup;
  base::Duration lead{0};     // from the call of run() to the beginning of the measurement
  base::Duration elapsed{0};  // of sending and draining, without warm-up
  double asked_rate = 0;      // per second and target until the sending ended; 0 in a closed loop
  EndReason end = EndReason::done;
  std::string end_text;  // of a stop rule or an exhausted budget: why
  std::vector<WorkerHealth> workers;
  Precision precision = Precision::normal;  // that was in effect
  std::vector<std::string> notes;           // what could not be done as planned, for people
};

/// Numbers of the running load, all targets together. While it warms up, those of the warm-up.
struct Snapshot {
  base::Duration elapsed{0};
  std::int64_t requests = 0;  // that ended
  std::int64_t errors = 0;
  std::int64_t begun = 0;
  double due = 0;  // open loop: requests that should have been begun by now
  double achieved_rate = 0;
  stats::Histogram latency;
  stats::Histogram lateness;
  bool warms_up = false;
};

}  // namespace iter8::load
