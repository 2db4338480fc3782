#include "report/remarks.h"

#include <map>

#include "base/digest.h"
#include "report/view.h"

namespace iter8::report {

using experiment::ExecutionStatus;
using experiment::Result;
using experiment::Verdict;

namespace {

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
    if (execution.status != ExecutionStatus::failed && execution.status != ExecutionStatus::interrupted)
      continue;
    const std::string reason = execution.message.empty() ? "no reason was given" : execution.message;
    const bool is_failed = execution.status == ExecutionStatus::failed;
    list.push_back({.kind = Remark::Kind::task,
                    .subject = title_of(execution),
                    .message = is_failed ? reason : "interrupted; " + reason,
                    .line = execution.line});
  }
}

enum class Gating { yes, no };

/// What nothing depends on is no error, however it came out.
void add_objectives(const Result& result, Gating gating, std::vector<Remark>& list) {
  if (!result.assessment) return;
  for (const experiment::Objective& objective : result.assessment->objectives) {
    if (objective.gate != (gating == Gating::yes)) continue;
    for (std::size_t version = 0; version < objective.versions.size(); ++version) {
      const experiment::ObjectiveCheck& check = objective.versions[version];
      if (check.satisfied) continue;
      const bool is_error = objective.gate && check.verdict != Verdict::inconclusive;
      const std::string reason = check.reason.empty() ? std::string(to_text(check.verdict)) : check.reason;
      list.push_back({.level = is_error ? Remark::Level::error : Remark::Level::warning,
                      .subject = whose(objective.metric, result, version),
                      .message = objective.gate ? reason : reason + " (not gating)",
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

}  // namespace iter8::report
