#pragma once

#include <optional>
#include <span>
#include <vector>

#include "stats/math/invalid_reason.h"

namespace iter8::stats {

/// Sample-ratio mismatch: whether the versions received the traffic that the weights promised. The state over
/// the looks is a plain value; each step of the weights is judged against its own weights.
struct SplitState {
  std::vector<double> weights;  // of the step under way, any scale
  std::vector<double> counts;   // units since it started
  double log_closed = 0;        // ln evidence of the steps before
};

/// After more units, counted while `weights` were in force; another set of weights begins a new step.
SplitState next_state(const SplitState& state, std::span<const double> weights,
                      std::span<const double> counts);

/// Why these cannot be judged: lists of different length, negative, all weights 0.
std::optional<InvalidReason> invalid_reason_of(std::span<const double> weights,
                                               std::span<const double> counts);

/// ln e-value against "the traffic follows the weights": Dirichlet-multinomial mixture with concentration
/// 1000 around the weights (Lindon & Malek 2022), multiplied over the steps; valid at every look. A unit of
/// a version with weight 0 is certain evidence.
double log_evidence(const SplitState& state);

/// Chi-square test of one look; degrees of freedom: positive weights - 1. NaN for invalid data, 1 for fewer
/// than two positive weights, 0 when a version of weight 0 has units.
double chi_square_p(std::span<const double> weights, std::span<const double> counts);

/// Report `srm`, and let nothing pass or win, from this evidence on.
constexpr double kMismatchAlpha = 0.01;
enum class Split { as_weighted, mismatch };
Split split_of(const SplitState& state);

}  // namespace iter8::stats
