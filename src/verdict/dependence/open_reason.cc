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

void take_back(DependentEvidence& finding, std::string why, double times_longer) {
  finding.evidence = {.invalid_reason = {}};
  finding.dependence.open = std::move(why);
  finding.dependence.times_longer = times_longer;
}

}  // namespace

void restrain(DependentEvidence& finding, const MetricSlices& slices,
              const stats::ClusteredEstimate& estimate, const stats::Rule& rule, Outcomes outcomes) {
  const bool is_short = is_timed(slices) && slice_count(slices) < stats::kSliceGroups;
  if (outcomes == Outcomes::alike) {
    // No pause can explain it, but that nothing happened in a short run promises little for a longer one.
    if (is_short) finding.evidence.p_pass = 1;
    if (is_short) finding.evidence.log_pass = 0;
  } else if (is_short) {
    return take_back(
        finding,
        fmt::format("{:.2g} s of load cannot tell chance from a pause; it takes {} s, better {} s",
                    slices.seconds, kShortest, kLongEnough),
        kLongEnough);
  } else if (estimate.persistence >= stats::kSlowPersistence) {
    return take_back(finding,
                     fmt::format("the noise is slower than {:.2g} s, a thirty-second part of the run",
                                 slices.seconds / static_cast<double>(stats::kSliceGroups)),
                     2);
  }
  if (estimate.units < kFewestUnits && outcomes == Outcomes::mixed)
    return take_back(
        finding,
        fmt::format("{:.0f} requests are too few; it takes {:.0f} a version", estimate.units, kFewestUnits),
        kFewestUnits / std::max(1.0, estimate.units));
  if (rule.mode != stats::Mode::fixed && is_timed(slices) && slices.seconds < kLongEnough)
    finding.evidence.log_pass = finding.evidence.log_fail = 0;
}

}  // namespace iter8::verdict
