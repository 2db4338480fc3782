#include "tasks/assess/winner.h"

#include <fmt/format.h>

#include "base/text.h"

namespace iter8::tasks::assess {

namespace {

using experiment::Assessment;
using experiment::Direction;
using experiment::Result;
using experiment::Reward;
using experiment::Winner;

constexpr std::string_view kNoneFeasible = "no version satisfies every objective";

std::string quoted(const Result& result, std::size_t version) {
  return "'" + result.versions[version] + "'";
}

Winner won_by(std::size_t version, std::string reason) {
  return {.found = true,
          .version = version,
          .best = {version},
          .recommended = version,
          .reason = std::move(reason)};
}

/// The versions with the best value among `versions`; those without a value take no part.
std::vector<std::size_t> best_of(const Reward& reward, const std::vector<std::size_t>& versions) {
  std::vector<std::size_t> best;
  for (const std::size_t version : versions) {
    const auto& value = reward.versions[version].value;
    if (!value) continue;
    const double leader = best.empty() ? *value : *reward.versions[best.front()].value;
    const bool is_better = reward.direction == Direction::high ? *value > leader : *value < leader;
    if (is_better) best.clear();
    if (best.empty() || *value == leader) best.push_back(version);
  }
  return best;
}

Winner winner_by_conformance(const std::vector<std::size_t>& feasible, const Result& result) {
  if (feasible.empty() || feasible.front() != 0) return {.reason = std::string(kNoneFeasible)};
  return won_by(0, quoted(result, 0) + " satisfies every objective");
}

Winner winner_by_canary(const std::vector<std::size_t>& feasible, const Result& result) {
  if (feasible.empty()) return {.reason = std::string(kNoneFeasible)};
  const std::size_t version = feasible.back();
  if (version == 0) return won_by(0, "only the baseline " + quoted(result, 0) + " satisfies every objective");
  return won_by(version, "the candidate " + quoted(result, version) + " satisfies every objective");
}

Winner winner_by_reward(const std::vector<std::size_t>& feasible, const Assessment& assessment,
                        const Result& result) {
  if (assessment.rewards.empty()) return {.reason = "there is no reward to decide between the versions by"};
  if (feasible.empty()) return {.reason = std::string(kNoneFeasible)};
  const Reward& reward = assessment.rewards.front();
  const std::vector<std::size_t> best = best_of(reward, feasible);
  if (best.empty())
    return {.reason = "no version that satisfies every objective has a value of " + reward.metric};

  const double value = *reward.versions[best.front()].value;
  const std::string extreme = reward.direction == Direction::high ? "highest" : "lowest";
  if (best.size() == 1)
    return won_by(best.front(),
                  fmt::format("{} has the {} {} of the versions that satisfy every objective: {:.6g}",
                              quoted(result, best.front()), extreme, reward.metric, value));
  std::vector<std::string> names;
  for (const std::size_t version : best) names.push_back(quoted(result, version));
  return {.best = best,
          .reason = fmt::format("no unique winner: {} have the same {} {}, {:.6g}",
                                base::join(names, " and "), extreme, reward.metric, value)};
}

}  // namespace

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

Pattern inferred_pattern(std::size_t versions, std::size_t rewards) {
  if (versions < 2) return Pattern::conformance;
  if (versions > 2) return Pattern::abn;
  return rewards > 0 ? Pattern::ab : Pattern::canary;
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

void set_best(Reward& reward) {
  std::vector<std::size_t> versions;
  for (std::size_t version = 0; version < reward.versions.size(); ++version) versions.push_back(version);
  reward.best = best_of(reward, versions);
}

Reward measured_reward(const RewardOptions& options, const Result& result) {
  Reward reward{.metric = options.metric.value, .direction = options.direction};
  for (std::size_t version = 0; version < result.versions.size(); ++version)
    reward.versions.push_back({.value = latest_value(result, options.metric.value, version)});
  set_best(reward);
  return reward;
}

Winner winner_of(const Assessment& assessment, Pattern pattern, const Result& result) {
  std::vector<std::size_t> feasible;
  for (std::size_t version = 0; version < result.versions.size(); ++version)
    if (satisfies_all(assessment, version)) feasible.push_back(version);
  switch (pattern) {
    case Pattern::conformance:
      return winner_by_conformance(feasible, result);
    case Pattern::canary:
      return winner_by_canary(feasible, result);
    case Pattern::ab:
    case Pattern::abn:
      break;
  }
  return winner_by_reward(feasible, assessment, result);
}

}  // namespace iter8::tasks::assess
