#pragma once

#include <optional>

#include "stats/evidence/evidence.h"
#include "stats/math/estimate.h"

namespace iter8::stats {

/// `events` of `total` units had the property: errors of requests, orders of visits, responses slower than
/// a limit. Whole numbers up to 2^53; fractions only after a correction for autocorrelation
/// (effective_sample()), where "exact" below becomes "approximate".
struct Counts {
  double events = 0;
  double total = 0;
};

/// Nothing when 0 <= events <= total, both finite and total > 0.
std::optional<InvalidReason> invalid_reason_of(const Counts& counts);

Counts operator+(const Counts& one, const Counts& other);

/// events / total; NaN for invalid counts.
double estimate_of(const Counts& counts);

/// Equal-tailed credible interval from Beta(1/2 + x, 1/2 + n - x), with 0 as lower end for x = 0 and 1 as
/// upper end for x = n (Brown, Cai & DasGupta 2001, modified Jeffreys). `level` in (0, 1), such as 0.95.
Interval credible_interval(const Counts& counts, double level);

/// Exact two-sided interval of Clopper & Pearson 1934.
Interval clopper_pearson(const Counts& counts, double level);

/// The exact one-sided upper bound at confidence 1 - alpha; 1 - alpha^(1/n) for no events.
double upper_bound(const Counts& counts, double alpha);
double lower_bound(const Counts& counts, double alpha);

/// Posterior probability that the true proportion is at most (at least) `limit`, prior Beta(1/2, 1/2).
double probability(const Counts& counts, Side side, double limit);

/// Evidence that the true proportion is at most (at least) `limit`, 0 <= limit <= 1. p-values: exact binomial
/// tails. e-values: mixture of likelihood ratios against the limit over a truncated Beta, exact at every n:
/// Robbins 1970, Howard, Ramdas, McAuliffe & Sekhon 2021 (Propositions 6 and 7), one-sided after
/// Waudby-Smith & Ramdas 2020; priors Beta(1/2, 1/2) below the limit L and Beta(1/2, 1/(2L)) above it for
/// L < 1/2, mirrored otherwise. A limit of 0 is never met with certainty: an event is a certain fail, and
/// there is no evidence for a pass (see upper_bound for what clean units do show).
Evidence evidence(const Counts& counts, Side side, double limit);

/// Valid at all looks together with probability 1 - alpha: the values whose Beta(1/2, 1/2) mixture
/// likelihood ratio stays below 1/alpha.
Interval confidence_sequence(const Counts& counts, double alpha);

}  // namespace iter8::stats
