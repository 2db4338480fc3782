#include "load/self_check.h"

#include <algorithm>

#include <fmt/format.h>

#include "base/duration.h"

namespace iter8::load {
namespace {

double milliseconds(std::int64_t nanoseconds) {
  return static_cast<double>(nanoseconds) / 1e6;
}

}  // namespace

double start_rate(const Tally& tally, double requested_rate) {
  const double scheduled = static_cast<double>(tally.scheduled) / requested_rate;
  const double seconds = scheduled + base::to_seconds(tally.final_lag);
  return seconds > 0 ? static_cast<double>(tally.lateness.count()) / seconds : 0;
}

std::vector<std::string> doubts(const Tally& tally, double requested_rate, EndReason end,
                                std::span<const WorkerHealth> workers) {
  std::vector<std::string> reasons;
  const std::int64_t late = tally.lateness.percentile(99);
  const std::int64_t median = tally.latency.percentile(50);
  const bool is_timed = tally.lateness.count() > 0 && tally.latency.count() > 0;
  if (is_timed && static_cast<double>(late) > kMaxLateness * static_cast<double>(median))
    reasons.push_back(
        fmt::format("the generator was late: the 99-th percentile of its lateness, {:.3g} ms, is more than "
                    "{:.0f} % of the "
                    "median latency, {:.3g} ms",
                    milliseconds(late), 100 * kMaxLateness, milliseconds(median)));

  if (requested_rate > 0 && tally.scheduled > 0 && end == EndReason::done) {
    const double share = start_rate(tally, requested_rate) / requested_rate;
    const bool is_momentary = tally.final_lag < kMinLag && tally.lateness.count() == tally.scheduled;
    if (share < kMinAchieved && !is_momentary)
      reasons.push_back(fmt::format("{:.1f} % of the asked rate was achieved", 100 * share));
  }

  double busiest = 0;
  for (const WorkerHealth& worker : workers) busiest = std::max(busiest, worker.cpu_share);
  if (busiest > kMaxCpu) reasons.push_back(fmt::format("a worker used {:.0f} % of its core", 100 * busiest));
  return reasons;
}

}  // namespace iter8::load
