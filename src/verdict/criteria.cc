#include "verdict/criteria.h"

#include <algorithm>

#include <fmt/format.h>

namespace iter8::verdict {

EvidenceMode evidence_mode(const Criteria& criteria, int iterations) {
  if (criteria.evidence) return *criteria.evidence;
  if (!criteria.history.empty()) return EvidenceMode::anytime;
  return iterations > 1 ? EvidenceMode::hybrid : EvidenceMode::fixed;
}

stats::Mode stats_mode(EvidenceMode mode) {
  if (mode == EvidenceMode::anytime) return stats::Mode::anytime;
  return mode == EvidenceMode::hybrid ? stats::Mode::hybrid : stats::Mode::fixed;
}

bool uses_evidence(const Criteria& criteria, int iterations) {
  return evidence_mode(criteria, iterations) != EvidenceMode::point ||
         std::any_of(criteria.objectives.begin(), criteria.objectives.end(),
                     [](const ObjectiveOptions& each) {
                       return each.evidence && *each.evidence != EvidenceMode::point;
                     });
}

Pattern pattern_of(const Criteria& criteria, std::size_t versions) {
  if (criteria.pattern) return *criteria.pattern;
  if (versions < 2) return Pattern::conformance;
  if (versions > 2) return Pattern::abn;
  return criteria.rewards.empty() ? Pattern::canary : Pattern::ab;
}

std::string_view to_text(Pattern pattern) {
  switch (pattern) {
    case Pattern::canary:
      return "canary";
    case Pattern::ab:
      return "ab";
    case Pattern::abn:
      return "abn";
    case Pattern::conformance:
      break;
  }
  return "conformance";
}

std::optional<std::string> objection_to(Pattern pattern, std::size_t versions, std::size_t rewards) {
  const bool needs_two = pattern == Pattern::canary || pattern == Pattern::ab;
  if (needs_two && versions != 2)
    return fmt::format("pattern {} compares two versions, the experiment has {}", to_text(pattern), versions);
  if (pattern == Pattern::abn && versions < 2)
    return fmt::format("pattern abn compares two versions or more, the experiment has {}", versions);
  const bool needs_reward = pattern == Pattern::ab || pattern == Pattern::abn;
  if (needs_reward && rewards == 0) return fmt::format("pattern {} needs a reward", to_text(pattern));
  if (!needs_reward && rewards > 0)
    return fmt::format("pattern {} decides by objectives alone and takes no reward", to_text(pattern));
  return std::nullopt;
}

std::string description_of(const ObjectiveOptions& objective) {
  std::string text = objective.metric.value;
  if (objective.upper) text += " <= " + to_text(*objective.upper);
  if (objective.lower) text = to_text(*objective.lower) + " <= " + text;
  return text;
}

}  // namespace iter8::verdict
