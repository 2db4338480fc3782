#include "stats/evidence/strata.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <numeric>
#include <optional>
#include <utility>

#include "stats/evidence/conditional.h"
#include "stats/math/distributions.h"
#include "stats/math/log_math.h"

namespace iter8::stats {
namespace {

constexpr double kEventsOfStratum = 5;   // for the asymptotic score; the exact form takes any
constexpr double kEventsForNormal = 20;  // in each version, for the score test
constexpr double kMostListed = 400;      // events; more of them in a version without are decided by any rule
constexpr double kClear = 2;             // standard errors

bool is_equality(const Margin& margin) {
  return margin.ratio == 1 && margin.difference == 0;
}
bool is_in_order(const Margin& margin) {
  return margin.ratio > 0 && std::isfinite(margin.ratio) && std::isfinite(margin.difference);
}
bool has_both(const CountsBlock& block) {
  return block.baseline.total >= 1 && block.candidate.total >= 1;
}
double events_of(const CountsBlock& block) {
  return block.baseline.events + block.candidate.events;
}

/// Weighted difference of one stratum and its variance when the margin is met exactly.
struct ProportionContrast {
  double score = 0;
  double variance = 0;
};

ProportionContrast contrast_of(const CountsBlock& block, const Margin& margin) {
  const double n = block.baseline.total;
  const double m = block.candidate.total;
  const double all = n + m;
  const double weight = n * m / all;
  const double z = block.candidate.events / m - margin.ratio * block.baseline.events / n - margin.difference;
  const double p = std::clamp((events_of(block) - m * margin.difference) / (n + margin.ratio * m), 0.0, 1.0);
  const double q = std::clamp(margin.ratio * p + margin.difference, 0.0, 1.0);
  const double variance = q * (1 - q) / m + margin.ratio * margin.ratio * p * (1 - p) / n;
  return {.score = weight * z, .variance = weight * weight * variance * all / (all - 1)};
}

/// The list with the events of one more stratum.
ListedEvents with_stratum(ListedEvents listed, const CountsBlock& block, double ratio) {
  const double events = events_of(block);
  const bool is_whole =
      std::trunc(events) == events && std::trunc(block.candidate.events) == block.candidate.events;
  if (!is_whole || static_cast<double>(listed.chances.size()) + events > kMostListed) return {};
  const double share = candidate_share(block.baseline, block.candidate, ratio);
  for (auto left = static_cast<std::size_t>(events); left > 0; --left) {
    listed.chances.push_back(0);
    for (std::size_t i = listed.chances.size(); i-- > 0;)
      listed.chances[i] = (1 - share) * listed.chances[i] + (i > 0 ? share * listed.chances[i - 1] : 0);
  }
  listed.candidate += block.candidate.events;
  return listed;
}

bool is_rare(const ProportionStrata& state) {
  return std::min(state.baseline.events, state.candidate.events) < kEventsForNormal;
}

/// For the stratum that is about to be counted. Once the list is given up, it stays empty.
void list_events(ProportionStrata& state, const CountsBlock& block) {
  if (state.strata == 0) state.listed.chances = {1};
  if (state.listed.chances.empty()) return;
  const bool is_asked = state.margin.difference == 0 && is_rare(state);
  state.listed = is_asked ? with_stratum(std::move(state.listed), block, state.margin.ratio) : ListedEvents{};
}

/// Counts the open stratum. One without units in a version tells nothing; the asymptotic score also leaves
/// out what is too small, a choice by totals alone, which does not favour either version.
void close(ProportionStrata& state) {
  const CountsBlock block = state.open;
  state.open = {.step = block.step};
  if (!has_both(block)) return;
  const bool is_exact = is_equality(state.margin);
  if (!is_exact && events_of(block) < kEventsOfStratum) return;
  list_events(state, block);
  ++state.strata;
  state.closed = block;
  const ProportionContrast contrast = contrast_of(block, state.margin);
  state.score += contrast.score;
  state.variance += contrast.variance;
  if (!is_exact) return;
  const std::vector<double> ratios = conditional_log_ratios(block.baseline, block.candidate, state.width);
  state.log_ratios.resize(ratios.size(), 0.0);
  for (std::size_t i = 0; i < ratios.size(); ++i) state.log_ratios[i] += ratios[i];
}

/// ln of the half mixture over log-odds on one side (+1 or -1), with half of the node 0.
double log_half_mixture(const std::vector<double>& log_ratios, int side) {
  const auto& weights = mixture_grid().weights;
  std::array<double, kHalfNodes> terms{};
  terms[0] = std::log(weights[0]);
  for (std::size_t i = 1; i < kHalfNodes; ++i) {
    const std::size_t at = side > 0 ? kHalfNodes - 1 + i : kHalfNodes - 1 - i;
    terms[i] = std::log(2 * weights[i]) + log_ratios[at];
  }
  return finite_log(log_sum_exp(terms));
}

/// ln of the one-sided Gaussian mixture for a positive score (Robbins 1970; Howard et al. 2021, Proposition
/// 6).
double log_gaussian_mixture(double score, double variance, double width) {
  const double spread = 1 + width * width * variance;
  const double shifted = width * score / std::sqrt(spread);
  const double value =
      -0.5 * std::log(spread) + 0.5 * shifted * shifted + std::log(2.0) + log_normal_below(shifted);
  return finite_log(score <= 0 ? std::min(value, 0.0) : value);
}

/// The one stratum, where all that was counted is in one.
std::optional<CountsBlock> only_stratum(const ProportionStrata& state) {
  if (state.strata == 0 && has_both(state.open)) return state.open;
  if (state.strata == 1 && !has_both(state.open)) return state.closed;
  return std::nullopt;
}

/// The exact conditional test over several strata; nothing where their events are not listed.
std::optional<FisherTails> listed_tails(const ProportionStrata& state) {
  ListedEvents listed = state.listed;
  if (!listed.chances.empty() && has_both(state.open))
    listed = with_stratum(std::move(listed), state.open, state.margin.ratio);
  if (listed.chances.empty()) return std::nullopt;
  const auto found = listed.chances.begin() + static_cast<std::ptrdiff_t>(listed.candidate);
  const double fewer = std::accumulate(listed.chances.begin(), found, 0.0);
  const double more = std::accumulate(found + 1, listed.chances.end(), 0.0);
  return FisherTails{.few = std::min(1.0, fewer + *found), .many = std::min(1.0, *found + more)};
}

void add_p_values(Evidence& result, const ProportionStrata& state) {
  const bool is_normal = !is_rare(state);
  const std::optional<CountsBlock> only = only_stratum(state);
  if (only && (is_equality(state.margin) || (state.margin.difference == 0 && !is_normal))) {
    const FisherTails tails = is_equality(state.margin)
                                  ? fisher_tails(only->baseline, only->candidate)
                                  : ratio_tails(only->baseline, only->candidate, state.margin.ratio);
    result.p_pass = tails.few;
    result.p_fail = tails.many;
    return;
  }
  if (is_normal && state.strata > 0 && state.variance > 0) {
    const double z = state.score / std::sqrt(state.variance);
    result.p_pass = normal_below(z);
    result.p_fail = normal_below(-z);
    return;
  }
  if (const auto tails = is_normal ? std::nullopt : listed_tails(state)) {
    result.p_pass = tails->few;
    result.p_fail = tails->many;
    return;
  }
  result.p_pass = always_valid_p(result.log_pass);
  result.p_fail = always_valid_p(result.log_fail);
}

}  // namespace

double mixture_width(double mde) {
  return 2 * std::abs(std::log1p(mde));
}

std::optional<InvalidReason> invalid_reason_of(const CountsBlock& block) {
  for (const Counts& counts : {block.baseline, block.candidate}) {
    const auto invalid_reason = invalid_reason_of(counts);
    if (invalid_reason && invalid_reason != InvalidReason::no_data) return invalid_reason;
  }
  return std::nullopt;
}

ProportionStrata next_state(const ProportionStrata& state, const CountsBlock& block) {
  if (invalid_reason_of(block)) return state;
  ProportionStrata next = state;
  next.baseline = next.baseline + block.baseline;
  next.candidate = next.candidate + block.candidate;
  if (next.open.step != block.step) close(next);
  next.open = {.step = block.step,
               .baseline = next.open.baseline + block.baseline,
               .candidate = next.open.candidate + block.candidate};
  const double enough = is_equality(next.margin) ? 1 : kEventsOfStratum;
  if (has_both(next.open) && events_of(next.open) >= enough) close(next);
  return next;
}

Evidence evidence(const ProportionStrata& state) {
  if (!is_in_order(state.margin) || !(state.width > 0))
    return {.invalid_reason = InvalidReason::limit_out_of_range};
  for (const Counts& counts : {state.baseline, state.candidate})
    if (const auto invalid_reason = invalid_reason_of(counts)) return {.invalid_reason = invalid_reason};
  Evidence result;
  if (state.log_ratios.size() == 2 * kHalfNodes - 1) {
    result.log_pass = log_half_mixture(state.log_ratios, -1);
    result.log_fail = log_half_mixture(state.log_ratios, 1);
  } else if (state.strata > 0 && state.variance > 0) {
    result.log_pass = log_gaussian_mixture(-state.score, state.variance, state.width);
    result.log_fail = log_gaussian_mixture(state.score, state.variance, state.width);
  }
  add_p_values(result, state);
  return finite_or_neutral(result);
}

Agreement agreement(const ProportionStrata& state) {
  if (state.strata < 2 || !(state.variance > 0)) return Agreement::agree;
  const ProportionContrast pooled =
      contrast_of({.baseline = state.baseline, .candidate = state.candidate}, state.margin);
  if (!(pooled.variance > 0)) return Agreement::agree;
  const double z_pooled = pooled.score / std::sqrt(pooled.variance);
  const double z = state.score / std::sqrt(state.variance);
  return agreement(z_pooled, z);
}

Agreement agreement(double pooled, double stratified) {
  const bool are_clear = std::abs(pooled) >= kClear && std::abs(stratified) >= kClear;
  return are_clear && (pooled > 0) != (stratified > 0) ? Agreement::simpson : Agreement::agree;
}

}  // namespace iter8::stats
