#include "stats/histogram/cut_short.h"

#include <algorithm>
#include <cmath>
#include <vector>

namespace iter8::stats {
namespace {

/// Durations of about the same length that ended, or were cut short, together.
struct Step {
  std::int64_t value = 0;
  double count = 0;
  bool is_cut = false;
};

/// Ascending; the extremes of those that ended are exact.
std::vector<Step> steps_of(const Histogram& ended, const Histogram& cut) {
  std::vector<Step> steps;
  for (const Histogram::Cell& cell : ended.cells())
    steps.push_back({.value = std::clamp((cell.lower + cell.upper) / 2, ended.min(), ended.max()),
                     .count = static_cast<double>(cell.count)});
  if (!steps.empty()) {
    steps.front().value = ended.min();
    steps.back().value = ended.max();
  }
  for (const Histogram::Cell& cell : cut.cells())
    steps.push_back({.value = cell.lower, .count = static_cast<double>(cell.count), .is_cut = true});
  std::ranges::stable_sort(steps, {}, &Step::value);
  return steps;
}

}  // namespace

CompletedDurations completed_durations(const Histogram& ended, const Histogram& cut) {
  if (cut.count() == 0) return {.values = ended};
  CompletedDurations result;
  double at_risk = static_cast<double>(ended.count() + cut.count());
  auto ended_at_risk = static_cast<double>(ended.count());
  double mass = at_risk;
  double given = 0;           // of the mass
  std::int64_t recorded = 0;  // `given` in whole values
  for (const Step& step : steps_of(ended, cut)) {
    const double part = mass * step.count / at_risk;
    at_risk -= step.count;
    if (step.is_cut && ended_at_risk > 0) continue;  // its mass stays with those at risk
    if (!step.is_cut) ended_at_risk -= step.count;
    mass -= part;
    given += part;
    const std::int64_t count = std::llround(given) - recorded;
    recorded += count;
    result.values.record(step.value, count);
    if (step.is_cut) result.open += count;
  }
  return result;
}

}  // namespace iter8::stats
