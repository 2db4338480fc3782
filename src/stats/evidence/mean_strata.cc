#include <algorithm>
#include <cmath>

#include "stats/evidence/strata.h"
#include "stats/evidence/student_mixture.h"
#include "stats/math/distributions.h"

namespace iter8::stats {
namespace {

constexpr double kUnitsOfStratum = 30;

bool is_in_order(const MeanStrata& state) {
  return state.margin.ratio > 0 && std::isfinite(state.margin.ratio) &&
         std::isfinite(state.margin.difference) && state.planned > 0 && std::isfinite(state.planned);
}

double units_of(const MomentsBlock& block) {
  return std::min(block.baseline.count, block.candidate.count);
}

/// One stratum's weighted difference, the variance of the sum, and V^2/nu by Welch (1947).
struct MeanContrast {
  double weight = 0;
  double score = 0;
  double variance = 0;
  double spread = 0;
};

MeanContrast contrast_of(const MomentsBlock& block, const Margin& margin) {
  const double n = block.baseline.count;
  const double m = block.candidate.count;
  const double weight = n * m / (n + m);
  const double of_candidate = weight * weight * block.candidate.variance / m;
  const double of_baseline = weight * weight * margin.ratio * margin.ratio * block.baseline.variance / n;
  return {.weight = weight,
          .score = weight * (block.candidate.mean - margin.ratio * block.baseline.mean - margin.difference),
          .variance = of_candidate + of_baseline,
          .spread = of_candidate * of_candidate / (m - 1) + of_baseline * of_baseline / (n - 1)};
}

/// Strata that are too small, or whose values are all equal, are left out: their variance says nothing.
void close(MeanStrata& state) {
  const MomentsBlock block = state.open;
  state.open = {.step = block.step};
  if (units_of(block) < kUnitsOfStratum) return;
  const MeanContrast contrast = contrast_of(block, state.margin);
  if (!(contrast.variance > 0)) return;
  if (state.strata == 0) {
    const double units = block.baseline.count + block.candidate.count;
    state.mixture = mixture_precision(2 * kTuningAlpha) * units / (state.planned * contrast.variance);
  }
  ++state.strata;
  state.weight += contrast.weight;
  state.score += contrast.score;
  state.variance += contrast.variance;
  state.variance_spread += contrast.spread;
}

double freedom_of(const MeanStrata& state) {
  return state.variance * state.variance / state.variance_spread;
}
double shrinkage_of(const MeanStrata& state) {
  return 1 / (1 + state.mixture * state.variance);
}

bool is_monitorable(const MeanStrata& state) {
  return monitoring_of(state.baseline) != Monitoring::too_early &&
         monitoring_of(state.candidate) != Monitoring::too_early;
}

/// Welch's t of everything while there is one stratum or none, else of the strata.
void add_p_values(Evidence& result, const MeanStrata& state) {
  double t = 0;
  double freedom = 0;
  if (state.strata == 0) {
    if (units_of(state.open) < 2) return;
    const MeanContrast contrast = contrast_of(state.open, state.margin);
    t = contrast.score / std::sqrt(contrast.variance);
    freedom = contrast.variance * contrast.variance / contrast.spread;
  } else {
    t = state.score / std::sqrt(state.variance);
    freedom = freedom_of(state);
  }
  if (std::isnan(t) || std::isnan(freedom)) return;
  result.p_pass = student_below(t, freedom);
  result.p_fail = student_below(-t, freedom);
}

}  // namespace

std::optional<InvalidReason> invalid_reason_of(const MomentsBlock& block) {
  for (const Moments& moments : {block.baseline, block.candidate}) {
    const auto invalid_reason = invalid_reason_of(moments);
    const bool is_thin = invalid_reason == InvalidReason::no_data ||
                         invalid_reason == InvalidReason::too_few ||
                         invalid_reason == InvalidReason::no_variance;
    if (invalid_reason && !is_thin) return invalid_reason;
  }
  return std::nullopt;
}

MeanStrata next_state(const MeanStrata& state, const MomentsBlock& block) {
  if (invalid_reason_of(block)) return state;
  MeanStrata next = state;
  next.baseline = next.baseline + block.baseline;
  next.candidate = next.candidate + block.candidate;
  if (next.open.step != block.step) close(next);
  next.open = {.step = block.step,
               .baseline = next.open.baseline + block.baseline,
               .candidate = next.open.candidate + block.candidate};
  const bool varies = next.open.baseline.variance > 0 || next.open.candidate.variance > 0;
  if (units_of(next.open) >= kUnitsOfStratum && varies) close(next);
  return next;
}

Evidence evidence(const MeanStrata& state) {
  if (!is_in_order(state)) return {.invalid_reason = InvalidReason::limit_out_of_range};
  for (const Moments& moments : {state.baseline, state.candidate}) {
    const auto invalid_reason = invalid_reason_of(moments);
    if (invalid_reason && invalid_reason != InvalidReason::no_variance)
      return {.invalid_reason = invalid_reason};
  }
  if (state.baseline.variance == 0 && state.candidate.variance == 0)
    return {.invalid_reason = InvalidReason::no_variance};
  Evidence result;
  if (state.strata > 0 && is_monitorable(state)) {
    const double t = state.score / std::sqrt(state.variance);
    result.log_pass = log_student_mixture(-t, freedom_of(state), shrinkage_of(state));
    result.log_fail = log_student_mixture(t, freedom_of(state), shrinkage_of(state));
  }
  add_p_values(result, state);
  return finite_or_neutral(result);
}

Agreement agreement(const MeanStrata& state) {
  if (state.strata < 2) return Agreement::agree;
  const MeanContrast pooled =
      contrast_of({.baseline = state.baseline, .candidate = state.candidate}, state.margin);
  if (!(pooled.variance > 0)) return Agreement::agree;
  return agreement(pooled.score / std::sqrt(pooled.variance), state.score / std::sqrt(state.variance));
}

Interval confidence_sequence(const MeanStrata& state, double alpha) {
  if (!is_in_order(state) || !(alpha > 0) || !(alpha < 1)) return {};
  if (state.strata == 0 || !is_monitorable(state)) return {.lower = -kInfinity, .upper = kInfinity};
  const double width = student_mixture_width(freedom_of(state), shrinkage_of(state), alpha);
  const double center = state.score / state.weight + state.margin.difference;
  const double half = width * std::sqrt(state.variance) / state.weight;
  return {.lower = center - half, .upper = center + half};
}

}  // namespace iter8::stats
