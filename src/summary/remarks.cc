#include "summary/remarks.h"

#include <map>
#include <set>

#include <fmt/format.h>

#include "base/digest.h"
#include "summary/verdict.h"
#include "summary/winner.h"
#include "summary/wording.h"

namespace iter8::summary {

using experiment::ExecutionStatus;
using experiment::Result;
using experiment::Verdict;

namespace {

constexpr std::string_view kDegraded = "degraded";  // the code of the warning

bool is_broken_off(const experiment::Execution& execution) {
  return execution.status == ExecutionStatus::failed || execution.status == ExecutionStatus::interrupted;
}

void add_file_problems(const Result& result, std::vector<Remark>& list) {
  for (const experiment::FileProblem& problem : result.file_problems)
    list.push_back({.level = problem.is_error ? Remark::Level::error : Remark::Level::warning,
                    .kind = Remark::Kind::file,
                    .subject = {},
                    .message = problem.message,
                    .line = problem.line,
                    .column = problem.column});
}

void add_failed_tasks(const Result& result, std::vector<Remark>& list) {
  for (const experiment::Execution& execution : result.executions) {
    if (!is_broken_off(execution)) continue;
    const std::string reason = execution.message.empty() ? "no reason was given" : execution.message;
    const bool is_failed = execution.status == ExecutionStatus::failed;
    list.push_back({.kind = Remark::Kind::task,
                    .subject = task_title(execution),
                    .message = is_failed ? reason : "interrupted; " + reason,
                    .line = execution.line});
  }
}

enum class Gating { yes, no };

/// What no verdict depends on is a warning, however it came out.
void add_objectives(const Result& result, Gating gating, std::vector<Remark>& list) {
  if (!result.assessment) return;
  for (const experiment::Objective& objective : result.assessment->objectives) {
    for (std::size_t version = 0; version < objective.versions.size(); ++version) {
      const experiment::ObjectiveCheck& check = objective.versions[version];
      const bool is_gate = gates(objective, version);
      if (check.satisfied || is_gate != (gating == Gating::yes)) continue;
      const bool is_error = is_gate && check.verdict != Verdict::inconclusive;
      list.push_back({.level = is_error ? Remark::Level::error : Remark::Level::warning,
                      .subject = metric_of_version(objective.metric, result, version),
                      .message = reason_and_weight(objective, version),
                      .line = objective.line});
    }
  }
}

/// Several complaints about one thing are told apart by their order.
void add_fingerprints(const Result& result, std::vector<Remark>& list) {
  std::map<std::string, int> seen;
  for (Remark& remark : list) {
    const std::string& what = remark.subject.empty() ? remark.message : remark.subject;
    const std::string key = result.file + '\n' + std::string(to_text(remark.kind)) + '\n' + what;
    remark.fingerprint = base::sha256_hex(key + '\n' + std::to_string(seen[key]++));
  }
}

}  // namespace

std::string Remark::text() const {
  return subject.empty() ? message : subject + ": " + message;
}

std::string_view to_text(Remark::Kind kind) {
  switch (kind) {
    case Remark::Kind::file:
      return "file";
    case Remark::Kind::task:
      return "task";
    case Remark::Kind::objective:
      break;
  }
  return "objective";
}

std::vector<Remark> remarks(const Result& result) {
  std::vector<Remark> list;
  add_file_problems(result, list);
  add_failed_tasks(result, list);
  add_objectives(result, Gating::yes, list);
  add_objectives(result, Gating::no, list);
  add_fingerprints(result, list);
  return list;
}

std::string summary_sentence(const Result& result) {
  const std::string verdict(to_text(verdict_of(result)));
  const std::vector<Remark> list = remarks(result);
  if (!list.empty()) {
    const std::string text = verdict + ": " + list.front().text();
    return list.size() == 1 ? text : text + fmt::format(" (and {} more)", list.size() - 1);
  }
  const std::string note = verdict_note(result);
  if (note == kNothingJudged) return verdict + ": " + note;
  const std::size_t met = result.assessment ? result.assessment->objectives.size() : 0;
  const std::string winner = winner_and_reason(result);
  return fmt::format("{}: {}, {} objective{} met{}", verdict, note.empty() ? verdict : note, met,
                     met == 1 ? "" : "s", winner.empty() ? "" : "; winner: " + winner);
}

std::vector<std::string> unmet_objectives(const Result& result) {
  std::vector<std::string> lines;
  if (!result.assessment) return lines;
  for (const experiment::Objective& objective : result.assessment->objectives) {
    for (std::size_t version = 0; version < objective.versions.size(); ++version) {
      const experiment::ObjectiveCheck& check = objective.versions[version];
      if (check.satisfied) continue;
      lines.push_back(metric_of_version(objective.metric, result, version) + ": " +
                      reason_and_weight(objective, version));
    }
  }
  return lines;
}

std::vector<std::string> failures(const Result& result) {
  std::vector<std::string> lines;
  for (const experiment::FileProblem& problem : result.file_problems)
    lines.push_back(problem_text(problem, result));
  for (const experiment::Execution& execution : result.executions)
    if (is_broken_off(execution)) lines.push_back(failure_text(execution));
  return lines;
}

std::string failures_title(const Result& result) {
  return result.file_problems.empty() ? "Task failures" : "Errors of the file";
}

std::vector<std::string> degradations(const Result& result) {
  std::vector<std::string> lines;
  std::set<std::string> known;
  for (const experiment::Execution& execution : result.executions)
    for (const experiment::Warning& warning : execution.warnings)
      if (warning.code == kDegraded && known.insert(warning.message).second) lines.push_back(warning.message);
  return lines;
}

std::vector<std::string> warnings(const Result& result, Beside beside) {
  // The counts name the status, but of a failed connection only its class.
  const auto is_counted = [beside](const experiment::Warning& warning) {
    return beside == Beside::causes_of_errors && warning.code == "all-failed" &&
           warning.message.find("' failed: status ") != std::string::npos;
  };
  std::vector<std::string> lines;
  std::set<std::string> known;
  for (const std::string& line : degradations(result)) known.insert(line);
  if (result.assessment)  // a reason stands beside its objective already
    for (const experiment::Objective& objective : result.assessment->objectives)
      for (const auto& check : objective.versions) known.insert(check.reason);
  const auto add = [&](const std::vector<experiment::Warning>& list) {
    for (const experiment::Warning& warning : list)
      if (!is_counted(warning) && known.insert(warning.message).second) lines.push_back(warning.message);
  };
  if (result.assessment) add(result.assessment->warnings);
  for (const experiment::Execution& execution : result.executions) add(execution.warnings);
  return lines;
}

}  // namespace iter8::summary
