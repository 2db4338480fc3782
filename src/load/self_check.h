#pragma once

#include <span>
#include <string>
#include <vector>

#include "base/clock.h"
#include "load/measurement.h"

namespace iter8::load {

/// Thresholds beyond which a measurement is doubted.
inline constexpr double kMaxLateness = 0.25;  // 99th percentile of lateness, of the median latency
inline constexpr double kMinAchieved = 0.99;  // of the requested rate
inline constexpr double kMaxCpu = 0.9;        // of a worker's core
/// A rate that was missed by less than this is not doubted: in a short load a moment would be enough.
inline constexpr base::Duration kMinLag = std::chrono::milliseconds(10);

/// Requests per second that were started on a connection, to be compared with the requested rate: over the
/// time that the schedule gave them plus the lag of the last one. Open loop only.
double start_rate(const Tally& tally, double requested_rate);

/// Why the generator itself may have distorted the figures of one target: a sentence for each reason; empty
/// when they can be trusted. The rate counts only when the sending was not ended early.
std::vector<std::string> doubts(const Tally& tally, double requested_rate, EndReason end,
                                std::span<const WorkerHealth> workers);

}  // namespace iter8::load
