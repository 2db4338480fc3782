#include "tasks/commit-status/annotations.h"

#include <algorithm>

#include "summary/wording.h"

namespace iter8::tasks::commit_status {

std::string path_in_repository(const experiment::Result& result, const base::Environment& environment) {
  const std::filesystem::path file = std::filesystem::absolute(result.file).lexically_normal();
  for (const char* variable : {"GITHUB_WORKSPACE", "CI_PROJECT_DIR"}) {
    if (!environment.has(variable)) continue;
    const std::filesystem::path root = std::filesystem::path(*environment.get(variable)).lexically_normal();
    std::string relative = file.lexically_relative(root).generic_string();
    if (!relative.empty() && !relative.starts_with("..")) return relative;
  }
  return std::filesystem::path(result.file).lexically_normal().generic_string();
}

std::vector<forge::Annotation> annotations_of(const experiment::Result& result, const std::string& path,
                                              const base::Secrets& secrets) {
  std::vector<forge::Annotation> list;
  for (const experiment::Execution& execution : result.executions) {
    if (execution.status != experiment::ExecutionStatus::failed) continue;
    list.push_back({.path = path,
                    .line = 1,
                    .is_failure = true,
                    .title = secrets.mask("task " + execution.task + " failed"),
                    .message = secrets.mask(execution.message)});
  }
  if (!result.assessment) return list;
  for (const experiment::Objective& objective : result.assessment->objectives) {
    for (std::size_t version = 0; version < objective.versions.size(); ++version) {
      const experiment::ObjectiveCheck& check = objective.versions[version];
      if (check.verdict == experiment::Verdict::pass) continue;
      const std::string subject = summary::metric_of_version(objective.metric, result, version);
      list.push_back(
          {.path = path,
           .line = std::max(objective.line, 1),
           .is_failure = check.verdict == experiment::Verdict::fail && gates(objective, version),
           .title = secrets.mask(subject),
           .message = secrets.mask(subject + ": " + summary::reason_and_weight(objective, version))});
    }
  }
  return list;
}

}  // namespace iter8::tasks::commit_status
