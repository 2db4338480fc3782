#include "stats/math/distributions.h"

#include <cmath>

#include <boost/math/distributions/normal.hpp>
#include <boost/math/distributions/students_t.hpp>
#include <boost/math/special_functions/beta.hpp>
#include <boost/math/special_functions/gamma.hpp>

#include "stats/math/estimate.h"
#include "stats/math/log_math.h"

namespace iter8::stats {
namespace {

namespace math = boost::math;
namespace policies = boost::math::policies;

// Doubles are enough for every target; long double would cost several times as much.
using Quiet = policies::policy<
    policies::domain_error<policies::ignore_error>, policies::pole_error<policies::ignore_error>,
    policies::overflow_error<policies::ignore_error>, policies::underflow_error<policies::ignore_error>,
    policies::denorm_error<policies::ignore_error>, policies::rounding_error<policies::ignore_error>,
    policies::evaluation_error<policies::ignore_error>,
    policies::indeterminate_result_error<policies::ignore_error>, policies::promote_double<false>>;

constexpr double kUnderflow = 1e-280;  // below it, probabilities lose digits and then vanish

bool is_probability(double p) {
  return p >= 0 && p <= 1;
}
bool is_positive(double value) {
  return value > 0 && std::isfinite(value);
}

/// ln I_x(a, b) far below the mean, by its hypergeometric series (Abramowitz & Stegun 26.5.4, 15.1.1); y = 1
/// - x.
double log_lower_tail(double a, double b, double x, double y) {
  double sum = 1;
  double term = 1;
  for (int k = 0; k < 1'000'000 && term > 1e-17 * sum; ++k) {
    term *= (a + b + k) / (a + 1 + k) * x;
    sum += term;
  }
  return a * std::log(x) + b * std::log(y) - std::log(a) - log_beta(a, b) + std::log(sum);
}

/// ln of a probability from itself and its complement, whichever is the small one.
double log_of(double probability, double complement) {
  return complement < 0.5 ? std::log1p(-complement) : std::log(probability);
}

}  // namespace

double normal_below(double z) {
  return std::isnan(z) ? kNan : 0.5 * std::erfc(-z / std::sqrt(2.0));
}

double normal_quantile(double p) {
  if (!is_probability(p)) return kNan;
  if (p == 0) return -kInfinity;
  if (p == 1) return kInfinity;
  return math::quantile(math::normal_distribution<double, Quiet>(), p);
}

// Below -30 the asymptotic series of Mills' ratio (Abramowitz & Stegun 26.2.12); its next term is under
// 1e-10.
double log_normal_below(double z) {
  if (z > -30) return log_of(normal_below(z), normal_below(-z));
  const double inverse = 1 / (z * z);
  return -0.5 * z * z - std::log(-z) - kHalfLogTwoPi +
         std::log1p(-inverse * (1 - inverse * (3 - inverse * (15 - inverse * 105))));
}

double student_below(double t, double freedom) {
  if (std::isnan(t) || !is_positive(freedom)) return kNan;
  if (std::isinf(t)) return t < 0 ? 0 : 1;
  return math::cdf(math::students_t_distribution<double, Quiet>(freedom), t);
}

double student_quantile(double p, double freedom) {
  if (!is_probability(p) || !is_positive(freedom)) return kNan;
  if (p == 0) return -kInfinity;
  if (p == 1) return kInfinity;
  return math::quantile(math::students_t_distribution<double, Quiet>(freedom), p);
}

double student_density(double t, double freedom) {
  if (std::isnan(t) || !is_positive(freedom)) return kNan;
  if (std::isinf(t)) return 0;
  return math::pdf(math::students_t_distribution<double, Quiet>(freedom), t);
}

double log_student_below(double t, double freedom) {
  return log_of(student_below(t, freedom), student_below(-t, freedom));
}

double beta_below(double a, double b, double x) {
  if (!is_positive(a) || !is_positive(b) || std::isnan(x)) return kNan;
  if (x <= 0) return 0;
  if (x >= 1) return 1;
  return math::ibeta(a, b, x, Quiet());
}

double beta_above(double a, double b, double x) {
  if (!is_positive(a) || !is_positive(b) || std::isnan(x)) return kNan;
  if (x <= 0) return 1;
  if (x >= 1) return 0;
  return math::ibetac(a, b, x, Quiet());
}

double beta_quantile(double a, double b, double p) {
  if (!is_positive(a) || !is_positive(b) || !is_probability(p)) return kNan;
  return math::ibeta_inv(a, b, p, Quiet());
}

double beta_quantile_above(double a, double b, double p) {
  if (!is_positive(a) || !is_positive(b) || !is_probability(p)) return kNan;
  return math::ibetac_inv(a, b, p, Quiet());
}

double log_beta_below(double a, double b, double x) {
  const double below = beta_below(a, b, x);
  if (below < kUnderflow && x > 0) return log_lower_tail(a, b, x, 1 - x);
  return log_of(below, beta_above(a, b, x));
}

double log_beta_above(double a, double b, double x) {
  const double above = beta_above(a, b, x);
  if (above < kUnderflow && x < 1) return log_lower_tail(b, a, 1 - x, x);
  return log_of(above, beta_below(a, b, x));
}

double gamma_below(double shape, double rate, double x) {
  if (!is_positive(shape) || !is_positive(rate) || std::isnan(x)) return kNan;
  if (x <= 0) return 0;
  if (std::isinf(x)) return 1;
  return math::gamma_p(shape, rate * x, Quiet());
}

double gamma_above(double shape, double rate, double x) {
  if (!is_positive(shape) || !is_positive(rate) || std::isnan(x)) return kNan;
  if (x <= 0) return 1;
  if (std::isinf(x)) return 0;
  return math::gamma_q(shape, rate * x, Quiet());
}

double gamma_quantile(double shape, double rate, double p) {
  if (!is_positive(shape) || !is_positive(rate) || !is_probability(p)) return kNan;
  if (p == 1) return kInfinity;
  return math::gamma_p_inv(shape, p, Quiet()) / rate;
}

double chi_square_above(double x, double freedom) {
  return gamma_above(freedom / 2, 0.5, x);
}

double binomial_at_most(double x, double n, double p) {
  if (!(x >= 0) || !(x <= n) || !is_probability(p)) return kNan;
  return x == n ? 1 : beta_above(x + 1, n - x, p);
}

double binomial_at_least(double x, double n, double p) {
  if (!(x >= 0) || !(x <= n) || !is_probability(p)) return kNan;
  return x == 0 ? 1 : beta_below(x, n - x + 1, p);
}

double poisson_at_most(double x, double mean) {
  return x < 0 ? kNan : gamma_above(x + 1, 1, mean);
}
double poisson_at_least(double x, double mean) {
  if (x == 0) return 1;
  return x < 0 ? kNan : gamma_below(x, 1, mean);
}

}  // namespace iter8::stats
