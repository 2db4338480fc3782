#include "stats/dependence/slices.h"

#include <algorithm>
#include <array>
#include <cmath>

#include "stats/math/estimate.h"

namespace iter8::stats {
namespace {

constexpr double kMostPersistence = 0.8;  // beyond it the groups say too little about their own dependence

Slice total_of(std::span<const Slice> slices) {
  Slice total;
  for (const Slice& slice : slices) {
    total.count += slice.count;
    total.sum += slice.sum;
  }
  return total;
}

/// The scores sum to 0, because each is a deviation from the estimate.
ClusteredEstimate estimate_from(std::span<const double> scores, double estimate, double units) {
  if (scores.size() < kSliceGroups) return {.units = units, .invalid_reason = InvalidReason::too_few};
  std::array<double, kSliceGroups> groups{};
  for (std::size_t i = 0; i < scores.size(); ++i) groups[i * kSliceGroups / scores.size()] += scores[i];
  double squares = 0;
  double fourths = 0;
  double neighbours = 0;
  for (std::size_t g = 0; g < kSliceGroups; ++g) {
    const double square = groups[g] * groups[g];
    squares += square;
    fourths += square * square;
    if (g + 1 < kSliceGroups) neighbours += groups[g] * groups[g + 1];
  }
  if (!std::isfinite(estimate) || !std::isfinite(squares))
    return {.units = units, .invalid_reason = InvalidReason::non_finite};
  constexpr auto kGroups = static_cast<double>(kSliceGroups);
  ClusteredEstimate result{.estimate = estimate, .units = units};
  result.largest = *std::max_element(groups.begin(), groups.end());
  if (squares > 0) {
    result.persistence = std::clamp(neighbours / squares + 1 / kGroups, 0.0, kMostPersistence);
    result.clusters = fourths > 0 ? squares / fourths * squares : 0;
  }
  result.variance = kGroups / (kGroups - 1) * squares * (1 + result.persistence) / (1 - result.persistence);
  return result;
}

struct StratumTotals {
  Slice baseline;  // of the values times the ratio
  Slice candidate;
  double weight = 0;  // of all strata together 1; 0 = takes no part

  double difference() const { return candidate.sum / candidate.count - baseline.sum / baseline.count; }
  /// The mean of both when the versions differ by `shift` exactly.
  double common_mean(double shift) const {
    return (baseline.sum + candidate.sum - candidate.count * shift) / (baseline.count + candidate.count);
  }
};

std::vector<StratumTotals> totals_of(std::span<const SliceStratum> strata, double ratio) {
  std::vector<StratumTotals> totals(strata.size());
  double all = 0;
  for (std::size_t k = 0; k < strata.size(); ++k) {
    totals[k].baseline = total_of(strata[k].baseline);
    totals[k].baseline.sum *= ratio;
    totals[k].candidate = total_of(strata[k].candidate);
    const double both = totals[k].baseline.count + totals[k].candidate.count;
    if (both > 0) totals[k].weight = totals[k].baseline.count * totals[k].candidate.count / both;
    all += totals[k].weight;
  }
  for (StratumTotals& total : totals) total.weight = all > 0 ? total.weight / all : 0;
  return totals;
}

/// One stratum's scores: s_b = w [(S_1b - (mu + D) n_1b) / n_1 - (S_0b - mu n_0b) / n_0].
void append_scores(std::vector<double>& scores, const SliceStratum& stratum, const StratumTotals& total,
                   double ratio, double difference) {
  const double mean = total.common_mean(difference);
  for (std::size_t b = 0; b < stratum.candidate.size(); ++b) {
    const Slice& candidate = stratum.candidate[b];
    const Slice& baseline = stratum.baseline[b];
    const double ours = (candidate.sum - (mean + difference) * candidate.count) / total.candidate.count;
    const double theirs = (ratio * baseline.sum - mean * baseline.count) / total.baseline.count;
    scores.push_back(total.weight * (ours - theirs));
  }
}

}  // namespace

ClusteredEstimate clustered_mean(std::span<const std::vector<Slice>> strata) {
  Slice total;
  for (const std::vector<Slice>& slices : strata) {
    const Slice part = total_of(slices);
    total.count += part.count;
    total.sum += part.sum;
  }
  if (!(total.count > 0)) return {.invalid_reason = InvalidReason::no_data};
  const double mean = total.sum / total.count;
  std::vector<double> scores;
  for (const std::vector<Slice>& slices : strata)
    for (const Slice& slice : slices) scores.push_back((slice.sum - mean * slice.count) / total.count);
  return estimate_from(scores, mean, total.count);
}

ClusteredEstimate clustered_difference(std::span<const SliceStratum> strata, double ratio) {
  for (const SliceStratum& stratum : strata)
    if (stratum.baseline.size() != stratum.candidate.size())
      return {.invalid_reason = InvalidReason::mismatched};
  const std::vector<StratumTotals> totals = totals_of(strata, ratio);
  double difference = 0;
  Slice baseline;
  Slice candidate;
  for (const StratumTotals& total : totals) {
    if (total.weight > 0) difference += total.weight * total.difference();
    baseline.count += total.baseline.count;
    candidate.count += total.candidate.count;
  }
  const double units = std::min(baseline.count, candidate.count);
  std::vector<double> scores;
  for (std::size_t k = 0; k < strata.size(); ++k)
    if (totals[k].weight > 0) append_scores(scores, strata[k], totals[k], ratio, difference);
  if (scores.empty()) return {.units = units, .invalid_reason = InvalidReason::no_data};
  return estimate_from(scores, difference, units);
}

ClusteredEstimate clustered_difference(const ClusteredEstimate& baseline, const ClusteredEstimate& candidate,
                                       double ratio) {
  if (baseline.invalid_reason) return baseline;
  if (candidate.invalid_reason) return candidate;
  ClusteredEstimate result{.estimate = candidate.estimate - ratio * baseline.estimate,
                           .variance = candidate.variance + ratio * ratio * baseline.variance,
                           .persistence = std::max(baseline.persistence, candidate.persistence),
                           .clusters = std::min(baseline.clusters, candidate.clusters),
                           .largest = std::max(ratio * baseline.largest, candidate.largest),
                           .units = std::min(baseline.units, candidate.units)};
  if (baseline.clusters > 0 && candidate.clusters > 0) {
    // Satterthwaite's sum, with groups in the place of degrees of freedom.
    const double theirs = ratio * ratio * baseline.variance;
    const double spread =
        theirs * theirs / baseline.clusters + candidate.variance * candidate.variance / candidate.clusters;
    if (spread > 0) result.clusters = result.variance * result.variance / spread;
  }
  return result;
}

double independent_variance(std::span<const SliceStratum> strata, double ratio) {
  if (clustered_difference(strata, ratio).invalid_reason) return kNan;
  double variance = 0;
  for (const StratumTotals& total : totals_of(strata, ratio)) {
    if (!(total.weight > 0)) continue;
    const double ours = total.candidate.sum / total.candidate.count;
    const double theirs = total.baseline.sum / ratio / total.baseline.count;
    variance += total.weight * total.weight *
                (ours * (1 - ours) / total.candidate.count +
                 ratio * ratio * theirs * (1 - theirs) / total.baseline.count);
  }
  return variance;
}

}  // namespace iter8::stats
