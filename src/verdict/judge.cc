#include "verdict/judge.h"

#include <algorithm>
#include <utility>

#include <fmt/format.h>

#include "base/duration.h"
#include "verdict/comparisons.h"
#include "verdict/fast_failures.h"
#include "verdict/objective.h"
#include "verdict/quality.h"
#include "verdict/rewards.h"
#include "verdict/verdicts.h"
#include "verdict/winner.h"

namespace iter8::verdict {

using experiment::Assessment;
using experiment::Objective;
using experiment::ObjectiveCheck;
using experiment::Result;
using experiment::Verdict;
using experiment::Warning;
using stats::Decision;

namespace {

/// Evidence about means is tuned to the number of samples that the run will take: that of the first look
/// times the declared looks, and never changed again.
double planned_samples(const Result& result, const EvidenceStore& store, int iterations) {
  double samples = 0;
  for (const auto& [name, series] : result.metrics)
    for (std::size_t version = 0; version < result.versions.size(); ++version)
      samples = std::max(samples, store.data(name, version).moments.count);
  return iterations > 1 && samples > 1 ? samples * iterations : stats::kPlannedUnits;
}

/// The warning of a sample-ratio mismatch; nothing while the traffic is split as promised, or nobody
/// promised.
std::optional<Warning> traffic_warning(const Criteria& criteria, const Result& result, PastLooks& past) {
  const auto units = units_of(criteria, result, past.store);
  if (!units) return std::nullopt;
  const std::vector<double> weights(units->weights.begin(), units->weights.end());
  if (stats::invalid_reason_of(weights, units->counts)) return std::nullopt;
  past.split = stats::next_state(past.split, weights, units->counts);
  if (stats::split_of(past.split) != stats::Split::mismatch) return std::nullopt;
  return split_warning(*units, result);
}

/// In mode fixed only the last declared look decides.
bool is_planned_look(const stats::Rule& rule) {
  return rule.mode != stats::Mode::fixed || rule.look == stats::Look::last;
}

/// As the file gave it.
Objective objective_without_checks(const ObjectiveOptions& options, const Result& result, int task_line) {
  const auto info = metric_info(result, options.metric.value);
  Objective objective{.metric = options.metric.value,
                      .line = options.metric.position.line,
                      .task_line = task_line,
                      .relative_to = options.relative_to ? options.relative_to->value : "",
                      .confidence = options.confidence,
                      .gate = options.gate,
                      .key = options.key,
                      .weight = options.weight};
  const auto record = [&](const std::optional<Limit>& limit, auto& absolute, auto& relative) {
    if (!limit) return;
    if (limit->relative()) relative = limit->relative()->text;
    absolute = in_unit(*limit, info ? unit_of(*info) : experiment::Unit{});
  };
  record(options.upper, objective.upper, objective.relative_upper);
  record(options.lower, objective.lower, objective.relative_lower);
  return objective;
}

/// What this look decides about each case; Holm's procedure over all objectives of the version that gate.
std::vector<Decision> decisions_of(const std::vector<ObjectiveCase>& cases, const Criteria& criteria) {
  std::vector<Decision> decisions(cases.size(), Decision::undecided);
  std::vector<stats::Question> gates;
  for (std::size_t i = 0; i < cases.size(); ++i)
    if (cases[i].evidence && criteria.objectives[i].gate)
      gates.push_back({cases[i].evidence->finding.evidence, cases[i].evidence->rule});
  const std::vector<Decision> of_gates = stats::decisions_of(gates);
  std::size_t gate = 0;
  for (std::size_t i = 0; i < cases.size(); ++i) {
    if (!cases[i].evidence) continue;
    const stats::Rule& rule = cases[i].evidence->rule;
    const Decision decision = criteria.objectives[i].gate
                                  ? of_gates[gate++]
                                  : stats::decision_of(cases[i].evidence->finding.evidence, rule);
    if (is_planned_look(rule)) decisions[i] = decision;
  }
  return decisions;
}

/// Every objective for every version, and the warnings about their data.
std::vector<Objective> judge_objectives(const LookInputs& look,
                                        std::vector<std::vector<stats::Track>>& tracks,
                                        std::vector<Warning>& warnings) {
  const Criteria& criteria = look.criteria;
  std::vector<Objective> objectives;
  for (const ObjectiveOptions& options : criteria.objectives)
    objectives.push_back(objective_without_checks(options, look.result, look.at.line));
  tracks.resize(objectives.size());
  for (auto& versions : tracks) versions.resize(look.result.versions.size());

  for (std::size_t version = 0; version < look.result.versions.size(); ++version) {
    std::vector<ObjectiveCase> cases;
    for (const ObjectiveOptions& options : criteria.objectives)
      cases.push_back(objective_case(look, options, version));
    const std::vector<Decision> decisions = decisions_of(cases, criteria);
    for (std::size_t i = 0; i < cases.size(); ++i) {
      stats::Track& track = tracks[i][version];  // the first certified decision stays
      if (const auto& facts = cases[i].evidence) {
        track = stats::next_state(track, facts->finding.evidence, decisions[i]);
        objectives[i].alpha = {facts->rule.alpha_pass, facts->rule.alpha_fail};
        for (const Warning& warning : facts->finding.warnings) add_warning(warnings, warning);
      }
      objectives[i].versions.push_back(judge_objective(cases[i], track));
    }
  }
  return objectives;
}

/// P(every objective that gates is met), one a version.
std::vector<double> feasibility_of(const std::vector<Objective>& objectives, std::size_t versions) {
  std::vector<double> feasibility(versions, 1.0);
  for (const Objective& objective : objectives) {
    if (!objective.gate) continue;
    for (std::size_t version = 0; version < versions; ++version) {
      const ObjectiveCheck& check = objective.versions[version];
      feasibility[version] *= check.verdict == Verdict::fail ? 0 : check.probability.value_or(1);
    }
  }
  return feasibility;
}

/// The versions that cannot win on the first reward, each with a warning.
std::vector<std::size_t> excluded_versions(const LookInputs& look, std::vector<Warning>& warnings) {
  if (look.criteria.rewards.empty()) return {};
  const std::string& metric = look.criteria.rewards.front().metric.value;
  const ErrorInputs errors =
      error_inputs(look.criteria, look.result, look.store, look.at.iterations, look.at.look);
  std::vector<std::size_t> excluded = versions_that_fail_more(errors, metric);
  for (const std::size_t version : excluded)
    add_warning(warnings,
                {.code = "fails-more",
                 .message = fmt::format("certainly more requests to '{}' fail than to '{}': it "
                                        "cannot win on {}",
                                        look.result.versions[version], look.result.versions[0], metric)});
  return excluded;
}

/// The rewards, which the excluded versions cannot be the best in, and beside them how the versions compare
/// in other metrics.
std::vector<RewardEvidence> judge_rewards(const LookInputs& look, EvidenceMode mode, const stats::Rule& rule,
                                          const std::vector<std::size_t>& excluded, Assessment& assessment) {
  std::vector<double> feasibility = feasibility_of(assessment.objectives, look.result.versions.size());
  const RewardInputs inputs{
      .result = look.result,
      .mode = mode,
      .store = look.store,
      .rule = rule,
      .planned_samples = look.planned_samples,
      .feasibility = feasibility,
      .stall = look.criteria.stall ? std::optional(base::to_seconds(*look.criteria.stall)) : std::nullopt};
  if (mode != EvidenceMode::point) assessment.comparisons = comparisons_of(look.criteria, inputs);
  for (const std::size_t version : excluded) feasibility[version] = 0;
  std::vector<RewardEvidence> rewards;
  for (const RewardOptions& options : look.criteria.rewards) rewards.push_back(judge_reward(options, inputs));
  return rewards;
}

/// Rewards, winner and recommended weights.
void compare_versions(const LookInputs& look, bool by_evidence, std::optional<experiment::Winner>& earlier,
                      Assessment& assessment) {
  const EvidenceMode mode = evidence_mode(look.criteria, look.at.iterations);
  const stats::Rule rule{.mode = stats_mode(mode),
                         .look = look.at.look,
                         .alpha_pass = look.criteria.alpha.pass,
                         .alpha_fail = look.criteria.alpha.pass};
  const std::vector<std::size_t> excluded = excluded_versions(look, assessment.warnings);
  const std::vector<RewardEvidence> rewards = judge_rewards(look, mode, rule, excluded, assessment);
  bool is_misleading = !look.has_promised_traffic;
  for (const RewardEvidence& each : rewards) {
    assessment.rewards.push_back(each.reward);
    for (const Warning& warning : each.warnings) add_warning(assessment.warnings, warning);
    is_misleading = is_misleading || each.is_misleading;
  }
  const RewardEvidence* first = rewards.empty() ? nullptr : &rewards.front();
  const bool has_strength = first && !first->strength.empty();
  assessment.winner = decide_winner({.criteria = look.criteria,
                                     .assessment = assessment,
                                     .result = look.result,
                                     .by_evidence = by_evidence,
                                     .has_promised_traffic = look.has_promised_traffic,
                                     .reward = has_strength && is_planned_look(rule) ? first : nullptr,
                                     .waits = has_strength && !is_planned_look(rule),
                                     .earlier = earlier ? &*earlier : nullptr,
                                     .excluded = excluded});
  if (!by_evidence) return;
  if (assessment.winner->found && !earlier) earlier = assessment.winner;
  // What all data together say may be the opposite of the truth: no split is learnt from it.
  const bool is_ranked = first && first->ranking && !is_misleading;
  assessment.weights =
      recommended_weights(look.criteria, assessment, is_ranked ? &*first->ranking : nullptr, look.result);
}

/// What is kept of a look.
experiment::Look record_of(const Assessment& assessment, const LookAt& at) {
  experiment::Look look{.line = at.line, .iteration = at.iteration, .verdict = assessment.verdict};
  if (assessment.winner && assessment.winner->found) look.winner = assessment.winner->version;
  for (const Objective& objective : assessment.objectives) {
    auto& versions = look.objectives.emplace_back();
    for (const ObjectiveCheck& check : objective.versions)
      versions.push_back({check.log_evidence_pass.value_or(0), check.log_evidence_fail.value_or(0)});
  }
  return look;
}

}  // namespace

Judgement judge(const Criteria& criteria, const Result& result, const LookAt& at, PastLooks past) {
  const bool by_evidence = uses_evidence(criteria, at.iterations);
  std::optional<Warning> mismatch;
  if (by_evidence) {
    past.store.plan_looks(at.iterations);
    past.store.look(result, at.iteration);
    if (past.this_run) past.this_run->look(result, at.iteration);
    if (past.planned_samples <= 0) past.planned_samples = planned_samples(result, past.store, at.iterations);
    mismatch = traffic_warning(criteria, result, past);
  }
  const LookInputs look{.criteria = criteria,
                        .result = result,
                        .at = at,
                        .store = past.store,
                        .this_run = past.this_run ? &*past.this_run : nullptr,
                        .previous_run = past.previous_run ? &*past.previous_run : nullptr,
                        .planned_samples = past.planned_samples,
                        .has_promised_traffic = !mismatch};

  Assessment assessment{.pattern = std::string(to_text(pattern_of(criteria, result.versions.size())))};
  assessment.objectives = judge_objectives(look, past.tracks, assessment.warnings);
  assessment.scores = scores_of(criteria, assessment.objectives);
  if (mismatch) add_warning(assessment.warnings, *mismatch);
  if (by_evidence) add_quality_warnings(criteria, result, past.store, assessment.warnings);
  compare_versions(look, by_evidence, past.winner, assessment);
  assessment.verdict = verdict_of(criteria, assessment);
  set_gates(criteria, assessment);
  if (by_evidence) assessment.looks.push_back(record_of(assessment, at));

  for (const Warning& warning : std::exchange(past.warnings, {})) add_warning(assessment.warnings, warning);
  add_missing_metrics(assessment);
  for (const auto& indicator : criteria.indicators) assessment.indicators.push_back(indicator.value);
  return {.assessment = std::move(assessment), .looks = std::move(past)};
}

}  // namespace iter8::verdict
