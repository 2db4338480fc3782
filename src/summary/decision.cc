#include "summary/decision.h"

#include <cmath>

#include <fmt/format.h>

#include "base/text.h"
#include "summary/numbers.h"
#include "summary/verdict.h"
#include "summary/winner.h"
#include "summary/wording.h"

namespace iter8::summary {

namespace {

using experiment::Objective;
using experiment::ObjectiveCheck;
using experiment::Result;
using experiment::Verdict;

/// One objective for one version.
struct Checked {
  const Objective* objective = nullptr;
  const ObjectiveCheck* check = nullptr;
  std::size_t version = 0;
};

/// Calls `look` for every check, the candidates' before the baseline's.
template <typename Look>
void for_each_check(const Result& result, Look look) {
  for (const bool of_baseline : {false, true})
    for (const Objective& objective : result.assessment->objectives)
      for (std::size_t version = 0; version < objective.versions.size(); ++version)
        if ((version == 0) == of_baseline) look(Checked{&objective, &objective.versions[version], version});
}

/// Of the checks that the verdict rests on, the first with this verdict.
Checked first_with(const Result& result, Verdict verdict) {
  Checked first;
  for_each_check(result, [&](const Checked& one) {
    const bool is_gate = gates(*one.objective, one.version);
    if (!first.check && is_gate && one.check->verdict == verdict) first = one;
  });
  return first;
}

/// How far a value is from its limit, as a share of the limit; what has no such share counts as far.
double margin(const ObjectiveCheck& check) {
  if (!check.value || !check.limit || *check.limit == 0) return 1;
  return std::fabs(*check.limit - *check.value) / std::fabs(*check.limit);
}

Checked nearest_to_limit(const Result& result) {
  Checked nearest;
  for_each_check(result, [&](const Checked& one) {
    if (!nearest.check || margin(*one.check) < margin(*nearest.check)) nearest = one;
  });
  return nearest;
}

std::string measured_text(const Result& result, const Checked& checked) {
  if (!checked.check->value) return "no data";
  const auto info = experiment::metric_info(result, checked.objective->metric);
  return quantity(*checked.check->value, info ? info->unit : "");
}

Decision decision_by(const Result& result, const Checked& checked) {
  Decision decision{.version = checked.version, .metric = checked.objective->metric, .text = {}};
  const std::string& reason = checked.check->reason;
  if (result.versions.size() > 1) decision.text = version_name(result, checked.version) + ": ";
  decision.text += decision.metric + ": " + (reason.empty() ? measured_text(result, checked) : reason);
  return decision;
}

std::string what_failed(const Result& result) {
  for (const experiment::Execution& execution : result.executions)
    if (execution.status == experiment::ExecutionStatus::failed)
      return execution.task + " failed: " + execution.message;
  return result.interrupted.empty() ? "a task failed" : "interrupted by " + result.interrupted;
}

/// Nothing is missed and nothing undecided.
Decision decision_of_pass(const Result& result) {
  Decision decision{.version = winner_of(result), .metric = {}, .text = winner_clause(result)};
  const bool has_objectives = !result.assessment->objectives.empty();
  if (decision.text.empty() && has_objectives) decision.text = "every objective is satisfied";
  if (!result.assessment->rewards.empty()) {
    decision.metric = result.assessment->rewards.front().metric;
  } else if (const Checked nearest = nearest_to_limit(result); nearest.check) {
    decision.metric = nearest.objective->metric;
    if (!decision.version) decision.version = nearest.version;
  }
  return decision;
}

/// No objective is missed or undecided: the baseline won, or nobody did yet.
Decision decision_by_reward(const Result& result) {
  Decision decision = decision_of_pass(result);
  const auto& winner = result.assessment->winner;
  if (!winner_of(result) && winner && !winner->reason.empty()) decision.text = winner->reason;
  return decision;
}

std::string joined(const std::string& verdict, const std::string& why) {
  return why.empty() ? verdict : verdict + ": " + why;
}

}  // namespace

Decision decision_of(const Result& result) {
  if (result.failure || !result.interrupted.empty())
    return {.version = {}, .metric = {}, .text = what_failed(result)};
  const Verdict verdict = judged_verdict(result);
  if (verdict == Verdict::skipped) return {.version = {}, .metric = {}, .text = std::string(kNothingJudged)};
  if (result.assessment->verdict == Verdict::pass) return decision_of_pass(result);
  if (const Checked decisive = first_with(result, verdict); decisive.check)
    return decision_by(result, decisive);
  return decision_by_reward(result);
}

std::string headline(const Result& result) {
  return joined(std::string(to_text(current_verdict(result))), decision_of(result).text);
}

std::string closing_headline(const Result& result) {
  const std::string note = verdict_note(result);
  const bool is_broken_off = !result.file_problems.empty() || note == "incomplete";
  const std::string why = decision_of(result).text;
  if (verdict_of(result) == Verdict::skipped)
    return joined(std::string(to_text(Verdict::skipped)),
                  fmt::format("{}; {} of {} completed", kNothingJudged, result.num_completed_tasks,
                              base::count_text(static_cast<std::size_t>(result.num_tasks), "task")));
  if (is_broken_off) return joined(verdict_title(result), why == kNothingJudged ? "" : why);
  if (judged_verdict(result) == Verdict::inconclusive) return joined(verdict_title(result), why);
  return joined(std::string(to_text(verdict_of(result))), why);
}

}  // namespace iter8::summary
