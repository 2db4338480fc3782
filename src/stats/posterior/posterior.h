#pragma once

#include <optional>
#include <variant>

#include "stats/evidence/mean.h"
#include "stats/evidence/proportion.h"
#include "stats/evidence/rate.h"

namespace iter8::stats {

/// What is known about a true value after the data, as a distribution: Beta for proportions, a shifted and
/// scaled Student t for means, Gamma for rates. Made by posterior_of, which fixes the priors.
struct BetaPosterior {
  double a = 0.5;
  double b = 0.5;
};
struct StudentPosterior {
  double location = 0;
  double scale = 1;    // > 0
  double freedom = 1;  // >= 1
};
struct GammaPosterior {
  double shape = 0.5;
  double rate = 1;  // > 0
};
using Posterior = std::variant<BetaPosterior, StudentPosterior, GammaPosterior>;

/// Beta(1/2 + x, 1/2 + n - x); m + s/sqrt(n) t_{n-1}; Gamma(1/2 + x, exposure). nullopt for invalid data.
std::optional<Posterior> posterior_of(const Counts& counts);
std::optional<Posterior> posterior_of(const Moments& moments);
std::optional<Posterior> posterior_of(const EventRate& rate);

double mean_of(const Posterior& posterior);       // the location for Student's t
double deviation_of(const Posterior& posterior);  // for Student's t with freedom <= 2: the scale
double below(const Posterior& posterior, double x);
double above(const Posterior& posterior, double x);  // not 1 - below(): keeps the digits of small tails
double quantile_of(const Posterior& posterior, double p);

/// A candidate beside its baseline. `lift` is candidate/baseline - 1; it is NaN (and its interval NaN to NaN)
/// when the baseline's value is not positive with probability 1 - 1e-6 or more.
struct Comparison {
  double probability_beats = kNan;  // that the candidate is better
  double lift = kNan;               // of the posterior means
  Interval lift_interval;           // equal-tailed, by root-finding on the exact distribution of the ratio
  /// E[(baseline - candidate)+], in the unit of the metric: what shipping the candidate costs on average.
  double expected_loss = kNan;
  std::optional<InvalidReason> invalid_reason;
};

/// Deterministic quadrature, about 1e-11. `level` of the lift interval in (0, 1). Both posteriors of one
/// kind, else `mismatched`.
Comparison comparison_of(const Posterior& baseline, const Posterior& candidate, Better better, double level);

/// P(candidate <= ratio * baseline + difference), ratio > 0.
double probability_at_most(const Posterior& baseline, const Posterior& candidate, double ratio,
                           double difference);

}  // namespace iter8::stats
