#include <algorithm>
#include <cmath>
#include <utility>
#include <vector>

#include "stats/evidence/quantile.h"
#include "stats/evidence/strata.h"
#include "stats/math/distributions.h"
#include "verdict/dependence/dependent_evidence.h"
#include "verdict/dependence/dispersion.h"
#include "verdict/dependence/open_reason.h"

namespace iter8::verdict {

using stats::ClusteredEstimate;
using stats::Counts;
using stats::Evidence;
using stats::Side;

namespace {

/// A version's share of requests above a threshold, without the dependence of neighbours.
double binomial_variance(const ClusteredEstimate& mean) {
  return mean.estimate * (1 - mean.estimate) / mean.units;
}

/// A difference of two versions, at equal times where they were observed at equal times.
struct Difference {
  ClusteredEstimate estimate;
  double independent = stats::kNan;  // its variance if requests did not depend on each other
  std::vector<stats::SliceStratum> strata;
  std::vector<int> steps;
};

Difference difference_of(const MetricSlices& baseline, const MetricSlices& candidate, double ratio) {
  if (auto pairs = paired(baseline, candidate))
    return {.estimate = stats::clustered_difference(pairs->strata, ratio),
            .independent = stats::independent_variance(pairs->strata, ratio),
            .strata = std::move(pairs->strata),
            .steps = std::move(pairs->steps)};
  const ClusteredEstimate theirs = stats::clustered_mean(all_slices(baseline));
  const ClusteredEstimate ours = stats::clustered_mean(all_slices(candidate));
  Difference result{.estimate = stats::clustered_difference(theirs, ours, ratio),
                    .independent = binomial_variance(ours) + ratio * ratio * binomial_variance(theirs)};
  const auto total = [](const ClusteredEstimate& mean) {
    return std::vector<stats::Slice>{{.count = mean.units, .sum = mean.units * mean.estimate}};
  };
  result.strata = {{total(theirs), total(ours)}};
  result.steps = {0};
  return result;
}

/// The counts of one version in one stratum, as many as they are worth; whole numbers, which the exact tests
/// need.
Counts worth_of(const std::vector<stats::Slice>& slices, double dispersion) {
  Counts counts;
  for (const stats::Slice& slice : slices) {
    counts.events += slice.sum;
    counts.total += slice.count;
  }
  if (dispersion <= 1) return counts;
  counts = stats::scaled_by(counts, dispersion);
  counts.total = std::floor(counts.total);
  counts.events = std::min(std::round(counts.events), counts.total);
  return counts;
}

Evidence exact_comparison(const Difference& difference, double ratio, double width, double dispersion) {
  stats::ProportionStrata state;
  state.margin.ratio = ratio;
  state.width = width;
  for (std::size_t i = 0; i < difference.strata.size(); ++i)
    state = stats::next_state(state, {.step = difference.steps[i],
                                      .baseline = worth_of(difference.strata[i].baseline, dispersion),
                                      .candidate = worth_of(difference.strata[i].candidate, dispersion)});
  return stats::evidence(state);
}

bool is_unanimous(const ClusteredEstimate& mean) {
  return mean.estimate == 0 || mean.estimate == 1;
}

Evidence compared_evidence(const DependentComparison& comparison, const Difference& difference,
                           double seconds) {
  const DependentData& data = comparison.candidate;
  const stats::LookNumber look = data.store.look_number();
  const double stall = stall_of(data, difference.estimate.units, seconds);
  if (data.source.quantity == Quantity::mean)
    return stats::clustered_evidence(difference.estimate, Side::at_most, 0, look);
  if (data.source.quantity == Quantity::quantile)
    return stats::clustered_share_evidence(difference.estimate, stall * difference.independent, Side::at_most,
                                           look);
  const auto dispersion = [&](double alpha) {
    // Whoever is favoured, requests within one stall count as one.
    return std::max(stall, stats::dispersion_of(difference.estimate, difference.independent, alpha));
  };
  return by_dispersion(data.rule, stall, dispersion, [&](double factor) {
    return exact_comparison(difference, comparison.ratio, comparison.width, factor);
  });
}

/// The variance of the difference of means if requests did not depend on each other.
double independent_of_means(const DependentComparison& comparison) {
  const auto variance = [](const DependentData& data) {
    const stats::Moments& moments = data.store.data(data.source.series, data.version).moments;
    return moments.variance / moments.count;
  };
  return variance(comparison.candidate) + comparison.ratio * comparison.ratio * variance(comparison.baseline);
}

/// What each version's share is counted above: the baseline's quantile, and that times the ratio.
struct Thresholds {
  std::optional<double> baseline;
  std::optional<double> candidate;
};

Thresholds thresholds_of(const DependentComparison& comparison) {
  const DependentData& baseline = comparison.baseline;
  if (baseline.source.quantity != Quantity::quantile) return {};
  const double value = stats::quantile_of(baseline.store.data(baseline.source.series, baseline.version).cells,
                                          baseline.source.quantile);
  return {value, value * comparison.ratio};
}

}  // namespace

std::optional<DependentEvidence> evidence_of_comparison(const DependentComparison& comparison) {
  const DependentData& candidate = comparison.candidate;
  const DependentData& baseline = comparison.baseline;
  const Thresholds thresholds = thresholds_of(comparison);
  const auto ours =
      metric_slices(candidate.store, {candidate.source, thresholds.candidate}, candidate.version);
  const auto theirs = metric_slices(baseline.store, {baseline.source, thresholds.baseline}, baseline.version);
  if (!ours || !theirs || candidate.source.quantity == Quantity::scalar) return std::nullopt;
  const bool is_quantile = candidate.source.quantity == Quantity::quantile;
  const double seconds = std::min(ours->seconds, theirs->seconds);
  Difference difference = difference_of(*theirs, *ours, is_quantile ? 1 : comparison.ratio);
  const bool is_share = candidate.source.quantity != Quantity::mean;
  if (!is_share) difference.independent = independent_of_means(comparison);
  const ClusteredEstimate& estimate = difference.estimate;

  DependentEvidence result{.evidence = compared_evidence(comparison, difference, seconds)};
  const double variance = is_share ? std::max(estimate.variance, difference.independent) : estimate.variance;
  if (variance > 0)
    result.probability =
        stats::student_below(-estimate.estimate / std::sqrt(variance), stats::kSliceGroups - 1);
  ClusteredEstimate floored = estimate;
  floored.variance = variance;
  const double alpha = tested(candidate.rule, candidate.rule.alpha_pass);
  result.dependence = {.effective = estimate.units,
                       .clusters = estimate.clusters,
                       .seconds = seconds,
                       .open = {},
                       .times_longer = if_positive(stats::times_longer(floored, 0, alpha)),
                       .excluded_stall = {}};
  if (estimate.variance > difference.independent)
    result.dependence.effective = estimate.units * difference.independent / estimate.variance;
  const bool unanimous = is_share && is_unanimous(stats::clustered_mean(all_slices(*theirs))) &&
                         is_unanimous(stats::clustered_mean(all_slices(*ours)));
  restrain(result, *ours, estimate, candidate.rule, unanimous ? Outcomes::alike : Outcomes::mixed);
  return result;
}

}  // namespace iter8::verdict
