#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "base/clock.h"
#include "experiment/task.h"
#include "load/measurement.h"
#include "load/self_check.h"

namespace iter8::tasks {

/// What the parts of a response are called in names of metrics and their descriptions.
struct PartNames {
  std::string part = "event";       // one of them, and the start of the name of their count
  std::string first = "ttft";       // the time to the first one with content
  std::string gap = "inter-event";  // the time between two
  std::string count = "events";     // how many a response has
  std::string rate = "event-rate";  // how many a second
  bool has_content = false;         // what is content is told apart: inter-token is recorded
  bool has_tokens = false;          // output tokens are counted
};
/// What a load speaks, which decides what the statuses of responses mean.
enum class LoadProtocol { http, grpc, websocket };

/// The measurement of one version under one load.
struct VersionLoad {
  std::size_t version = 0;
  load::Tally tally;
  load::Tally warmup;
  double requested_rate = 0;  // per second; 0 in a closed loop
  base::WallTime start;       // of the measurement
  base::Duration elapsed{0};
  load::EndReason end = load::EndReason::done;
  std::string end_text;
  std::vector<load::WorkerHealth> workers;
  std::vector<std::string> notes;
  std::vector<base::Duration> limits = {};  // of the target: what tally.above was counted against
  std::optional<base::Duration> cap = {};   // of the target; it is one of the limits, too
  LoadProtocol protocol = LoadProtocol::http;
  std::optional<PartNames> part_names = {};  // where the load looked at the parts of responses
  std::uint64_t seed = 1;                    // of the plan

  /// Requests that completed or failed, without those that a stop aborted.
  std::int64_t requests() const { return tally.sent - tally.in_flight; }
  std::int64_t errors() const { return tally.error_count(); }
  /// Whether errors are among the latencies, so that those of the other responses differ.
  bool has_error_latencies() const { return tally.ok_latency.count() != tally.latency.count(); }
  /// Whether some response came in more than one read, so that its first byte and its last differ.
  bool has_transfers() const { return tally.transfer.max() > stats::kShortestDuration; }
  /// Requests per second: in an open loop over the time that the schedule gave them plus the lag of the last
  /// one, without the wait for the last responses.
  double achieved_rate() const;
  /// Why the figures are not to be trusted; see load::doubts().
  std::vector<std::string> doubts() const { return load::doubts(tally, requested_rate, end, workers); }
};

/// The metrics of a load under the names `provider`/…: request-count, error-count, error-rate (absent without
/// requests), latency (histogram) and its mean, stddev, min, max and percentiles (absent without a request
/// that has a latency; a note at request-count says why), service time, lateness and the rest of the
/// self-check, rates, errors by class and responses by status; of gRPC, errors by the name of their status,
/// and messages; of WebSocket, close codes and messages. Times are msec.
/// Also the time to the first byte and what was measured inside responses (see part_metrics.h).
/// With a cap, also latency-mean-capped and latency-above-cap; a request that was given up after more than
/// the cap counts as one that is above it. ok-latency and its like are those of responses that are not
/// errors; they are left out where they are the same, unless `wanted` names one. Counts of classes and
/// statuses that never occurred are left out, except for those that `wanted` names: they are 0, where there
/// were requests or responses to count.
std::vector<experiment::Observation> observations_of(const VersionLoad& load, const std::string& provider,
                                                     const std::vector<double>& percentiles,
                                                     const std::set<std::string>& wanted = {});

/// Gives every version of one load the counts that only some of them have: what one had none of, where it
/// could be counted, is 0. `observations` are those of all its versions.
void complete_counts(const std::vector<VersionLoad>& loads, const std::string& provider,
                     std::vector<experiment::Observation>& observations);

/// The limits on latency percentiles of `provider` among those of the file, ascending, each once.
std::vector<base::Duration> latency_limits(const std::vector<experiment::MetricLimit>& limits,
                                           const std::string& provider);

/// The load over time and its slices, for the result; the runner sets its iteration.
experiment::LoadSeries series_of(const VersionLoad& load, const std::string& provider);

/// Canonical names of what observations_of() always records, plus patterns for the rest.
std::vector<std::string> metric_names(const std::string& provider, const std::vector<double>& percentiles,
                                      LoadProtocol protocol = LoadProtocol::http);
/// Of those that a cap adds.
std::vector<std::string> capped_metric_names(const std::string& provider);

/// "800 requests, 2 errors (2 status), 199.9/s of 200/s, p95 12.3 ms".
std::string summary_of(const VersionLoad& load);

/// What a reader must know about the measurement: no request succeeded, or many got no answer, requests
/// waited for connections, the generator may have distorted it (degraded), the sending ended early.
std::vector<experiment::Warning> warnings_of(const VersionLoad& load, const std::string& version);

/// Throws base::Error when a request of the warm-up failed, naming the version and the first failure.
void require_clean_warmup(const load::Tally& warmup, const std::string& version);

}  // namespace iter8::tasks
