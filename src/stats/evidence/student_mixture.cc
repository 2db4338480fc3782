#include "stats/evidence/student_mixture.h"

#include <algorithm>
#include <cmath>

#include "stats/evidence/evidence.h"
#include "stats/math/distributions.h"
#include "stats/math/estimate.h"
#include "stats/math/log_math.h"

namespace iter8::stats {

double mixture_precision(double alpha) {
  return -2 * std::log(alpha) + std::log1p(-2 * std::log(alpha));
}

double log_student_mixture(double t, double freedom, double shrinkage) {
  const double square = t * t;
  if (!std::isfinite(square)) return t > 0 ? kLogCertain : -kLogCertain;
  const double two_sided =
      0.5 * std::log(shrinkage) -
      (freedom + 1) / 2 * (std::log1p(shrinkage * square / freedom) - std::log1p(square / freedom));
  const double shifted = t * std::sqrt((1 - shrinkage) * (freedom + 1) / (freedom + shrinkage * square));
  const double value = finite_log(two_sided + std::log(2.0) + log_student_below(shifted, freedom + 1));
  return t <= 0 ? std::min(value, 0.0) : value;
}

double student_mixture_width(double freedom, double shrinkage, double alpha) {
  const double k = std::exp((2 * std::log(alpha) + std::log(shrinkage)) / (freedom + 1));
  if (!(k > shrinkage)) return kInfinity;
  const double rest = -std::expm1((2 * std::log(alpha) + std::log(shrinkage)) / (freedom + 1));
  return std::sqrt(freedom * rest / (k - shrinkage));
}

}  // namespace iter8::stats
