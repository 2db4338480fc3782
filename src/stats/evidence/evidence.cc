#include "stats/evidence/evidence.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <functional>
#include <numeric>

#include "stats/evidence/multiplicity.h"
#include "stats/math/estimate.h"
#include "stats/math/log_math.h"

namespace iter8::stats {
namespace {

/// See pass_strength: one direction of the evidence.
double strength(double log_e, double p, double alpha, const Rule& rule) {
  if (!is_inside_unit(alpha) || std::isnan(log_e) || std::isnan(p)) return -kInfinity;
  const double share = rule.mode == Mode::hybrid ? alpha / 2 : alpha;
  const double by_e = std::log(share) + log_e;
  const double by_p = p > 0 ? std::log(share) - std::log(p) : kLogCertain;
  switch (rule.mode) {
    case Mode::fixed:
      return by_p;
    case Mode::anytime:
      return by_e;
    case Mode::hybrid:
      break;
  }
  return rule.look == Look::last ? std::max(by_e, by_p) : by_e;
}

}  // namespace

Evidence finite_or_neutral(const Evidence& evidence) {
  const auto number_or = [](double value, double neutral) { return std::isnan(value) ? neutral : value; };
  return {.log_pass = number_or(evidence.log_pass, 0),
          .log_fail = number_or(evidence.log_fail, 0),
          .p_pass = number_or(evidence.p_pass, 1),
          .p_fail = number_or(evidence.p_fail, 1),
          .invalid_reason = evidence.invalid_reason};
}

Evidence opposite_of(const Evidence& evidence) {
  return {.log_pass = evidence.log_fail,
          .log_fail = evidence.log_pass,
          .p_pass = evidence.p_fail,
          .p_fail = evidence.p_pass,
          .invalid_reason = evidence.invalid_reason};
}

Evidence both_of(const Evidence& one, const Evidence& other) {
  if (one.invalid_reason) return one;
  if (other.invalid_reason) return other;
  const std::array fails{one.log_fail, other.log_fail};
  return {.log_pass = std::min(one.log_pass, other.log_pass),
          .log_fail = finite_log(log_sum_exp(fails) - std::log(2.0)),
          .p_pass = std::max(one.p_pass, other.p_pass),
          .p_fail = std::min(1.0, 2 * std::min(one.p_fail, other.p_fail))};
}

double pass_strength(const Evidence& evidence, const Rule& rule) {
  if (evidence.invalid_reason) return -kInfinity;
  return strength(evidence.log_pass, evidence.p_pass, rule.alpha_pass, rule);
}

double fail_strength(const Evidence& evidence, const Rule& rule) {
  if (evidence.invalid_reason) return -kInfinity;
  return strength(evidence.log_fail, evidence.p_fail, rule.alpha_fail, rule);
}

// With an alpha near 1 both answers can be certified by their p-values; that decides nothing.
Decision decision_of(const Evidence& evidence, const Rule& rule) {
  const bool passes = pass_strength(evidence, rule) >= 0;
  const bool fails = fail_strength(evidence, rule) >= 0;
  if (passes == fails) return Decision::undecided;
  return passes ? Decision::pass : Decision::fail;
}

std::vector<Decision> decisions_of(std::span<const Question> questions) {
  std::vector<Decision> decisions(questions.size(), Decision::undecided);
  std::vector<double> fails(questions.size());
  for (std::size_t i = 0; i < questions.size(); ++i)
    fails[i] = fail_strength(questions[i].evidence, questions[i].rule);

  std::vector<std::size_t> order(questions.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::ranges::stable_sort(order, std::greater{}, [&](std::size_t i) { return fails[i]; });
  auto remaining = static_cast<double>(questions.size());
  for (const std::size_t i : order) {
    if (!(fails[i] >= std::log(remaining))) break;
    decisions[i] = Decision::fail;
    --remaining;
  }

  for (std::size_t i = 0; i < questions.size(); ++i)
    if (decision_of(questions[i].evidence, questions[i].rule) == Decision::pass)
      decisions[i] = Decision::pass;
  return decisions;
}

std::vector<Decision> decisions_by_fdr(std::span<const Evidence> candidates, const Rule& rule) {
  std::vector<Decision> decisions(candidates.size(), Decision::undecided);
  if (!is_inside_unit(rule.alpha_pass)) return decisions;
  std::vector<double> log_e;
  std::vector<double> p;
  for (const Evidence& candidate : candidates) {
    log_e.push_back(candidate.invalid_reason ? -kInfinity : candidate.log_pass);
    p.push_back(candidate.invalid_reason ? 1 : candidate.p_pass);
  }
  const auto accept = [&](const std::vector<Outcome>& outcomes) {
    for (std::size_t i = 0; i < outcomes.size(); ++i)
      if (outcomes[i] == Outcome::rejected) decisions[i] = Decision::pass;
  };
  const double share = rule.mode == Mode::hybrid ? rule.alpha_pass / 2 : rule.alpha_pass;
  if (rule.mode != Mode::fixed) accept(e_benjamini_hochberg(log_e, share));
  const bool is_planned = rule.mode == Mode::fixed || (rule.mode == Mode::hybrid && rule.look == Look::last);
  if (is_planned) accept(benjamini_hochberg(p, share));
  return decisions;
}

Track next_state(const Track& track, const Evidence& evidence, Decision decision) {
  Track next = track;
  ++next.looks;
  if (!evidence.invalid_reason) {
    next.log_pass = std::max(track.log_pass, evidence.log_pass);
    next.log_fail = std::max(track.log_fail, evidence.log_fail);
  }
  if (track.decision == Decision::undecided && decision != Decision::undecided) {
    next.decision = decision;
    next.decided_at = next.looks;
  }
  return next;
}

double always_valid_p(double log_evidence) {
  return std::min(1.0, std::exp(-log_evidence));
}

}  // namespace iter8::stats
