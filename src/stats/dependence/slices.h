#pragma once

#include <cstddef>
#include <optional>
#include <span>
#include <vector>

#include "stats/math/invalid_reason.h"

// Requests that meet one pause of a server share it: a hundred slow responses can be one observation. So
// what is near in time is taken together before anything is said about chance. Time is cut into slices, a
// difference of versions becomes a sum over slices (its scores), and the spread of that sum is estimated
// from a few large groups of neighbouring slices, whatever happens inside of a group.

namespace iter8::stats {

/// What one version did in one slice of time: how many requests fell due in it, and the sum of their values
/// (latencies, or 1 for each that failed or was above a limit).
struct Slice {
  double count = 0;
  double sum = 0;
};

/// Both versions in the same slices of time, in order, at one split of the traffic. The two lists are
/// equally long.
struct SliceStratum {
  std::vector<Slice> baseline;
  std::vector<Slice> candidate;
};

/// How many groups of slices the spread is estimated from. Few, so that a group is longer than most pauses;
/// enough for a t distribution with one degree of freedom less.
constexpr std::size_t kSliceGroups = 32;

/// A mean, or a difference of means, of values that depend on their neighbours in time.
struct ClusteredEstimate {
  double estimate = 0;
  double variance = 0;     // of the estimate
  double persistence = 0;  // rho, 0 to 0.8: how much of a group's deviation its neighbour repeats
  double clusters = 0;     // B_eff = (sum z^2)^2 / sum z^4: about how many groups decided, at most 32
  double largest = 0;      // the greatest deviation of a group, in units of the estimate
  double units = 0;        // of the version with fewer
  std::optional<InvalidReason> invalid_reason;
};

/// The mean of one version's values over all strata together. `too_few` with fewer slices than groups,
/// `no_data` without a value, `non_finite`.
ClusteredEstimate clustered_mean(std::span<const std::vector<Slice>> strata);

/// sum of w_k (candidate's mean - ratio * baseline's mean), w_k proportional to n_0k n_1k / (n_0k + n_1k):
/// what both versions meet at one time cancels. Strata where a version has no request take no part. ratio >
/// 0. `mismatched` where the lists of a stratum differ in length.
ClusteredEstimate clustered_difference(std::span<const SliceStratum> strata, double ratio);

/// The same of two versions that were not observed at the same times, so that nothing cancels: the sum of
/// both variances, and the less favourable of both persistences.
ClusteredEstimate clustered_difference(const ClusteredEstimate& baseline, const ClusteredEstimate& candidate,
                                       double ratio);

/// The variance that the same difference of proportions (every value 0 or 1) would have if requests did not
/// depend on each other; NaN where clustered_difference has an invalid_reason.
double independent_variance(std::span<const SliceStratum> strata, double ratio);

}  // namespace iter8::stats
