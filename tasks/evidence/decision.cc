#include "tasks/evidence/decision.h"

#include <cmath>

#include <fmt/format.h>

#include "base/number.h"
#include "tasks/evidence/evidence.h"

namespace iter8::tasks {

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

Checked first_that(const Result& result, bool (*holds)(Verdict)) {
  Checked first;
  for_each_check(result, [&](const Checked& one) {
    if (!first.check && holds(one.check->verdict)) first = one;
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

std::string value_text(const Result& result, const Checked& checked) {
  if (!checked.check->value) return "no data";
  const auto info = experiment::metric_info(result, checked.objective->metric);
  return quantity(*checked.check->value, info ? info->unit : "");
}

Decision decision_from(const Result& result, const Checked& checked) {
  Decision decision{.version = checked.version, .metric = checked.objective->metric, .text = {}};
  const std::string& reason = checked.check->reason;
  if (result.versions.size() > 1) decision.text = version_name(result, checked.version) + ": ";
  decision.text += decision.metric + ": " + (reason.empty() ? value_text(result, checked) : reason);
  return decision;
}

std::string failure_text(const Result& result) {
  for (const experiment::Execution& execution : result.executions)
    if (execution.status == experiment::ExecutionStatus::failed)
      return execution.task + " failed: " + execution.message;
  return result.interrupted.empty() ? "a task failed" : "interrupted by " + result.interrupted;
}

/// Nothing is missed and nothing undecided.
Decision decision_of_pass(const Result& result) {
  Decision decision{.version = winner_of(result), .metric = {}, .text = winner_text(result)};
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

}  // namespace

std::string version_name(const Result& result, std::size_t version) {
  return version < result.versions.size() ? result.versions[version] : std::to_string(version);
}

std::string quantity(double value, std::string_view unit) {
  std::string number = base::shortest(value);
  if (std::isfinite(value) && std::trunc(value) != value) {
    const double size = std::fabs(value);
    if (size >= 1) {
      number = base::fixed(value, size >= 1000 ? 0 : size >= 100 ? 1 : 2);
    } else {
      number = fmt::format("{:.3g}", value);
    }
  }
  return unit.empty() ? number : number + " " + std::string(unit);
}

Decision decision_of(const Result& result) {
  if (result.failure || !result.interrupted.empty())
    return {.version = {}, .metric = {}, .text = failure_text(result)};
  if (!result.assessment) return {.version = {}, .metric = {}, .text = "nothing was assessed"};
  const Checked missed = first_that(result, [](Verdict verdict) { return verdict == Verdict::fail; });
  if (missed.check) return decision_from(result, missed);
  const Checked undecided = first_that(result, [](Verdict verdict) { return verdict != Verdict::pass; });
  if (undecided.check) return decision_from(result, undecided);
  return decision_of_pass(result);
}

}  // namespace iter8::tasks
