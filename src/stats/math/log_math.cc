#include "stats/math/log_math.h"

#include <algorithm>
#include <array>
#include <cmath>

#include "stats/math/estimate.h"

namespace iter8::stats {
namespace {

/// ln(one/(one + other)).
double log_share(double one, double other) {
  return one > other ? std::log1p(-other / (one + other)) : std::log(one / (one + other));
}

}  // namespace

double log_sum_exp(std::span<const double> values) {
  if (values.empty()) return -kInfinity;
  const double highest = *std::ranges::max_element(values);
  if (!std::isfinite(highest)) return highest;
  double sum = 0;
  for (const double value : values) sum += std::exp(value - highest);
  return highest + std::log(sum);
}

// Series of the Gamma function's correction term (Abramowitz & Stegun 6.1.41); below 16 the plain difference
// is exact enough, because its terms are small.
double stirling_error(double z) {
  if (!(z > 0)) return kNan;
  if (z < 16) {
    int sign = 0;
    return lgamma_r(z, &sign) - ((z - 0.5) * std::log(z) - z + kHalfLogTwoPi);
  }
  constexpr std::array kCoefficients{1.0 / 12,    -1.0 / 360, 1.0 / 1260,
                                     -1.0 / 1680, 1.0 / 1188, -691.0 / 360360};
  const double inverse_square = 1 / (z * z);
  double sum = 0;
  for (auto coefficient = kCoefficients.rbegin(); coefficient != kCoefficients.rend(); ++coefficient)
    sum = sum * inverse_square + *coefficient;
  return sum / z;
}

double deviance(double x, double m) {
  if (!(x >= 0) || !(m > 0)) return kNan;
  if (x == 0) return m;
  const double difference = x - m;
  const double middle = 0.5 * x + 0.5 * m;  // not 0.5 * (x + m), which may be infinite
  if (std::abs(difference) > 0.2 * middle) return x * std::log(x / m) - difference;
  const double v = 0.5 * difference / middle;
  double sum = difference * v;
  double term = x * (2 * v);
  for (int j = 1; j < 1000; ++j) {
    term *= v * v;
    const double next = sum + term / (2 * j + 1);
    if (next == sum) break;
    sum = next;
  }
  return sum;
}

double log_beta(double a, double b) {
  if (!(a > 0) || !(b > 0)) return kNan;
  const double n = a + b;
  return kHalfLogTwoPi - 0.5 * std::log(n) + (a - 0.5) * log_share(a, b) + (b - 0.5) * log_share(b, a) +
         stirling_error(a) + stirling_error(b) - stirling_error(n);
}

// ln B(a+x, b+n-x) - ln B(a, b) - x ln L - (n-x) ln(1-L) with Stirling's form of the first term, whose large
// parts then join the last two in deviances, which do not cancel.
double log_beta_mixture(double a, double b, double x, double n, double limit) {
  if (!(limit > 0) || !(limit < 1) || !(x >= 0) || !(x <= n)) return kNan;
  const double alpha = a + x;
  const double beta = b + (n - x);
  const double total = alpha + beta;
  const double remainder = 1 - limit;
  const double large = deviance(alpha, total * limit) + deviance(beta, total * remainder);
  const double small = -0.5 * (std::log(alpha / (total * limit)) + std::log(beta / (total * remainder))) +
                       (a - 0.5) * std::log(limit) + (b - 0.5) * std::log1p(-limit);
  return large + small + kHalfLogTwoPi - 0.5 * std::log(total) + stirling_error(alpha) +
         stirling_error(beta) - stirling_error(total) - log_beta(a, b);
}

double log_binomial(double x, double n, double p) {
  if (!(x >= 0) || !(x <= n) || !(p > 0) || !(p < 1)) return kNan;
  if (n == 0) return 0;
  if (x == 0) return n * std::log1p(-p);
  if (x == n) return n * std::log(p);
  const double corrections = stirling_error(n) - stirling_error(x) - stirling_error(n - x);
  // Stirling's form of factorials: ln z! = ln z + lnGamma(z), so the square roots read x (n - x)/n.
  return corrections - deviance(x, n * p) - deviance(n - x, n * (1 - p)) - kHalfLogTwoPi - 0.5 * std::log(x) -
         0.5 * std::log1p(-x / n);
}

double finite_log(double value) {
  return std::isnan(value) ? value : std::clamp(value, -kLogCertain, kLogCertain);
}

}  // namespace iter8::stats
