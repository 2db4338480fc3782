#pragma once

#include <span>
#include <string>
#include <vector>

#include "base/clock.h"
#include "load/measurement.h"

namespace iter8::load {

/// Shares from which on a measurement is doubted.
inline constexpr double kMostLateness = 0.25;   // 99th percentile of lateness, of the median latency
inline constexpr double kLeastAchieved = 0.99;  // of the asked rate
inline constexpr double kMostCpu = 0.9;         // of a worker's core
/// A load is not doubted for a rate that it missed by less than this: a short one would be for a moment.
inline constexpr base::Duration kLeastBehind = std::chrono::milliseconds(10);

/// Requests begun on a connection per second, as against the rate asked for: over the time that the schedule
/// gave them and by which the last one came late. Open loop only.
double begun_rate(const Tally& tally, double asked_rate);

/// Why the generator's own work may show in the figures of one target, one reason each, for people; empty
/// when nothing speaks against them. The rate is judged only when the sending came to its end.
std::vector<std::string> doubts(const Tally& tally, double asked_rate, EndReason end,
                                std::span<const WorkerHealth> workers);

}  // namespace iter8::load
