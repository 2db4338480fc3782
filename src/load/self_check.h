#pragma once

#include <span>
#include <string>
#include <vector>

#include "base/clock.h"
#include "load/measurement.h"

namespace iter8::load {

/// Thresholds beyond which a measurement is doubted.
/// Of the lateness, as a share of the same percentile of the latency (50, 99): less hardly shows in it.
inline constexpr double kMaxLateness = 0.25;
/// A lateness below this is not doubted: beside a service that answers in less than a millisecond, the
/// wake-ups of any machine are a quarter of its time, and no limit of a millisecond or more depends on them.
inline constexpr base::Duration kMinLateness = std::chrono::milliseconds(1);
inline constexpr double kMinAchieved = 0.99;  // of the requested rate
inline constexpr double kMaxCpu = 0.9;        // of a worker's core
inline constexpr double kMaxLost = 0.01;      // of a worker's time
/// A rate that was missed by less than this is not doubted: in a short load a moment would be enough.
inline constexpr base::Duration kMinLag = std::chrono::milliseconds(10);

/// Requests per second that were started, to be compared with the requested rate: over the time that the
/// schedule gave them plus the lag of the last one. Those that the target gave no connection to (refused, not
/// resolved, no TLS) were started as well. Open loop only.
double start_rate(const Tally& tally, double requested_rate);

/// A worker that lost less than this in all is not doubted: in a short load a moment would be enough.
inline constexpr base::Duration kMinLost = std::chrono::milliseconds(250);

/// The share of its time in which a worker did not run although it wanted to: the worst one's. 0 below
/// kMinLost.
double lost_share(std::span<const WorkerHealth> workers);

/// Why the generator itself may have distorted the figures of one target: a sentence for each reason; empty
/// when they can be trusted. The rate counts only when the sending was not ended early.
std::vector<std::string> doubts(const Tally& tally, double requested_rate, EndReason end,
                                std::span<const WorkerHealth> workers);

}  // namespace iter8::load
