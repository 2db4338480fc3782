#include "experiment/assessment.h"

#include <algorithm>

namespace iter8::experiment {

bool satisfies_all(const Assessment& assessment, std::size_t version) {
  if (version < assessment.scores.size()) return assessment.scores[version].verdict == Verdict::pass;
  return std::all_of(assessment.objectives.begin(), assessment.objectives.end(),
                     [&](const Objective& objective) {
                       return !objective.gate ||
                              (version < objective.versions.size() && objective.versions[version].satisfied);
                     });
}

}  // namespace iter8::experiment
