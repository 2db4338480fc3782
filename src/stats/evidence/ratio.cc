#include "stats/evidence/ratio.h"

#include <algorithm>
#include <cmath>

#include "stats/math/distributions.h"

namespace iter8::stats {
namespace {

constexpr double kCovarianceRounding = 1e-9;

/// (n SS - S T)/(n (n - 1)).
double covariance_of(double count, double products, double one, double other) {
  return (count * products - one * other) / (count * (count - 1));
}

double without_rounding_error(double variance, double scale) {
  return variance < 0 && -variance <= kCovarianceRounding * scale ? 0 : variance;
}

}  // namespace

std::optional<InvalidReason> invalid_reason_of(const PairMoments& pair) {
  for (const double value : {pair.count, pair.mean_numerator, pair.mean_denominator, pair.variance_numerator,
                             pair.variance_denominator, pair.covariance})
    if (!std::isfinite(value)) return InvalidReason::non_finite;
  if (pair.count < 0 || pair.variance_numerator < 0 || pair.variance_denominator < 0)
    return InvalidReason::negative;
  if (pair.count == 0) return InvalidReason::no_data;
  if (pair.count < 2) return InvalidReason::too_few;
  if (!(pair.mean_denominator > 0)) return InvalidReason::limit_out_of_range;
  const double bound = std::sqrt(pair.variance_numerator * pair.variance_denominator);
  if (std::abs(pair.covariance) > bound * (1 + kCovarianceRounding)) return InvalidReason::negative;
  return std::nullopt;
}

PairMoments moments_of_sums(const PairSums& sums) {
  const double n = sums.count;
  if (!(n > 0)) return {.count = n};
  PairMoments pair{
      .count = n, .mean_numerator = sums.numerator / n, .mean_denominator = sums.denominator / n};
  if (n < 2) return pair;
  pair.variance_numerator =
      without_rounding_error(covariance_of(n, sums.numerator_squares, sums.numerator, sums.numerator),
                             sums.numerator_squares / (n - 1));
  pair.variance_denominator =
      without_rounding_error(covariance_of(n, sums.denominator_squares, sums.denominator, sums.denominator),
                             sums.denominator_squares / (n - 1));
  pair.covariance = covariance_of(n, sums.products, sums.numerator, sums.denominator);
  return pair;
}

double estimate_of(const PairMoments& pair) {
  return invalid_reason_of(pair) ? kNan : pair.mean_numerator / pair.mean_denominator;
}

double standard_error(const PairMoments& pair) {
  const double ratio = estimate_of(pair);
  return std::sqrt(linearized_moments(pair, ratio).variance / pair.count) / pair.mean_denominator;
}

Moments linearized_moments(const PairMoments& pair, double limit) {
  const double variance =
      pair.variance_numerator - 2 * limit * pair.covariance + limit * limit * pair.variance_denominator;
  const double scale = pair.variance_numerator + limit * limit * pair.variance_denominator;
  return {.count = pair.count,
          .mean = pair.mean_numerator - limit * pair.mean_denominator,
          .variance = without_rounding_error(variance, scale)};
}

Evidence evidence(const PairMoments& pair, Side side, double limit, double planned) {
  if (const auto invalid_reason = invalid_reason_of(pair)) return {.invalid_reason = invalid_reason};
  if (!std::isfinite(limit)) return {.invalid_reason = InvalidReason::limit_out_of_range};
  return evidence(linearized_moments(pair, limit), side, 0, planned);
}

double probability(const PairMoments& pair, Side side, double limit) {
  if (invalid_reason_of(pair) || !std::isfinite(limit)) return kNan;
  return probability(linearized_moments(pair, limit), side, 0);
}

// |M - R D| <= t sqrt(var(M - R D)/n) is a quadratic inequality a R^2 - 2 b R + c <= 0 in R.
Interval fieller_interval(const PairMoments& pair, double level) {
  if (invalid_reason_of(pair) || !(level > 0) || !(level < 1)) return {};
  const double t = student_quantile((1 - level) / 2, pair.count - 1);
  const double g = t * t / pair.count;
  const double a = pair.mean_denominator * pair.mean_denominator - g * pair.variance_denominator;
  const double b = pair.mean_numerator * pair.mean_denominator - g * pair.covariance;
  const double c = pair.mean_numerator * pair.mean_numerator - g * pair.variance_numerator;
  if (!(a > 0)) return {.lower = -kInfinity, .upper = kInfinity};
  const double root = std::sqrt(std::max(0.0, b * b - a * c));
  return {.lower = (b - root) / a, .upper = (b + root) / a};
}

}  // namespace iter8::stats
