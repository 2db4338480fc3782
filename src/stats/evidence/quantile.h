#pragma once

#include <optional>
#include <span>
#include <vector>

#include "stats/evidence/proportion.h"

namespace iter8::stats {

/// `count` values in (lower, upper]; lower == upper means exactly that value. Lists of cells are ordered, do
/// not overlap and leave empty cells out; the last upper end may be +infinity. Sorted samples are cells of
/// one value.
struct Cell {
  double lower = 0;
  double upper = 0;
  double count = 0;
};

/// One cell a distinct value. `values` in any order.
std::vector<Cell> cells_of(std::span<const double> values);

/// The number of values in all cells together.
double total_count(std::span<const Cell> cells);

std::optional<InvalidReason> invalid_reason_of(std::span<const Cell> cells);

/// How many of `total` values are above a limit: at least `surely`, at most `possibly` (those that share a
/// bucket with the limit). Both are the same where the count is exact.
struct Exceedances {
  double surely = 0;
  double possibly = 0;
  double total = 0;
};

Exceedances exceedances(std::span<const Cell> cells, double limit);
std::optional<InvalidReason> invalid_reason_of(const Exceedances& above);

/// "The q-quantile is at most L" is "at most 1 - q of the values are above L", a proportion: exact and
/// without assumption on the distribution. `quantile` in (0, 1), 0.99 for p99. Pass counts the limit's whole
/// bucket as above it, fail as below it. For at_least the mirror.
Evidence evidence(const Exceedances& above, double quantile, Side side);

/// Posterior probability that the q-quantile is at most (at least) the limit, with half of the values that
/// share its bucket taken for above.
double probability(const Exceedances& above, double quantile, Side side);

/// Whether the bucket of the limit is too wide: the two ways to count it come to different decisions. Then
/// the reason of an undecided question is `bucket-resolution`.
enum class Resolution { enough, bucket_too_wide };
Resolution resolution(const Exceedances& above, double quantile, Side side, const Rule& rule);

/// The q-quantile, by linear interpolation in its cell (of rank q n). NaN for invalid data.
double quantile_of(std::span<const Cell> cells, double quantile);

/// Order statistics [X_(l), X_(u)] with binomial tails of at most (1 - level)/2 each (David & Nagaraja 2003),
/// as edges of their cells. An end that the data cannot bound is an infinity; see units_for_quantile_interval
/// in planning.h.
Interval quantile_interval(std::span<const Cell> cells, double quantile, double level);

/// The same, valid at all looks together: the values x where the confidence sequence of #{X <= x}/n contains
/// q (Howard & Ramdas 2022, Theorem 1).
Interval quantile_sequence(std::span<const Cell> cells, double quantile, double alpha);

/// Half the width of a band around the empirical distribution function that contains the true one everywhere
/// and at every look from `first` units on, with probability 1 - alpha: 0.85 sqrt((ln(1 + ln(n / first)) +
/// C)/n), C solving the crossing bound (Howard & Ramdas 2022, Theorem 2 and Corollary 2).
double distribution_band(double total, double first, double alpha);

/// Posterior probability that the candidate's q-quantile is below `ratio` times the baseline's; ties count
/// one half. O(number of cells).
double probability_below(std::span<const Cell> baseline, std::span<const Cell> candidate, double quantile,
                         double ratio);

/// Evidence that candidate's q-quantile <= ratio * baseline's. e-value: product of the two versions'
/// e-values about a common value x, minimised over x (Howard & Ramdas 2022, Theorem 5). p-value: the same
/// with binomial tails combined by Fisher's product. ratio > 0; values >= 0 when ratio != 1.
Evidence quantile_comparison(std::span<const Cell> baseline, std::span<const Cell> candidate, double quantile,
                             double ratio);

}  // namespace iter8::stats
