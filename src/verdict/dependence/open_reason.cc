#include "verdict/dependence/open_reason.h"

#include <algorithm>
#include <string>
#include <utility>

#include <fmt/format.h>

namespace iter8::verdict {

namespace {

constexpr double kShortest = 1.6;    // seconds: as many slices as there are groups
constexpr double kLongEnough = 4;    // seconds: advised, and asked for before a look at any time
constexpr double kFewestUnits = 30;  // requests of a version

std::size_t slice_count(const MetricSlices& slices) {
  std::size_t count = 0;
  for (const MetricSlices::Stratum& stratum : slices.strata) count += stratum.slices.size();
  return count;
}

bool is_timed(const MetricSlices& slices) {
  return slices.width > base::Duration{0};
}

/// No pause explains that every request was bad; that none was says little about a longer run. So what speaks
/// against a version may stay while nothing is certified.
void take_back(DependentEvidence& finding, Outcomes outcomes, std::string why, double times_longer) {
  const stats::Evidence evidence = finding.evidence;
  finding.evidence = {.invalid_reason = {}};
  finding.dependence.open = std::move(why);
  finding.dependence.times_longer = times_longer;
  if (outcomes == Outcomes::mixed) return;
  finding.evidence.log_fail = evidence.log_fail;
  finding.evidence.p_fail = evidence.p_fail;
}

/// Before the fourth second: the exact test of a last look stays as it is.
void await_looks(DependentEvidence& finding, const MetricSlices& slices, const stats::Rule& rule,
                 Outcomes outcomes) {
  finding.evidence.log_pass = 0;
  if (outcomes == Outcomes::mixed) finding.evidence.log_fail = 0;
  if (rule.mode == stats::Mode::hybrid && rule.look == stats::Look::last) return;
  Dependence& dependence = finding.dependence;
  dependence.open =
      fmt::format("{:.2g} s of load; evidence at any look begins after {} s", slices.seconds, kLongEnough);
  dependence.times_longer = std::max(dependence.times_longer.value_or(0), kLongEnough / slices.seconds);
}

}  // namespace

void restrain(DependentEvidence& finding, const MetricSlices& slices,
              const stats::ClusteredEstimate& estimate, const stats::Rule& rule, Outcomes outcomes) {
  const bool is_short = is_timed(slices) && slice_count(slices) < stats::kSliceGroups;
  if (is_short) {
    take_back(finding, outcomes,
              fmt::format("{:.2g} s of load cannot tell chance from a pause; it takes {} s, better {} s",
                          slices.seconds, kShortest, kLongEnough),
              kLongEnough / std::max(slices.seconds, 0.001));
  } else if (outcomes == Outcomes::mixed && estimate.persistence >= stats::kSlowPersistence) {
    take_back(finding, outcomes,
              fmt::format("the noise is slower than {:.2g} s, a thirty-second part of the run",
                          slices.seconds / static_cast<double>(stats::kSliceGroups)),
              2);
  } else if (outcomes == Outcomes::mixed && estimate.units < kFewestUnits) {
    take_back(
        finding, outcomes,
        fmt::format("{:.0f} requests are too few; it takes {:.0f} a version", estimate.units, kFewestUnits),
        kFewestUnits / std::max(1.0, estimate.units));
  } else if (rule.mode != stats::Mode::fixed && is_timed(slices) && slices.seconds < kLongEnough) {
    await_looks(finding, slices, rule, outcomes);
  }
}

}  // namespace iter8::verdict
