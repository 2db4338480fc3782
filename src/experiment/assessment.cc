#include "experiment/assessment.h"

#include <algorithm>

namespace iter8::experiment {

namespace {

/// A limit relative to the version itself limits nothing.
bool is_own_reference(const Objective& objective, std::size_t version) {
  const bool is_relative = objective.relative_upper || objective.relative_lower;
  return version == 0 && is_relative && objective.relative_to.empty() && !objective.upper && !objective.lower;
}

}  // namespace

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

std::string_view to_text(Direction direction) {
  return direction == Direction::high ? "high" : "low";
}

bool gates(const Objective& objective, std::size_t version) {
  return objective.gate && version < objective.versions.size() && objective.versions[version].gate;
}

std::optional<double> probability_all_met(const Assessment& assessment, std::size_t version) {
  std::optional<double> probability;
  for (const Objective& objective : assessment.objectives) {
    if (!objective.gate || is_own_reference(objective, version)) continue;
    if (version >= objective.versions.size() || !objective.versions[version].probability) return std::nullopt;
    probability = probability.value_or(1) * *objective.versions[version].probability;
  }
  return probability;
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
