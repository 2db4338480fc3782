#include "summary/wording.h"

#include <fmt/format.h>

#include "base/clock.h"
#include "base/text.h"

namespace iter8::summary {

using experiment::Execution;
using experiment::Result;

std::string version_name(const Result& result, std::size_t version) {
  return version < result.versions.size() ? result.versions[version] : std::to_string(version);
}

std::string version_label(const Result& result, std::size_t version) {
  const std::string number = std::to_string(version);
  const std::string name = version_name(result, version);
  return name == number ? "version " + number : name;
}

std::string metric_of_version(const std::string& metric, const Result& result, std::size_t version) {
  return result.versions.size() > 1 ? metric + " of " + version_label(result, version) : metric;
}

std::string metric_with_unit(const std::string& metric, const Result& result) {
  const auto info = metric_info(result, metric);
  return info && !info->unit.empty() ? metric + " (" + info->unit + ")" : metric;
}

std::string reason_of(const experiment::ObjectiveCheck& check) {
  return check.reason.empty() ? std::string(to_text(check.verdict)) : check.reason;
}

std::string reason_and_weight(const experiment::Objective& objective, std::size_t version) {
  std::string reason = reason_of(objective.versions[version]);
  if (!objective.gate) return reason + " (not gating)";
  if (gates(objective, version)) return reason;
  return reason + (version == 0 ? " (a remark: the candidates decide)" : " (a remark: another version won)");
}

std::string task_title(const Execution& execution) {
  return execution.name.empty() ? execution.task : execution.task + " (" + execution.name + ")";
}

std::string execution_title(const Execution& execution) {
  const std::string title = task_title(execution);
  return execution.iteration > 1 ? fmt::format("{}, iteration {}", title, execution.iteration) : title;
}

std::string failure_text(const Execution& execution) {
  const bool is_interrupted = execution.status == experiment::ExecutionStatus::interrupted;
  return task_title(execution) + ": " + (is_interrupted ? "interrupted; " : "") + execution.message;
}

std::string problem_text(const experiment::FileProblem& problem, const Result& result) {
  std::string where = result.file;
  if (problem.line > 0) where += fmt::format(":{}:{}", problem.line, problem.column);
  return fmt::format("{}: {}: {}", where, problem.is_error ? "error" : "warning", problem.message);
}

std::string run_facts(const Result& result) {
  std::string facts = fmt::format("{} of {} tasks completed, {} loop{}, started {}",
                                  result.num_completed_tasks, result.num_tasks, result.num_loops,
                                  result.num_loops == 1 ? "" : "s", base::to_rfc3339(result.start));
  if (result.end) facts += ", ended " + base::to_rfc3339(*result.end);
  if (!result.interrupted.empty()) facts += ", interrupted by " + result.interrupted;
  if (!result.walls.empty()) facts += "; walls: " + base::join(result.walls, ", ");
  return facts;
}

}  // namespace iter8::summary
