#include "stats/evidence/mismatch.h"

#include <algorithm>
#include <cmath>
#include <numeric>

#include "stats/evidence/evidence.h"
#include "stats/math/distributions.h"
#include "stats/math/estimate.h"
#include "stats/math/log_math.h"

namespace iter8::stats {
namespace {

constexpr double kConcentration = 1000;
/// A smaller share of the weights is none: the logarithms of its pseudo-count would not be finite.
constexpr double kSmallestShare = 1e-200;

double sum_of(std::span<const double> values) {
  return std::accumulate(values.begin(), values.end(), 0.0);
}

bool is_none(double weight, double all) {
  return weight / all < kSmallestShare;
}

bool has_impossible(std::span<const double> weights, std::span<const double> counts) {
  const double all = sum_of(weights);
  for (std::size_t i = 0; i < weights.size(); ++i)
    if (is_none(weights[i], all) && counts[i] > 0) return true;
  return false;
}

// ln B(kappa theta + c) - ln B(kappa theta) - sum c ln theta, in Stirling's form, where everything large
// joins in the deviances of kappa theta + c from its expectation.
double log_evidence_of(std::span<const double> weights, std::span<const double> counts) {
  const double all = sum_of(weights);
  const double n = sum_of(counts);
  if (n == 0) return 0;
  if (has_impossible(weights, counts)) return kLogCertain;
  double result = stirling_error(kConcentration) - stirling_error(kConcentration + n);
  double freedom = -1;
  for (std::size_t i = 0; i < weights.size(); ++i) {
    if (is_none(weights[i], all)) continue;
    const double share = weights[i] / all;
    const double posterior = kConcentration * share + counts[i];
    const double expected = share * (kConcentration + n);
    result += deviance(posterior, expected) - 0.5 * std::log(posterior / expected) +
              stirling_error(posterior) - stirling_error(kConcentration * share);
    ++freedom;
  }
  return finite_log(result - freedom / 2 * std::log1p(n / kConcentration));
}

}  // namespace

std::optional<InvalidReason> invalid_reason_of(std::span<const double> weights,
                                               std::span<const double> counts) {
  if (weights.size() != counts.size()) return InvalidReason::mismatched;
  for (const std::span<const double> values : {weights, counts}) {
    for (const double value : values) {
      if (!std::isfinite(value)) return InvalidReason::non_finite;
      if (value < 0) return InvalidReason::negative;
    }
  }
  const double all = sum_of(weights);
  if (!std::isfinite(all) || !std::isfinite(sum_of(counts))) return InvalidReason::non_finite;
  return all > 0 ? std::nullopt : std::optional(InvalidReason::no_data);
}

SplitState next_state(const SplitState& state, std::span<const double> weights,
                      std::span<const double> counts) {
  if (invalid_reason_of(weights, counts)) return state;
  SplitState next = state;
  if (!std::ranges::equal(state.weights, weights)) {
    next.log_closed = log_evidence(state);
    next.weights.assign(weights.begin(), weights.end());
    next.counts.assign(counts.size(), 0.0);
  }
  for (std::size_t i = 0; i < counts.size(); ++i) next.counts[i] += counts[i];
  return next;
}

double log_evidence(const SplitState& state) {
  if (state.weights.empty() || invalid_reason_of(state.weights, state.counts)) return state.log_closed;
  return finite_log(state.log_closed + log_evidence_of(state.weights, state.counts));
}

double chi_square_p(std::span<const double> weights, std::span<const double> counts) {
  if (invalid_reason_of(weights, counts)) return kNan;
  if (has_impossible(weights, counts)) return 0;
  const double all = sum_of(weights);
  const double n = sum_of(counts);
  double statistic = 0;
  double freedom = -1;
  for (std::size_t i = 0; i < weights.size(); ++i) {
    if (is_none(weights[i], all)) continue;
    ++freedom;
    const double expected = n * weights[i] / all;
    if (expected > 0) statistic += (counts[i] - expected) * (counts[i] - expected) / expected;
  }
  return freedom < 1 ? 1 : chi_square_above(statistic, freedom);
}

Split split_of(const SplitState& state) {
  return log_evidence(state) >= -std::log(kMismatchAlpha) ? Split::mismatch : Split::as_weighted;
}

}  // namespace iter8::stats
