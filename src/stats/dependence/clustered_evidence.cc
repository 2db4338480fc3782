#include "stats/dependence/clustered_evidence.h"

#include <algorithm>
#include <cmath>

#include "stats/evidence/student_mixture.h"
#include "stats/math/distributions.h"

namespace iter8::stats {
namespace {

constexpr double kFreedom = static_cast<double>(kSliceGroups) - 1;

double shrinkage_at(LookNumber look) {
  return 1 / (1 + look.number * mixture_precision(2 * kTuningAlpha) / look.planned);
}

/// Of "below": that a quantity with this t statistic is truly below 0.
Evidence evidence_below(double t, LookNumber look) {
  const double shrinkage = shrinkage_at(look);
  return finite_or_neutral({.log_pass = log_student_mixture(-t, kFreedom, shrinkage),
                            .log_fail = log_student_mixture(t, kFreedom, shrinkage),
                            .p_pass = student_below(t, kFreedom),
                            .p_fail = student_below(-t, kFreedom)});
}

std::optional<InvalidReason> invalid_reason_of(const ClusteredEstimate& estimate, double limit) {
  if (estimate.invalid_reason) return estimate.invalid_reason;
  if (!std::isfinite(limit)) return InvalidReason::limit_out_of_range;
  if (!(estimate.variance > 0)) return InvalidReason::no_variance;
  return std::nullopt;
}

}  // namespace

Evidence clustered_evidence(const ClusteredEstimate& difference, Side side, double limit, LookNumber look) {
  if (const auto reason = invalid_reason_of(difference, limit)) return {.invalid_reason = reason};
  const double t = (difference.estimate - limit) / std::sqrt(difference.variance);
  const Evidence below = evidence_below(t, look);
  return side == Side::at_most ? below : opposite_of(below);
}

Evidence clustered_share_evidence(ClusteredEstimate difference, double independent_variance, Side side,
                                  LookNumber look) {
  difference.variance = std::max(difference.variance, independent_variance);
  return clustered_evidence(difference, side, 0, look);
}

Evidence clustered_mean_evidence(const ClusteredEstimate& mean, Side side, double limit, double alpha,
                                 LookNumber look) {
  if (const auto reason = invalid_reason_of(mean, limit)) return {.invalid_reason = reason};
  // A pause that the run missed would have raised the mean: that weakens the claim that it is below, not the
  // other one.
  const double error = std::sqrt(mean.variance);
  const double unseen = -std::log(alpha) * mean.largest;
  const Evidence with_unseen = evidence_below((mean.estimate - limit + unseen) / error, look);
  Evidence below = evidence_below((mean.estimate - limit) / error, look);
  below.p_pass = mean.clusters < kFewestClusters ? 1 : with_unseen.p_pass;
  below.log_pass = mean.clusters < kFewestClusters ? 0 : with_unseen.log_pass;
  return side == Side::at_most ? below : opposite_of(below);
}

double dispersion_of(const ClusteredEstimate& estimate, double independent, double alpha) {
  if (estimate.invalid_reason || !(independent > 0)) return 1;
  const double factor =
      is_inside_unit(alpha) ? student_quantile(alpha, kFreedom) / normal_quantile(alpha) : 1;
  return std::max(1.0, estimate.variance / independent * factor * factor);
}

double dispersion_of(const ClusteredEstimate& mean, double alpha) {
  return dispersion_of(mean, mean.estimate * (1 - mean.estimate) / mean.units, alpha);
}

Counts scaled_by(const Counts& counts, double dispersion) {
  return {.events = counts.events / dispersion, .total = counts.total / dispersion};
}

Interval clustered_interval(const ClusteredEstimate& estimate, double alpha) {
  if (estimate.invalid_reason || !is_inside_unit(alpha)) return {};
  const double width = student_quantile(1 - alpha / 2, kFreedom) * std::sqrt(estimate.variance);
  return {.lower = estimate.estimate - width, .upper = estimate.estimate + width};
}

Interval clustered_sequence(const ClusteredEstimate& estimate, double alpha, LookNumber look) {
  if (estimate.invalid_reason || !is_inside_unit(alpha)) return {};
  const double width =
      student_mixture_width(kFreedom, shrinkage_at(look), alpha) * std::sqrt(estimate.variance);
  return {.lower = estimate.estimate - width, .upper = estimate.estimate + width};
}

double times_longer(const ClusteredEstimate& estimate, double limit, double alpha) {
  const double distance = std::fabs(estimate.estimate - limit);
  if (estimate.invalid_reason || !(estimate.variance > 0) || !is_inside_unit(alpha)) return kNan;
  if (distance == 0) return kInfinity;
  constexpr double kPower = 0.8;
  const double wanted = student_quantile(1 - alpha, kFreedom) + student_quantile(kPower, kFreedom);
  return estimate.variance * (wanted / distance) * (wanted / distance);
}

double stall_dispersion(double units, double stall, double seconds) {
  return seconds > 0 ? std::max(1.0, units * stall / seconds) : 1;
}

double excluded_stall(double seconds, double share, double alpha) {
  return seconds * share / -std::log(alpha);
}

}  // namespace iter8::stats
