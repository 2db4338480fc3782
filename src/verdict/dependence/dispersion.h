#pragma once

#include <algorithm>
#include <cmath>
#include <optional>

#include "stats/dependence/clustered_evidence.h"
#include "verdict/dependence/dependent_evidence.h"

namespace iter8::verdict {

/// Alpha as one test of the rule uses it.
inline double tested(const stats::Rule& rule, double alpha) {
  return rule.mode == stats::Mode::hybrid ? alpha / 2 : alpha;
}

/// F from the stall that the file declares; 1 without one.
inline double stall_of(const DependentData& data, double units, double seconds) {
  return data.stall ? stats::stall_dispersion(units, *data.stall, seconds) : 1;
}

/// Each of the four numbers by the dispersion that fits it.
/// `dispersion_at(alpha)` is F, `evidence_at(F)` the evidence that it leaves.
stats::Evidence by_dispersion(const stats::Rule& rule, double stall, const auto& dispersion_at,
                              const auto& evidence_at) {
  const double plain = dispersion_at(0.0);
  stats::Evidence evidence = evidence_at(plain);
  evidence.log_pass = evidence_at(std::max(plain, stall)).log_pass;
  evidence.p_pass = evidence_at(std::max(dispersion_at(tested(rule, rule.alpha_pass)), stall)).p_pass;
  evidence.p_fail = evidence_at(dispersion_at(tested(rule, rule.alpha_fail))).p_fail;
  return evidence;
}

/// What can be named: positive and finite.
inline std::optional<double> if_positive(double value) {
  return std::isfinite(value) && value > 0 ? std::optional(value) : std::nullopt;
}

}  // namespace iter8::verdict
