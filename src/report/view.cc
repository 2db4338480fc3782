#include "report/view.h"

#include <algorithm>
#include <set>

#include <fmt/format.h>

#include "base/number.h"

namespace iter8::report {

using experiment::Objective;
using experiment::Result;

namespace {

std::string with_unit(const std::string& metric, const Result& result) {
  const auto info = metric_info(result, metric);
  return info && !info->unit.empty() ? metric + " (" + info->unit + ")" : metric;
}

std::string limit_text(const std::optional<double>& absolute, const std::optional<std::string>& relative,
                       const std::string& whom) {
  if (relative && whom == "previous") return *relative + " of the previous run";
  if (relative) return *relative + " of " + (whom.empty() ? "the baseline" : whom);
  return base::shortest(absolute.value_or(0));
}

}  // namespace

std::string headline(const Result& result) {
  if (!result.file_problems.empty()) return "invalid file";
  if (!result.interrupted.empty()) return "interrupted";
  if (result.failure) return "failed";
  if (!result.completed()) return "incomplete";
  if (!result.assessment) return "not assessed";
  const bool is_partial = std::ssize(result.assessment->objectives) < result.declared_objectives;
  if (is_partial && result.assessment->verdict == experiment::Verdict::pass) return "partly assessed";
  return std::string(to_text(result.assessment->verdict));
}

std::string_view verdict_word(const Result& result) {
  const std::string head = headline(result);
  if (head == "partly assessed") return "inconclusive";
  if (head == "not assessed") return to_text(experiment::Verdict::skipped);
  const bool is_judged = result.assessment && head == to_text(result.assessment->verdict);
  return is_judged ? to_text(result.assessment->verdict) : "error";
}

std::string version_name(const Result& result, std::size_t version) {
  return version < result.versions.size() ? result.versions[version] : std::to_string(version);
}

std::string column_of(const Result& result, std::size_t version) {
  const std::string number = std::to_string(version);
  const std::string name = version_name(result, version);
  return name == number ? "version " + number : name;
}

std::string whose(const std::string& metric, const Result& result, std::size_t version) {
  return result.versions.size() > 1 ? metric + " of " + column_of(result, version) : metric;
}

std::string title_of(const experiment::Execution& execution) {
  return execution.name.empty() ? execution.task : execution.task + " (" + execution.name + ")";
}

std::string condition_of(const Objective& objective, const Result& result) {
  std::string text = with_unit(objective.metric, result);
  if (objective.upper || objective.relative_upper)
    text += " <= " + limit_text(objective.upper, objective.relative_upper, objective.relative_to);
  if (objective.lower || objective.relative_lower)
    text = limit_text(objective.lower, objective.relative_lower, objective.relative_to) + " <= " + text;
  return objective.gate ? text : text + " (not gating)";
}

std::vector<std::string> objections(const Result& result) {
  std::vector<std::string> lines;
  if (!result.assessment) return lines;
  for (const Objective& objective : result.assessment->objectives) {
    for (std::size_t version = 0; version < objective.versions.size(); ++version) {
      const auto& check = objective.versions[version];
      if (check.satisfied) continue;
      lines.push_back(fmt::format("{}: {}", whose(objective.metric, result, version),
                                  check.reason.empty() ? to_text(check.verdict) : check.reason));
    }
  }
  return lines;
}

std::string winner_sentence(const Result& result) {
  if (result.versions.size() < 2 || !result.assessment || !result.assessment->winner) return {};
  const experiment::Winner& winner = *result.assessment->winner;
  const std::string who = winner.found && winner.version ? column_of(result, *winner.version) : "none";
  return winner.reason.empty() ? who : who + " (" + winner.reason + ")";
}

std::string problem_text(const experiment::FileProblem& problem, const Result& result) {
  std::string where = result.file;
  if (problem.line > 0) where += fmt::format(":{}:{}", problem.line, problem.column);
  return fmt::format("{}: {}: {}", where, problem.is_error ? "error" : "warning", problem.message);
}

std::string failures_title(const Result& result) {
  return result.file_problems.empty() ? "Task failures" : "Errors of the file";
}

std::vector<std::string> failures(const Result& result) {
  std::vector<std::string> lines;
  for (const experiment::FileProblem& problem : result.file_problems)
    lines.push_back(problem_text(problem, result));
  for (const experiment::Execution& execution : result.executions) {
    const bool is_failed = execution.status == experiment::ExecutionStatus::failed;
    if (!is_failed && execution.status != experiment::ExecutionStatus::interrupted) continue;
    const std::string end = is_failed ? "" : "interrupted; ";
    lines.push_back(title_of(execution) + ": " + end + execution.message);
  }
  return lines;
}

std::vector<std::string> warnings(const Result& result) {
  std::vector<std::string> lines;
  std::set<std::string> known;
  if (result.assessment)  // a reason stands beside its objective already
    for (const Objective& objective : result.assessment->objectives)
      for (const auto& check : objective.versions) known.insert(check.reason);
  const auto add = [&](const std::vector<experiment::Warning>& list) {
    for (const experiment::Warning& warning : list)
      if (known.insert(warning.message).second) lines.push_back(warning.message);
  };
  if (result.assessment) add(result.assessment->warnings);
  for (const experiment::Execution& execution : result.executions) add(execution.warnings);
  return lines;
}

}  // namespace iter8::report
