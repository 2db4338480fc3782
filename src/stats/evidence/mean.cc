#include "stats/evidence/mean.h"

#include <algorithm>
#include <cmath>

#include "stats/evidence/student_mixture.h"
#include "stats/math/distributions.h"

namespace iter8::stats {
namespace {

constexpr double kSumsRounding = 1e-9;    // what a provider's sums may lose to rounding
constexpr double kFewestMonitored = 100;  // units
constexpr double kUnitsPerSquaredSkew = 50;

double error_of(const Moments& moments) {
  return std::sqrt(moments.variance / moments.count);
}

/// Equal values have no skewness, but the third moment is known to be 0.
bool knows_cubes(const Moments& moments) {
  return moments.skewness || moments.variance == 0;
}

/// Sum of cubed deviations from the mean, from g1.
double cubes_of(const Moments& moments, double squares) {
  if (!moments.skewness) return 0;
  return *moments.skewness * std::pow(squares / moments.count, 1.5) * moments.count;
}

}  // namespace

std::optional<InvalidReason> invalid_reason_of(const Moments& moments) {
  if (!std::isfinite(moments.count) || !std::isfinite(moments.mean) || !std::isfinite(moments.variance))
    return InvalidReason::non_finite;
  if (moments.count < 0 || moments.variance < 0) return InvalidReason::negative;
  if (moments.count == 0) return InvalidReason::no_data;
  if (moments.count < 2) return InvalidReason::too_few;
  if (moments.variance == 0) return InvalidReason::no_variance;
  if (moments.skewness && !std::isfinite(*moments.skewness)) return InvalidReason::non_finite;
  return std::nullopt;
}

// Updates of the sums of squared and cubed deviations by one value (Welford 1962; Pébay 2008).
Moments moments_of(std::span<const double> values) {
  double n = 0;
  double mean = 0;
  double squares = 0;
  double cubes = 0;
  for (const double value : values) {
    const double before = n;
    ++n;
    const double delta = value - mean;
    const double step = delta / n;
    const double gain = delta * step * before;
    mean += step;
    cubes += gain * step * (n - 2) - 3 * step * squares;
    squares += gain;
  }
  Moments moments{.count = n, .mean = mean, .variance = n < 2 ? 0 : squares / (n - 1)};
  if (squares > 0) moments.skewness = (cubes / n) / std::pow(squares / n, 1.5);
  return moments;
}

Moments moments_of_sums(double count, double sum, double sum_of_squares) {
  if (!(count > 0)) return {.count = count};
  const double spread = count * sum_of_squares - sum * sum;
  const double variance = count < 2 ? 0 : spread / (count * (count - 1));
  const bool is_rounding = std::abs(spread) <= kSumsRounding * count * sum_of_squares && spread < 0;
  return {.count = count, .mean = sum / count, .variance = is_rounding ? 0 : variance};
}

Moments operator+(const Moments& one, const Moments& other) {
  if (one.count == 0) return other;
  if (other.count == 0) return one;
  const double n = one.count + other.count;
  const double delta = other.mean - one.mean;
  const double weight = one.count * other.count / n;
  const double squares_one = one.variance * (one.count - 1);
  const double squares_other = other.variance * (other.count - 1);
  const double squares = squares_one + squares_other + delta * delta * weight;
  Moments sum{.count = n, .mean = one.mean + delta * (other.count / n), .variance = squares / (n - 1)};
  if (knows_cubes(one) && knows_cubes(other) && squares > 0) {
    const double cubes = cubes_of(one, squares_one) + cubes_of(other, squares_other) +
                         delta * delta * delta * weight * (one.count - other.count) / n +
                         3 * delta * (one.count * squares_other - other.count * squares_one) / n;
    sum.skewness = (cubes / n) / std::pow(squares / n, 1.5);
  }
  return sum;
}

Interval credible_interval(const Moments& moments, double level) {
  if (invalid_reason_of(moments) || !is_inside_unit(level)) return {};
  const double half = -student_quantile((1 - level) / 2, moments.count - 1) * error_of(moments);
  return {.lower = moments.mean - half, .upper = moments.mean + half};
}

double probability(const Moments& moments, Side side, double limit) {
  if (invalid_reason_of(moments) || !std::isfinite(limit)) return kNan;
  const double t = (limit - moments.mean) / error_of(moments);
  return student_below(side == Side::at_most ? t : -t, moments.count - 1);
}

Evidence evidence(const Moments& moments, Side side, double limit, double planned) {
  if (const auto invalid_reason = invalid_reason_of(moments)) return {.invalid_reason = invalid_reason};
  if (!std::isfinite(limit) || !(planned > 0) || !std::isfinite(planned))
    return {.invalid_reason = InvalidReason::limit_out_of_range};
  const double t = (moments.mean - limit) / error_of(moments);
  const double freedom = moments.count - 1;
  Evidence result{.p_pass = student_below(t, freedom), .p_fail = student_below(-t, freedom)};
  if (monitoring_of(moments) != Monitoring::too_early) {
    const double shrinkage = 1 / (1 + moments.count * mixture_precision(2 * kTuningAlpha) / planned);
    result.log_pass = log_student_mixture(-t, freedom, shrinkage);
    result.log_fail = log_student_mixture(t, freedom, shrinkage);
  }
  return finite_or_neutral(side == Side::at_most ? result : opposite_of(result));
}

Interval confidence_sequence(const Moments& moments, double alpha, double planned) {
  if (invalid_reason_of(moments) || !is_inside_unit(alpha) || !(planned > 0)) return {};
  const double shrinkage = 1 / (1 + moments.count * mixture_precision(alpha) / planned);
  const double half = error_of(moments) * student_mixture_width(moments.count - 1, shrinkage, alpha);
  return {.lower = moments.mean - half, .upper = moments.mean + half};
}

double units_before_monitoring(const Moments& moments) {
  if (!moments.skewness) return kFewestMonitored;
  return std::max(kFewestMonitored, kUnitsPerSquaredSkew * *moments.skewness * *moments.skewness);
}

Monitoring monitoring_of(const Moments& moments) {
  if (!(moments.count >= units_before_monitoring(moments))) return Monitoring::too_early;
  return moments.skewness ? Monitoring::ready : Monitoring::skew_unknown;
}

}  // namespace iter8::stats
