#pragma once

#include <optional>
#include <span>

#include "stats/evidence/evidence.h"
#include "stats/math/estimate.h"

namespace iter8::stats {

/// Moments of `count` independent values; `variance` is the unbiased one (n - 1).
struct Moments {
  double count = 0;
  double mean = 0;
  double variance = 0;
  std::optional<double> skewness;  // g1 = m3 / m2^1.5, where known
};

/// `too_few` below two values, `no_variance` when all are equal.
std::optional<InvalidReason> invalid_reason_of(const Moments& moments);

/// By Welford's recurrence, with skewness. Values that are not finite give NaN moments, which are invalid.
Moments moments_of(std::span<const double> values);

/// From n, the sum and the sum of squares, as a provider may give them: invalid (`negative`) when
/// n SS - S^2 is below -1e-9 n SS, more than rounding explains; otherwise the variance is at least 0.
Moments moments_of_sums(double count, double sum, double sum_of_squares);

/// Merges two samples (Chan, Golub & LeVeque 1983; the third moment after Pébay 2008). Skewness only when
/// both have one.
Moments operator+(const Moments& one, const Moments& other);

/// Equal-tailed interval of the mean: mean ± t_{n-1} s/sqrt(n) (prior proportional to 1/sigma^2).
Interval credible_interval(const Moments& moments, double level);

/// Posterior probability that the true mean is at most (at least) `limit`: Student's t, n - 1.
double probability(const Moments& moments, Side side, double limit);

/// Evidence that the true mean is at most (at least) `limit`. p-values: one-sided t test. e-values:
/// one-sided t mixture (after Lindon, Ham, Tingley & Bojinov, arXiv 2210.08589), tuned to `planned` units:
/// the declared budget, or kPlannedUnits. `planned` must stay the same over all looks. Neutral, without
/// invalid_reason, while monitoring_of() says no.
Evidence evidence(const Moments& moments, Side side, double limit, double planned);
constexpr double kPlannedUnits = 5000;

/// The interval of all means whose two-sided t mixture stays below 1/alpha; infinite while n is small.
Interval confidence_sequence(const Moments& moments, double alpha, double planned);

/// The t forms are trusted from max(100, 50 g1^2) units on when the skewness is known, from 100 units on
/// when it is not (report `skew-unknown`).
double units_before_monitoring(const Moments& moments);
enum class Monitoring { too_early, skew_unknown, ready };
Monitoring monitoring_of(const Moments& moments);

}  // namespace iter8::stats
