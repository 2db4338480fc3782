#include "experiment/assessment.h"

#include <algorithm>

namespace iter8::experiment {

std::string_view to_text(EvidenceMode mode) {
  switch (mode) {
    case EvidenceMode::none:
      return "none";
    case EvidenceMode::point:
      break;
    case EvidenceMode::fixed:
      return "fixed";
    case EvidenceMode::anytime:
      return "anytime";
    case EvidenceMode::hybrid:
      return "hybrid";
  }
  return "point";
}

bool satisfies_all(const Assessment& assessment, std::size_t version) {
  if (version < assessment.scores.size()) return assessment.scores[version].verdict == Verdict::pass;
  return std::all_of(assessment.objectives.begin(), assessment.objectives.end(),
                     [&](const Objective& objective) {
                       return !objective.gate ||
                              (version < objective.versions.size() && objective.versions[version].satisfied);
                     });
}

}  // namespace iter8::experiment
