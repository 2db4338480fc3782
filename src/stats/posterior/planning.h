#pragma once

#include "stats/evidence/evidence.h"
#include "stats/evidence/mean.h"
#include "stats/evidence/proportion.h"

namespace iter8::stats {

/// How many units a decision takes. Results are in units (requests, visits), NaN when an argument is out of
/// range and +infinity when no number suffices.

/// The fewest units, all without event, that certify "at most `limit`": 299 for 1 % at alpha 0.05 in one
/// look, 377 with e-values at any look; in hybrid the fewest at the last look. For the q-quantile of a
/// latency, limit = 1 - q.
double clean_units(double limit, double alpha, Mode mode);

/// The same, given what was counted so far: additional clean units until a pass. 0 when it passes already.
double clean_units_missing(const Counts& counts, double limit, double alpha, Mode mode);

/// Units in all at which a version with the true proportion `rate` is decided on (pass below the limit, fail
/// above it) with probability `power`, in one look at alpha: exact binomial. +infinity when rate == limit.
/// `power` in (0, 1).
double units_to_decide(double rate, double limit, double alpha, double power);

/// Units at which evidence of data that match `rate` exactly reaches 1/alpha at any look: about the median
/// of the true time.
double typical_units_anytime(double rate, double limit, double alpha);

/// Units a version for telling rates p and p (1 + lift) apart, two-sided alpha, in one look (normal
/// approximation with both variances; Fleiss, Levin & Paik 2003).
double units_to_compare(double rate, double lift, double alpha, double power);

/// Units at which a mean with this variance at distance `mean - limit` is decided on in one look, one-sided.
double units_to_decide_mean(const Moments& moments, double limit, double alpha, double power);

/// The fewest values for the order-statistic interval of a quantile to have finite ends: 368 for p99 at
/// 95 %, and 299 for a one-sided bound.
double units_for_quantile_interval(double quantile, double level);
double units_for_quantile_bound(double quantile, double confidence);

}  // namespace iter8::stats
