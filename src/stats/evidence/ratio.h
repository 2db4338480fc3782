#pragma once

#include <optional>

#include "stats/evidence/mean.h"

namespace iter8::stats {

/// Two values a unit, such as revenue and orders, or bytes and requests: what is asked for is the ratio of
/// their means.
struct PairMoments {
  double count = 0;
  double mean_numerator = 0;
  double mean_denominator = 0;
  double variance_numerator = 0;
  double variance_denominator = 0;
  double covariance = 0;
};

std::optional<InvalidReason> invalid_reason_of(const PairMoments& pair);

/// From sums over units: n, sums of M, D, M^2, D^2 and M D.
struct PairSums {
  double count = 0;
  double numerator = 0;
  double denominator = 0;
  double numerator_squares = 0;
  double denominator_squares = 0;
  double products = 0;
};
PairMoments moments_of_sums(const PairSums& sums);

/// mean numerator / mean denominator, and its standard error by the delta method, for display only.
double estimate_of(const PairMoments& pair);
double standard_error(const PairMoments& pair);

/// The moments of Z = M - limit * D. "The ratio is at most `limit`" is "the mean of Z is at most 0", with
/// no division by a noisy denominator; every test of mean.h applies. For a positive mean denominator.
Moments linearized_moments(const PairMoments& pair, double limit);

/// Evidence that the ratio is at most (at least) `limit`; see evidence(Moments).
Evidence evidence(const PairMoments& pair, Side side, double limit, double planned);
double probability(const PairMoments& pair, Side side, double limit);

/// The ratios that a two-sided t test does not reject (Fieller 1954); unbounded ends where the denominator
/// is not clearly above 0.
Interval fieller_interval(const PairMoments& pair, double level);

}  // namespace iter8::stats
