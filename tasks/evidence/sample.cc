#include "tasks/evidence/sample.h"

namespace iter8::tasks {

experiment::Result sample_result(const std::vector<experiment::Version>& versions) {
  using experiment::Verdict;
  experiment::Result result;
  result.iter8_version = "0";
  result.experiment_name = "EXPERIMENT";
  for (const experiment::Version& version : versions) result.versions.push_back(version.name);
  if (result.versions.empty()) result.versions.emplace_back("0");

  experiment::Objective objective{.metric = "METRIC", .upper = 100};
  for (std::size_t version = 0; version < result.versions.size(); ++version)
    objective.versions.push_back({.value = 90, .limit = 100, .satisfied = true, .verdict = Verdict::pass});
  experiment::Assessment assessment{.verdict = Verdict::pass, .objectives = {objective}};
  const std::size_t last = result.versions.size() - 1;
  assessment.winner = experiment::Winner{.found = true, .version = last, .best = {last}, .recommended = last};
  result.assessment = std::move(assessment);
  result.declared_objectives = 1;
  return result;
}

}  // namespace iter8::tasks
