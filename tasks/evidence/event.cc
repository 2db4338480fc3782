#include "tasks/evidence/event.h"

#include <fmt/format.h>

#include "base/digest.h"
#include "base/text.h"
#include "experiment/result/result.h"
#include "summary/condition.h"
#include "summary/decision.h"
#include "summary/winner.h"
#include "summary/wording.h"

namespace iter8::tasks {

namespace {

using experiment::Objective;
using experiment::Result;
using experiment::Verdict;

constexpr std::size_t kLongestText = 1000;

/// Makes texts of the result fit to be told: without secrets and control characters.
class SafeText {
 public:
  explicit SafeText(const base::Secrets& secrets) : secrets_(secrets) {}
  std::string operator()(std::string_view text) const {
    return base::printable(secrets_.mask(text), kLongestText);
  }

 private:
  const base::Secrets& secrets_;
};

RunStatus run_status_of(const Result& result) {
  switch (experiment::current_verdict(result)) {
    case Verdict::pass:
      return RunStatus::success;
    case Verdict::fail:
      return RunStatus::failure;
    case Verdict::inconclusive:
      return RunStatus::inconclusive;
    case Verdict::error:
      return result.failure || !result.interrupted.empty() ? RunStatus::failure : RunStatus::inconclusive;
    case Verdict::skipped:
      break;
  }
  return result.declared_objectives > 0 ? RunStatus::inconclusive : RunStatus::success;
}

std::vector<CheckedObjective> objectives_of(const Result& result, const SafeText& safe) {
  std::vector<CheckedObjective> list;
  if (!result.assessment) return list;
  for (const Objective& objective : result.assessment->objectives) {
    const auto info = metric_info(result, objective.metric);
    const std::string unit = info ? info->unit : "";
    for (std::size_t version = 0; version < objective.versions.size(); ++version) {
      const experiment::ObjectiveCheck& check = objective.versions[version];
      list.push_back({.condition = safe(summary::condition_in_words(objective, result)),
                      .metric = safe(objective.metric),
                      .unit = safe(unit),
                      .version = safe(summary::version_name(result, version)),
                      .value = check.value,
                      .limit = check.limit,
                      .verdict = check.verdict,
                      .reason = safe(check.reason)});
    }
  }
  return list;
}

std::vector<std::string> failures_of(const Result& result, const SafeText& safe) {
  std::vector<std::string> lines;
  for (const experiment::Execution& execution : result.executions) {
    if (execution.status == experiment::ExecutionStatus::failed)
      lines.push_back(safe(summary::failure_text(execution)));
  }
  return lines;
}

/// From what is the same for every attempt, and for a run that is resumed.
std::string id_of(const EventSource& source) {
  return base::sha256_hex(fmt::format("{}\n{}\n{}\n{}", source.result.digest,
                                      base::to_rfc3339(source.result.start), source.iteration,
                                      source.source_id))
      .substr(0, 32);
}

/// A result to show in --dry-run what would be told: a run of these versions that passed.
Result sample_result(const std::vector<experiment::Version>& versions, const std::string& name) {
  Result result;
  result.iter8_version = "0";
  result.experiment_name = name;
  for (const experiment::Version& version : versions) result.versions.push_back(version.name);
  if (result.versions.empty()) result.versions.emplace_back("0");

  experiment::Objective objective{.metric = "(the metric that decided)", .upper = 100};
  for (std::size_t version = 0; version < result.versions.size(); ++version)
    objective.versions.push_back({.value = 90, .limit = 100, .satisfied = true, .verdict = Verdict::pass});
  experiment::Assessment assessment{.verdict = Verdict::pass, .objectives = {objective}};
  const std::size_t last = result.versions.size() - 1;
  assessment.winner = experiment::Winner{.found = true, .version = last, .best = {last}, .recommended = last};
  result.assessment = std::move(assessment);
  result.declared_objectives = 1;
  return result;
}

}  // namespace

std::string_view to_text(RunStatus status) {
  switch (status) {
    case RunStatus::success:
      return "success";
    case RunStatus::failure:
      return "failure";
    case RunStatus::inconclusive:
      return "inconclusive";
  }
  return "inconclusive";
}

Event event_of(const EventSource& source) {
  const Result& result = source.result;
  const SafeText safe(source.secrets);
  const summary::Decision decision = summary::decision_of(result);
  Event event{.status = run_status_of(result),
              .verdict = std::string(to_text(experiment::current_verdict(result))),
              .experiment = safe(result.experiment_name),
              .version = decision.version ? safe(summary::version_name(result, *decision.version)) : "",
              .metric = safe(decision.metric),
              .objectives = objectives_of(result, safe),
              .failures = failures_of(result, safe),
              .run = source.run,
              .iter8_version = result.iter8_version,
              .start = result.start,
              .time = source.now,
              .iteration = source.iteration,
              .id = id_of(source)};
  event.headline = event.verdict;
  for (const std::string& part : {event.experiment, safe(decision.text)})
    if (!part.empty()) event.headline += ": " + part;
  for (const std::string& name : result.versions) event.versions.push_back(safe(name));
  if (result.assessment && result.assessment->winner && result.versions.size() > 1) {
    if (summary::winner_of(result)) event.winner = safe(summary::winner_name(result));
    event.recommended = safe(summary::version_name(result, result.assessment->winner->recommended));
  }
  return event;
}

Event event_of(const experiment::Context& context, std::string_view source_id) {
  const CiRun run = ci_run_of(context.environment);
  return event_of({.result = context.result,
                   .run = run,
                   .now = context.clock.wall(),
                   .secrets = context.secrets,
                   .iteration = context.iteration,
                   .source_id = source_id});
}

Event sample_event(const std::vector<experiment::Version>& versions, const CiRun& run,
                   std::string_view source_id, const std::string& name) {
  const base::Secrets none;
  const Result sample = sample_result(versions, name);
  return event_of({.result = sample, .run = run, .now = {}, .secrets = none, .source_id = source_id});
}

}  // namespace iter8::tasks
