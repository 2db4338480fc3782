#include "load/self_check.h"

#include <algorithm>
#include <string>
#include <utility>

#include <fmt/format.h>

#include "base/duration.h"

namespace iter8::load {
namespace {

double milliseconds(std::int64_t nanoseconds) {
  return static_cast<double>(nanoseconds) / 1e6;
}

/// Requests that the target refused a connection for: the generator did its part.
std::int64_t without_connection(const Tally& tally) {
  std::int64_t count = 0;
  for (const ErrorClass error :
       {ErrorClass::resolve, ErrorClass::connect, ErrorClass::tls, ErrorClass::proxy})
    count += tally.errors[static_cast<std::size_t>(error)];
  return count;
}

/// How late the generator was, where that shows in the latencies; empty where it does not.
std::string doubt_about_lateness(const Tally& tally) {
  if (tally.lateness.count() == 0 || tally.latency.count() == 0) return {};
  for (const int percent : {50, 99}) {
    const std::int64_t late = tally.lateness.percentile(percent);
    const std::int64_t latency = tally.latency.percentile(percent);
    if (late < kMinLateness.count() ||
        static_cast<double>(late) <= kMaxLateness * static_cast<double>(latency))
      continue;
    return fmt::format(
        "the generator was late: the {}-th percentile of its lateness, {:.3g} ms, is more than "
        "{:.0f} % of that of the latency, {:.3g} ms",
        percent, milliseconds(late), 100 * kMaxLateness, milliseconds(latency));
  }
  return {};
}

}  // namespace

double start_rate(const Tally& tally, double requested_rate) {
  const double scheduled = static_cast<double>(tally.scheduled) / requested_rate;
  const double seconds = scheduled + base::to_seconds(tally.final_lag);
  return seconds > 0 ? static_cast<double>(tally.lateness.count() + without_connection(tally)) / seconds : 0;
}

double lost_share(std::span<const WorkerHealth> workers) {
  double share = 0;
  for (const WorkerHealth& worker : workers)
    if (worker.lost >= kMinLost && worker.elapsed > base::Duration{0})
      share = std::max(share, base::to_seconds(worker.lost) / base::to_seconds(worker.elapsed));
  return std::min(share, 1.0);
}

std::vector<std::string> doubts(const Tally& tally, double requested_rate, EndReason end,
                                std::span<const WorkerHealth> workers) {
  std::vector<std::string> reasons;
  if (std::string late = doubt_about_lateness(tally); !late.empty()) reasons.push_back(std::move(late));
  if (requested_rate > 0 && tally.scheduled > 0 && end == EndReason::done) {
    const double share = start_rate(tally, requested_rate) / requested_rate;
    const bool is_momentary =
        tally.final_lag < kMinLag && tally.lateness.count() + without_connection(tally) == tally.scheduled;
    if (share < kMinAchieved && !is_momentary)
      reasons.push_back(fmt::format("{:.1f} % of the asked rate was achieved", 100 * share));
  }

  const double lost = lost_share(workers);
  if (lost > kMaxLost || tally.unsent > 0) {
    reasons.push_back(
        fmt::format("the generator did not run for {:.3g} % of the time (suspended, or short "
                    "of CPU time)",
                    100 * lost));
    if (tally.unsent > 0) reasons.back() += fmt::format(": {} requests were not sent", tally.unsent);
  }
  double busiest = 0;
  for (const WorkerHealth& worker : workers) busiest = std::max(busiest, worker.cpu_share);
  if (busiest > kMaxCpu) reasons.push_back(fmt::format("a worker used {:.0f} % of its core", 100 * busiest));
  return reasons;
}

}  // namespace iter8::load
