#pragma once

#include <span>

namespace iter8::stats {

/// Stands for infinite evidence, such as an event where the limit allows none.
constexpr double kLogCertain = 1e12;

/// ln(2 pi)/2.
constexpr double kHalfLogTwoPi = 0.918938533204672741780329736406;

/// 2^53, the largest count in which a double still tells n from n + 1.
constexpr double kLargestCount = 9007199254740992;

/// Sums and probabilities on the log scale that keep their digits for counts up to 1e9, where differences of
/// three lgamma lose seven of them. Arguments out of range give NaN.

/// ln(sum exp(values)), without overflow; -infinity for none.
double log_sum_exp(std::span<const double> values);

/// lgamma(z) minus Stirling's (z - 1/2) ln z - z + ln(2 pi)/2, for z > 0 (Loader 2000).
double stirling_error(double z);

/// x ln(x/m) + m - x for x >= 0, m > 0: the deviance of a Poisson count, without cancellation (Loader 2000).
double deviance(double x, double m);

/// ln B(a, b), a, b > 0.
double log_beta(double a, double b);

/// ln of the integral of the likelihood ratio (p/limit)^x ((1-p)/(1-limit))^(n-x) over p ~ Beta(a, b): the
/// two-sided mixture that evidence about proportions is made of. 0 < limit < 1.
double log_beta_mixture(double a, double b, double x, double n, double limit);

/// ln P(Bin(n, p) = x) (Loader 2000); real 0 <= x <= n.
double log_binomial(double x, double n, double p);

/// The value itself, kept within ±kLogCertain; NaN stays.
double finite_log(double value);

}  // namespace iter8::stats
