#pragma once

#include "stats/dependence/slices.h"
#include "stats/evidence/evidence.h"
#include "stats/evidence/proportion.h"
#include "stats/math/estimate.h"

namespace iter8::stats {

// Evidence from load data, where requests depend on those near them in time. What was measured, simulated
// and is not promised: docs/decisions.md. `./dev bench calibration` repeats the simulations.

/// Where a look stands among those that are planned, from 1 on. One look: {1, 1}.
struct LookNumber {
  double number = 1;
  double planned = 1;
};

/// Evidence that a difference of means is at most (at least) `limit`. p-values: Student's t with 31 degrees
/// of freedom. e-values: the one-sided t mixture of student_mixture.h, sharpest at the last planned look;
/// every look takes all data so far. Neutral with `no_variance` when all scores are 0.
Evidence clustered_evidence(const ClusteredEstimate& difference, Side side, double limit, LookNumber look);

/// The same for a difference of shares above the baseline's quantile (Woodruff 1952): the variance is at
/// least the one of independent requests, because shares have a variance even where the groups show none.
Evidence clustered_share_evidence(ClusteredEstimate difference, double independent_variance, Side side,
                                  LookNumber look);

/// Evidence that a mean is at most (at least) a fixed limit. A short run may have missed pauses that would
/// have raised the mean, so "below the limit" must hold with ln(1/alpha) more groups like the worst one, and
/// from at least kFewestClusters; "above" is the plain t. e-values by the t mixture of the same statistics.
Evidence clustered_mean_evidence(const ClusteredEstimate& mean, Side side, double limit, double alpha,
                                 LookNumber look);
constexpr double kFewestClusters = 4;

/// F >= 1: by how much fewer independent requests a proportion is worth. Exact tests then take (x, n) / F
/// (Korn & Graubard 1998). `alpha` = 0 leaves the correction for 31 degrees of freedom out, as e-values want
/// it. 1 where `independent` is 0.
double dispersion_of(const ClusteredEstimate& estimate, double independent, double alpha);
/// F for one version's proportion: `mean` of values that are 0 or 1.
double dispersion_of(const ClusteredEstimate& mean, double alpha);
Counts scaled_by(const Counts& counts, double dispersion);

/// Equal-tailed interval of the estimate, by Student's t; for one look.
Interval clustered_interval(const ClusteredEstimate& estimate, double alpha);
/// The values that the two-sided t mixture rejects at no look, with probability 1 - alpha.
Interval clustered_sequence(const ClusteredEstimate& estimate, double alpha, LookNumber look);

/// By how much longer a run would have to be to show at `alpha` (one-sided, with probability 0.8) that the
/// value of an estimate, if it is the true one, is not `limit`. +infinity where it is, NaN without a
/// variance.
double times_longer(const ClusteredEstimate& estimate, double limit, double alpha);

/// F from a stall that the file declares: in favour of a version, each counts as one observation. `seconds`
/// is the length of the run. At least 1.
double stall_dispersion(double units, double stall, double seconds);

/// The longest stall, in seconds, that a run of `seconds` without a miss excludes at a limit `share`: T p /
/// ln(1/alpha).
double excluded_stall(double seconds, double share, double alpha);

/// Groups that repeat their neighbours by half say that the noise is slower than a group is long: nothing is
/// decided, and twice the time would help.
constexpr double kSlowPersistence = 0.5;

}  // namespace iter8::stats
