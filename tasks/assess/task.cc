#include "tasks/assess/task.h"

#include <algorithm>

#include <fmt/format.h>

#include "base/error.h"
#include "tasks/assess/objectives.h"
#include "tasks/assess/winner.h"

namespace iter8::tasks {

namespace {

using experiment::Assessment;
using experiment::Objective;
using experiment::ObjectiveCheck;
using experiment::Result;
using experiment::Verdict;

Verdict verdict_of(const Assessment& assessment) {
  Verdict verdict = Verdict::skipped;
  for (const Objective& objective : assessment.objectives)
    for (const ObjectiveCheck& check : objective.versions) verdict = combined(verdict, check.verdict);
  if (!assessment.objectives.empty()) return verdict;
  for (const auto& reward : assessment.rewards)
    for (const auto& check : reward.versions)
      verdict = combined(verdict, check.value ? Verdict::pass : Verdict::error);
  return verdict;
}

/// One warning a metric without data, however many versions and objectives lack it.
std::vector<experiment::Warning> missing_metrics(const Assessment& assessment) {
  std::vector<experiment::Warning> warnings;
  const auto warn = [&](std::string message) {
    const auto is_known = [&](const auto& warning) { return warning.message == message; };
    if (std::none_of(warnings.begin(), warnings.end(), is_known))
      warnings.push_back({.code = "missing-metric", .message = std::move(message)});
  };
  for (const Objective& objective : assessment.objectives)
    for (const ObjectiveCheck& check : objective.versions)
      if (!check.value) warn(check.reason);
  for (const auto& reward : assessment.rewards)
    if (std::any_of(reward.versions.begin(), reward.versions.end(),
                    [](const auto& check) { return !check.value; }))
      warn("not every version has a value of the reward " + reward.metric);
  return warnings;
}

std::string message_of(const Assessment& assessment, const Result& result) {
  const auto met = std::count_if(assessment.objectives.begin(), assessment.objectives.end(),
                                 [](const Objective& objective) {
                                   return std::all_of(objective.versions.begin(), objective.versions.end(),
                                                      [](const auto& c) { return c.satisfied; });
                                 });
  std::string message = fmt::format("verdict {}", to_text(assessment.verdict));
  if (!assessment.objectives.empty())
    message += fmt::format(", {} of {} objectives satisfied", met, assessment.objectives.size());
  if (result.versions.size() > 1 && assessment.winner)
    message +=
        assessment.winner->found ? ", winner " + result.versions[*assessment.winner->version] : ", no winner";
  return message;
}

std::unique_ptr<experiment::Task> build(const config::Node& with, experiment::BuildContext& context) {
  AssessOptions options;
  if (!fields_of(&options).read(with, context.problems, options)) return nullptr;
  Criteria criteria = criteria_of(options);

  if (criteria.objectives.empty() && criteria.rewards.empty())
    context.problems.warning(context.position, "nothing to assess; expected slos or a reward");
  // Versions that only a load task names are counted when the task runs.
  if (criteria.pattern && !context.versions.empty()) {
    if (const auto objection =
            objection_to(*criteria.pattern, context.versions.size(), criteria.rewards.size())) {
      context.problems.error(context.position, *objection);
      return nullptr;
    }
  }
  return std::make_unique<AssessTask>(std::move(criteria));
}

}  // namespace

experiment::Outcome AssessTask::run(const experiment::Context& context) {
  const Result& result = context.result;
  if (criteria_.objectives.empty() && criteria_.rewards.empty()) return {.message = "nothing to assess"};
  const std::size_t rewards = criteria_.rewards.size();
  if (criteria_.pattern)
    if (const auto objection = objection_to(*criteria_.pattern, result.versions.size(), rewards))
      throw base::Error(*objection);
  const Pattern pattern = criteria_.pattern.value_or(inferred_pattern(result.versions.size(), rewards));

  Assessment assessment{.pattern = std::string(to_text(pattern))};
  for (const auto& objective : criteria_.objectives)
    assessment.objectives.push_back(judged(objective, criteria_, result));
  for (const auto& reward : criteria_.rewards) assessment.rewards.push_back(measured_reward(reward, result));
  assessment.winner = winner_of(assessment, pattern, result);
  assessment.verdict = verdict_of(assessment);
  assessment.warnings = missing_metrics(assessment);
  std::string message = message_of(assessment, result);
  return {.message = std::move(message), .assessment = std::move(assessment)};
}

std::vector<std::string> AssessTask::plan(const std::vector<experiment::Version>&) const {
  std::vector<std::string> lines;
  for (const auto& objective : criteria_.objectives) lines.push_back("objective " + described(objective));
  for (const auto& reward : criteria_.rewards) {
    const bool is_high = reward.direction == experiment::Direction::high;
    lines.push_back(fmt::format("reward {}, {} is better", reward.metric.value, is_high ? "high" : "low"));
  }
  return lines;
}

std::vector<experiment::MetricReference> AssessTask::consumes() const {
  std::vector<experiment::MetricReference> references;
  for (const auto& objective : criteria_.objectives)
    references.push_back({objective.metric.value, objective.metric.position});
  for (const auto& reward : criteria_.rewards)
    references.push_back({reward.metric.value, reward.metric.position});
  for (const auto& indicator : criteria_.indicators)
    references.push_back({indicator.value, indicator.position});
  if (criteria_.request_count)
    references.push_back({criteria_.request_count->value, criteria_.request_count->position});
  return references;
}

std::vector<experiment::MetricLimit> AssessTask::limits() const {
  std::vector<experiment::MetricLimit> limits;
  for (const auto& objective : criteria_.objectives)
    for (const auto& limit : {objective.upper, objective.lower})
      if (const auto number = limit ? in_unit(*limit, "") : std::nullopt)
        limits.push_back({.metric = objective.metric.value, .limit = *number});
  return limits;
}

experiment::TaskKind assess_kind() {
  return {.name = "assess",
          .aliases = {"assess-app-versions", "assess-versions"},
          .summary = "Judges recorded metrics: objectives, rewards and the winner",
          .options = fields_of(static_cast<const AssessOptions*>(nullptr)).schema(),
          .build = build};
}

}  // namespace iter8::tasks
