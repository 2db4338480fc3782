#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "load/error_class.h"
#include "load/part_tally.h"
#include "load/plan.h"
#include "stats/dependence/load_slices.h"
#include "stats/histogram/histogram.h"
#include "stats/histogram/sketch.h"
#include "stats/histogram/timeline.h"

namespace iter8::load {

/// What happened on one target in one interval of the load. A request is scheduled in the interval in which
/// it was due, and sent, completed or failed in the one in which that happened; its latency counts in the one
/// in which the slice of time began (see Tally::slices) in which it was due.
struct SeriesPoint {
  std::int64_t scheduled = 0;
  std::int64_t sent = 0;
  std::int64_t completed = 0;
  std::array<std::int64_t, kErrorClasses> errors{};
  std::int64_t connections = 0;  // open at the end of the interval
  std::int64_t ended = 0;        // requests that were due here and have a latency; see has_latency()
  double latency_sum = 0;        // of those, seconds
  double latency_squares = 0;    // seconds²
  stats::Sketch latency;

  /// Adds the same interval of another worker: all figures add up.
  void add(const SeriesPoint& other);
  /// Adds the interval right after this one: all figures add up except `connections`, taken from `next`.
  void follow(const SeriesPoint& next);
};

/// The load on one target over time.
using Series = stats::Timeline<SeriesPoint>;

/// Messages of gRPC and WebSocket: their number and their bytes, decompressed. Those of calls that did not
/// end are counted, too.
struct MessageCounts {
  std::int64_t sent = 0;
  std::int64_t bytes_sent = 0;
  std::int64_t received = 0;
  std::int64_t bytes_received = 0;
  std::int64_t unsolicited = 0;  // of those received, WebSocket: no request waited for them

  void add(const MessageCounts& other);
};

/// Counts of one target's requests and their outcomes. Always sent = completed + errors other than `status`
/// and `expect` + in_flight: those two classes are responses, so they count as completed too. A request that
/// never got a connection counts as sent when it fails; one that was refused and retried counts once.
struct Tally {
  std::int64_t scheduled = 0;  // requests that fell due
  std::int64_t sent =
      0;  // of those: started, or failed while waiting; the rest waited at a stop or are `unsent`
  std::int64_t completed = 0;  // complete responses, whatever their status
  /// Given up before their end was seen: at a stop, or because the generator did not run for a while.
  std::int64_t in_flight = 0;
  std::int64_t unsent = 0;  // not sent, because the generator did not run when they fell due
  std::array<std::int64_t, kErrorClasses> errors{};
  std::vector<std::pair<int, std::int64_t>> statuses;  // complete responses by status code, ascending
  MessageCounts messages;                              // of gRPC and WebSocket
  /// WebSocket: requests that failed as `closed`, by close code, ascending.
  std::vector<std::pair<int, std::int64_t>> close_codes;
  std::int64_t bytes_received = 0;
  std::int64_t connects = 0;  // connections that became ready for requests
  /// Of every response, and of every request that ran out of time: from the moment it fell due to its last
  /// byte. In a closed loop it falls due when its connection is free, or starts to be opened. A request that
  /// timed out or overflowed has at least the timeout: leaving them out would hide the slowest (coordinated
  /// omission). One that failed without an answer has none: a refused connection is not a fast response.
  stats::Histogram latency;
  stats::Histogram ok_latency;  // those of responses that are not errors
  /// Of every request that was given up, in flight or still waiting: how long it had been due by then (when
  /// the generator stood still: before that). It would have taken longer than that.
  stats::Histogram cut_short;
  /// From the moment when a request fell due to the first byte of its response: of every response that began,
  /// whatever became of it. A request that ran out of time before counts with its latency.
  stats::Histogram first_byte;
  /// Of requests that were given up before their response began: how long they had been due.
  stats::Histogram first_byte_cut_short;
  stats::Histogram
      transfer;  // of complete responses: from the first byte to the last; none when read at once
  PartTally parts;
  stats::Histogram service;  // service time of complete responses: from the send to the last byte
  /// Open loop, of every request that got a connection: how late the generator itself started it, counted
  /// from the moment when it was due and a connection was there for it (a free one, or one to be opened).
  stats::Histogram lateness;
  stats::Histogram queued;  // open loop: how long requests waited for that connection; only those that did
  base::Duration final_lag{0};  // how far behind its schedule the last request started, whatever the reason
  /// How many latencies were above each of Target::limits, in their order; exact. Zeros for a warm-up.
  std::vector<std::int64_t> above;
  Series series;
  /// The same requests by the time at which they fell due, with all their ends: the counts of all slices
  /// together are those of this tally. Errors are counted in the order of ErrorClass.
  stats::LoadSlices slices;
  std::string first_error;       // the first failure other than an HTTP `status`, as text for messages
  std::string first_unanswered;  // the first of unanswered()

  std::int64_t error_count() const;
  /// Requests that failed without an answer and have no latency.
  std::int64_t unanswered() const;
  void add(const Tally& other);
};

/// Why the sending ended. done: the plan was carried out. stopped: from outside. stop_rule, error_budget:
/// early, because that rule or budget said so.
enum class EndReason { done, stopped, stop_rule, error_budget };

/// How busy one worker was while it measured.
struct WorkerHealth {
  double cpu_share = 0;  // of one core, without the time spent spinning until a request was due
  std::int64_t involuntary_switches = 0;  // times that the kernel gave its core to another thread
  base::Duration lost{0};                 // in which it did not run although it wanted to; see Standstills
  base::Duration elapsed{0};
};

struct Measurement {
  std::vector<Tally> targets;  // as in the plan
  std::vector<Tally> warmup;
  base::Duration lead{0};     // from the call of run() to the start of the measurement
  base::Duration elapsed{0};  // of sending and draining, without warm-up
  double requested_rate = 0;  // scheduled per second and target until the sending ended; 0 in a closed loop
  EndReason end = EndReason::done;
  std::string end_text;  // why, for stop_rule and error_budget
  std::vector<WorkerHealth> workers;
  Precision precision = Precision::normal;  // the one in effect
  std::vector<std::string> notes;           // what could not be done as planned, as sentences
};

/// Live numbers of the running load, all targets together; during the warm-up, those of the warm-up.
struct Snapshot {
  base::Duration elapsed{0};
  std::int64_t requests = 0;  // that completed or failed
  std::int64_t errors = 0;
  std::int64_t started = 0;
  double due = 0;            // open loop: requests that should have started by now
  double achieved_rate = 0;  // `requests` per second
  stats::Histogram latency;
  stats::Histogram lateness;
  bool is_warmup = false;
  /// The part of one target, in the order of the plan; empty before the first numbers are there.
  struct Target {
    std::int64_t requests = 0;
    std::int64_t errors = 0;
    stats::Histogram latency;
  };
  std::vector<Target> targets = {};
};

}  // namespace iter8::load
