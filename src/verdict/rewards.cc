#include "verdict/rewards.h"

#include <cmath>
#include <numeric>
#include <string>
#include <utility>

#include <fmt/format.h>

#include "stats/posterior/posterior.h"

namespace iter8::verdict {

namespace {

using experiment::Direction;
using experiment::Result;
using experiment::Reward;
using experiment::RewardCheck;

constexpr double kUsualMargin = 0.05;

std::optional<std::pair<double, double>> ends_of(const stats::Interval& interval) {
  if (std::isnan(interval.lower) || std::isnan(interval.upper)) return std::nullopt;
  return std::pair{interval.lower, interval.upper};
}

std::optional<double> if_finite(double value) {
  return std::isfinite(value) ? std::optional(value) : std::nullopt;
}

double width_of(const RewardOptions& options) {
  return options.mde ? stats::mixture_width(*options.mde) : stats::kMixtureWidth;
}

/// "candidate <= ratio * reference", and why a pair's data decide nothing, whatever they are.
struct PairEvidence {
  stats::Evidence evidence;
  std::string open = {};
};

PairEvidence comparison_evidence(const RewardInputs& inputs, const MetricSource& source,
                                 const ComparisonKey& key) {
  const DependentData baseline{.store = inputs.store,
                               .source = source,
                               .version = key.reference,
                               .rule = inputs.rule,
                               .stall = inputs.stall};
  DependentData candidate = baseline;
  candidate.version = key.candidate;
  auto found = evidence_of_comparison(
      {.baseline = baseline, .candidate = candidate, .ratio = key.ratio, .width = key.width});
  if (found && !found->evidence.invalid_reason) return {found->evidence, std::move(found->dependence.open)};
  const Comparison& comparison = inputs.store.comparison(key);
  return {source.quantity == Quantity::proportion ? stats::evidence(comparison.counts)
                                                  : stats::evidence(comparison.means)};
}

/// The strengths of every pair, and what is known about the pair's data.
void compare_pairs(RewardEvidence& finding, const RewardOptions& options, const MetricSource& source,
                   const RewardInputs& inputs) {
  const auto& [result, mode, store, rule, planned_samples, feasibility, stall] = inputs;
  const std::size_t count = result.versions.size();
  const bool is_high = options.direction == Direction::high;
  const double width = width_of(options);
  finding.strength.assign(count, std::vector<double>(count, -stats::kInfinity));
  for (std::size_t i = 0; i < count; ++i)
    for (std::size_t j = i + 1; j < count; ++j) {
      const ComparisonKey key{source.series, i, j, 1, width};
      auto [evidence, open] = comparison_evidence(inputs, source, key);  // that j <= i
      if (finding.open.empty()) finding.open = std::move(open);
      const double less = stats::pass_strength(evidence, rule);
      const double more = stats::fail_strength(evidence, rule);
      finding.strength[i][j] = is_high ? less : more;
      finding.strength[j][i] = is_high ? more : less;
      const Comparison& state = store.comparison(key);
      const bool is_share = source.quantity == Quantity::proportion;
      if ((is_share ? stats::agreement(state.counts) : stats::agreement(state.means)) ==
          stats::Agreement::simpson) {
        finding.is_misleading = true;
        finding.warnings.push_back(
            {.code = "simpson",
             .message = fmt::format("{}: '{}' and '{}' compare the other way round in all data together than "
                                    "at equal times; the pooled figures mislead",
                                    options.metric.value, result.versions[i], result.versions[j])});
      }
    }
}

void compare_with_baseline(RewardEvidence& finding, const RewardOptions& options, const MetricSource& source,
                           const RewardInputs& inputs) {
  const stats::Rule& rule = inputs.rule;
  const bool is_high = options.direction == Direction::high;
  const double margin = options.mde.value_or(kUsualMargin);
  finding.not_worse.assign(finding.strength.size(), stats::kInfinity);
  for (std::size_t version = 1; version < finding.strength.size(); ++version) {
    const ComparisonKey key{source.series, 0, version, is_high ? 1 - margin : 1 + margin,
                            stats::kMixtureWidth};
    const stats::Evidence evidence = comparison_evidence(inputs, source, key).evidence;
    finding.not_worse[version] =
        is_high ? stats::fail_strength(evidence, rule) : stats::pass_strength(evidence, rule);
  }
}

/// The candidates that are certainly better than the baseline, as one list.
void list_better(RewardEvidence& finding, const MetricSource& source, const RewardInputs& inputs,
                 double width) {
  const stats::Rule& rule = inputs.rule;
  if (rule.mode == stats::Mode::fixed && rule.look == stats::Look::interim) return;  // not the planned look
  const bool is_high = finding.reward.direction == Direction::high;
  std::vector<stats::Evidence> evidence;
  for (std::size_t version = 1; version < finding.strength.size(); ++version) {
    const stats::Evidence no_more =
        comparison_evidence(inputs, source, {source.series, 0, version, 1, width}).evidence;
    evidence.push_back(is_high ? stats::opposite_of(no_more) : no_more);
  }
  const std::vector<stats::Decision> decisions = stats::decisions_by_fdr(evidence, rule);
  for (std::size_t i = 0; i < decisions.size(); ++i)
    if (decisions[i] == stats::Decision::pass) finding.certainly_better.push_back(i + 1);
}

/// Which versions have the best value; several = a tie.
std::vector<std::size_t> best_versions(const Reward& reward) {
  std::vector<std::size_t> versions(reward.versions.size());
  std::iota(versions.begin(), versions.end(), std::size_t{0});
  return best_of(reward, versions);
}

Reward reward_by_values(const RewardOptions& options, const Result& result, EvidenceMode evidence) {
  Reward reward{.metric = options.metric.value, .direction = options.direction, .evidence = evidence};
  for (std::size_t version = 0; version < result.versions.size(); ++version)
    reward.versions.push_back({.value = awaited_reason(result, options.metric.value, version)
                                            ? std::nullopt
                                            : latest_value(result, options.metric.value, version)});
  reward.best = best_versions(reward);
  return reward;
}

RewardEvidence reward_by_evidence(const RewardOptions& options, const MetricSource& source,
                                  const RewardInputs& inputs) {
  const auto& [result, mode, store, rule, planned_samples, feasibility, stall] = inputs;
  RewardEvidence finding{
      .reward = {.metric = options.metric.value, .direction = options.direction, .evidence = mode}};
  std::vector<stats::Posterior> posteriors;
  for (std::size_t version = 0; version < result.versions.size(); ++version) {
    finding.reward.versions.push_back(check_of(source, version, inputs));
    const auto posterior = posterior_of(data_worth(source, version, inputs), source);
    if (posterior) posteriors.push_back(*posterior);
  }
  finding.reward.best = best_versions(finding.reward);
  compare_pairs(finding, options, source, inputs);
  compare_with_baseline(finding, options, source, inputs);
  list_better(finding, source, inputs, width_of(options));
  if (posteriors.size() == result.versions.size())
    finding.ranking =
        rank(finding.reward.versions, posteriors, feasibility, options.direction, 1 - rule.alpha_pass);
  return finding;
}

RewardEvidence reward_by_mode(const RewardOptions& options, const RewardInputs& inputs) {
  if (inputs.mode == EvidenceMode::point)
    return {.reward = reward_by_values(options, inputs.result, EvidenceMode::point)};
  const MetricSource source = source_of(inputs.result, options.metric.value);
  if (source.quantity == Quantity::proportion || source.quantity == Quantity::mean)
    return reward_by_evidence(options, source, inputs);
  return {.reward = reward_by_values(options, inputs.result, EvidenceMode::none)};
}

}  // namespace

std::vector<std::size_t> best_of(const Reward& reward, const std::vector<std::size_t>& versions) {
  std::vector<std::size_t> best;
  for (const std::size_t version : versions) {
    const auto& value = reward.versions[version].value;
    if (!value) continue;
    const double leader = best.empty() ? *value : *reward.versions[best.front()].value;
    const bool is_better = reward.direction == Direction::high ? *value > leader : *value < leader;
    if (is_better) best.clear();
    if (best.empty() || *value == leader) best.push_back(version);
  }
  return best;
}

RewardEvidence judge_reward(const RewardOptions& options, const RewardInputs& inputs) {
  RewardEvidence finding = reward_by_mode(options, inputs);
  for (std::size_t version = 0; version < inputs.result.versions.size(); ++version)
    finding.reward.versions[version].is_awaited =
        awaited_reason(inputs.result, options.metric.value, version).has_value();
  return finding;
}

RewardCheck check_of(const MetricSource& source, std::size_t version, const RewardInputs& inputs) {
  const AccumulatedData& data = inputs.store.data(source.series, version);
  RewardCheck check{.value = estimate_of(data, source)};
  const DependentData dependent{.store = inputs.store,
                                .source = source,
                                .version = version,
                                .rule = inputs.rule,
                                .stall = inputs.stall};
  auto interval = dependent_interval(dependent);
  if (!interval) interval = interval_of(data, source, inputs.rule, inputs.planned_samples);
  if (interval) check.interval = ends_of(*interval);
  return check;
}

AccumulatedData data_worth(const MetricSource& source, std::size_t version, const RewardInputs& inputs) {
  const auto worth = effective_data({.store = inputs.store,
                                     .source = source,
                                     .version = version,
                                     .rule = inputs.rule,
                                     .stall = inputs.stall});
  return worth ? *worth : inputs.store.data(source.series, version);
}

std::optional<stats::Posterior> posterior_of(const AccumulatedData& data, const MetricSource& source) {
  if (source.quantity == Quantity::proportion) return stats::posterior_of(data.counts);
  if (source.quantity == Quantity::mean) return stats::posterior_of(data.moments);
  return std::nullopt;
}

namespace {

/// Of the values that stand beside it, so that readers can work it out, and not of the posteriors; against
/// nothing there is none.
std::optional<double> lift_of(const std::optional<double>& baseline, const std::optional<double>& value) {
  if (!baseline || !value || !(*baseline > 0)) return std::nullopt;
  return *value / *baseline - 1;
}

}  // namespace

std::optional<stats::Ranking> rank(std::vector<RewardCheck>& versions,
                                   const std::vector<stats::Posterior>& posteriors,
                                   std::span<const double> feasibility, Direction direction, double level) {
  const auto better = direction == Direction::high ? stats::Better::higher : stats::Better::lower;
  std::vector<stats::Contender> contenders;
  for (std::size_t version = 0; version < posteriors.size(); ++version)
    contenders.push_back({.posterior = posteriors[version], .feasibility = feasibility[version]});
  stats::Ranking ranking = stats::ranking_of(contenders, better);
  if (ranking.invalid_reason) return std::nullopt;
  for (std::size_t version = 0; version < posteriors.size(); ++version) {
    RewardCheck& check = versions[version];
    check.probability_best = if_finite(ranking.best[version]);
    check.expected_loss = if_finite(ranking.expected_loss[version]);
    if (version == 0) continue;
    const stats::Comparison comparison =
        stats::comparison_of(posteriors[0], posteriors[version], better, level);
    if (comparison.invalid_reason) continue;
    if (std::isfinite(comparison.lift)) check.lift = lift_of(versions[0].value, check.value);
    if (check.lift) check.lift_interval = ends_of(comparison.lift_interval);
    check.probability_beats_baseline = if_finite(comparison.probability_beats);
  }
  return ranking;
}

}  // namespace iter8::verdict
