#pragma once

namespace iter8::stats {

/// Distribution functions, after Boost.Math, with errors as values: arguments out of range give NaN, overflow
/// an infinity, underflow 0. `below` is P(X <= x), `above` P(X > x) computed apart, so that small tails keep
/// their digits.

double normal_below(double z);
double normal_quantile(double p);
double log_normal_below(double z);  // finite also where normal_below underflows

double student_below(double t, double freedom);
double student_quantile(double p, double freedom);
double student_density(double t, double freedom);
double log_student_below(double t, double freedom);  // -infinity where student_below underflows

double beta_below(double a, double b, double x);
double beta_above(double a, double b, double x);
double beta_quantile(double a, double b, double p);
double beta_quantile_above(double a, double b, double p);  // the x with beta_above(x) = p
double log_beta_below(double a, double b, double x);       // finite also where beta_below underflows
double log_beta_above(double a, double b, double x);

/// Shape and rate: mean shape/rate.
double gamma_below(double shape, double rate, double x);
double gamma_above(double shape, double rate, double x);
double gamma_quantile(double shape, double rate, double p);

double chi_square_above(double x, double freedom);

/// P(Bin(n, p) <= x) and P(Bin(n, p) >= x), real 0 <= x <= n (the Beta form, Abramowitz & Stegun 26.5.24).
double binomial_at_most(double x, double n, double p);
double binomial_at_least(double x, double n, double p);

/// P(Poisson(mean) <= x) and P(Poisson(mean) >= x), real x >= 0.
double poisson_at_most(double x, double mean);
double poisson_at_least(double x, double mean);

}  // namespace iter8::stats
