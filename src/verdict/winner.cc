#include "verdict/winner.h"

#include <algorithm>
#include <cmath>

#include <fmt/format.h>

#include "base/number.h"
#include "base/text.h"
#include "stats/evidence/multiplicity.h"
#include "verdict/verdicts.h"

namespace iter8::verdict {

using experiment::Assessment;
using experiment::Direction;
using experiment::Result;
using experiment::Reward;
using experiment::Verdict;
using experiment::Winner;

namespace {

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

Winner conforming_baseline(const std::vector<std::size_t>& feasible, const Result& result) {
  if (feasible.empty() || feasible.front() != 0) return {.reason = std::string(kNoneFeasible)};
  return won_by(0, quoted(result, 0) + " satisfies every objective");
}

Winner canary_by_values(const std::vector<std::size_t>& feasible, const Result& result) {
  if (feasible.empty()) return {.reason = std::string(kNoneFeasible)};
  const std::size_t version = feasible.back();
  if (version == 0) return won_by(0, "only the baseline " + quoted(result, 0) + " satisfies every objective");
  return won_by(version, "the candidate " + quoted(result, version) + " satisfies every objective");
}

Winner best_by_values(const std::vector<std::size_t>& feasible, const Assessment& assessment,
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

bool is_excluded(const WinnerInputs& inputs, std::size_t version) {
  return std::ranges::find(inputs.excluded, version) != inputs.excluded.end();
}

Winner winner_by_values(const WinnerInputs& inputs, Pattern pattern) {
  std::vector<std::size_t> feasible;
  for (std::size_t version = 0; version < inputs.result.versions.size(); ++version)
    if (satisfies_all(inputs.assessment, version) && !is_excluded(inputs, version))
      feasible.push_back(version);
  switch (pattern) {
    case Pattern::conformance:
      return conforming_baseline(feasible, inputs.result);
    case Pattern::canary:
      return canary_by_values(feasible, inputs.result);
    case Pattern::ab:
    case Pattern::abn:
      break;
  }
  return best_by_values(feasible, inputs.assessment, inputs.result);
}

Winner canary_by_evidence(const WinnerInputs& inputs) {
  const std::size_t candidate = inputs.result.versions.size() - 1;
  const Assessment& assessment = inputs.assessment;
  const std::string what =
      inputs.criteria.objectives.empty() ? "has no objective to miss" : "meets every objective";
  if (has_passed(assessment, candidate))
    return won_by(candidate, fmt::format("{} {}", quoted(inputs.result, candidate), what));
  const bool has_failed = verdict_of(assessment, candidate) == Verdict::fail;
  if (candidate > 0 && has_failed && has_passed(assessment, 0))
    return won_by(0, fmt::format("the candidate {} violates an objective", quoted(inputs.result, candidate)));
  if (has_failed && verdict_of(assessment, 0) == Verdict::fail)
    return {.reason = "no version satisfies every objective"};
  if (has_failed)
    return {.reason = fmt::format("{} violates an objective; {} is not decided yet",
                                  quoted(inputs.result, candidate), quoted(inputs.result, 0))};
  return {.reason = fmt::format("it is not decided yet whether {} meets every objective",
                                quoted(inputs.result, candidate))};
}

std::size_t leader_of(const WinnerInputs& inputs, const std::vector<std::size_t>& eligible) {
  const auto& versions = inputs.reward->reward.versions;
  return *std::max_element(eligible.begin(), eligible.end(), [&](std::size_t one, std::size_t other) {
    return versions[one].probability_best.value_or(0) < versions[other].probability_best.value_or(0);
  });
}

/// The leader, when little can be lost by it and it is not worse than the baseline by the margin.
std::optional<Winner> leader_by_loss(const WinnerInputs& inputs, std::size_t leader) {
  const auto& check = inputs.reward->reward.versions[leader];
  const auto& baseline = inputs.reward->reward.versions.front().value;
  if (!inputs.criteria.stop_on_loss || !check.expected_loss || !baseline || *baseline == 0)
    return std::nullopt;
  const double loss = *check.expected_loss / std::fabs(*baseline);
  if (loss >= *inputs.criteria.stop_on_loss || inputs.reward->not_worse[leader] < 0) return std::nullopt;
  return won_by(leader, fmt::format("{} is good enough, which is not to say better: the expected loss is "
                                    "{:.2g} % of the baseline's value",
                                    quoted(inputs.result, leader), loss * 100));
}

Winner best_by_evidence(const WinnerInputs& inputs) {
  const std::string& metric = inputs.criteria.rewards.front().metric.value;
  std::vector<std::size_t> eligible;
  for (std::size_t version = 0; version < inputs.result.versions.size(); ++version)
    if (verdict_of(inputs.assessment, version) != Verdict::fail && !is_excluded(inputs, version))
      eligible.push_back(version);
  if (eligible.empty()) return {.reason = "every version violates an objective"};
  if (eligible.size() == 1) {
    const std::size_t version = eligible.front();
    if (has_passed(inputs.assessment, version))
      return won_by(version, fmt::format("every other version than {} violates an objective{}",
                                         quoted(inputs.result, version),
                                         inputs.excluded.empty() ? "" : " or fails more requests"));
    return {.reason = fmt::format("it is not decided yet whether {} meets every objective",
                                  quoted(inputs.result, version))};
  }
  const std::size_t leader = leader_of(inputs, eligible);
  const auto winner = stats::winner(inputs.reward->strength, eligible);
  if (winner && has_passed(inputs.assessment, *winner))
    return won_by(*winner, fmt::format("{} is certainly better in {} than every other version",
                                       quoted(inputs.result, *winner), metric));
  if (has_passed(inputs.assessment, leader))
    if (auto good_enough = leader_by_loss(inputs, leader)) return *std::move(good_enough);

  const auto& check = inputs.reward->reward.versions[leader];
  std::string reason = fmt::format("no winner yet; {} leads", quoted(inputs.result, leader));
  if (check.probability_best && check.expected_loss)
    reason += fmt::format(" (P(best) {}, expected loss {:.3g})",
                          base::probability_text(*check.probability_best), *check.expected_loss);
  if (!winner && !inputs.reward->open.empty()) reason += "; " + inputs.reward->open;
  if (winner && !has_passed(inputs.assessment, *winner)) reason += ", and its objectives are not decided yet";
  std::vector<std::string> better;
  for (const std::size_t version : inputs.reward->certainly_better)
    better.push_back(quoted(inputs.result, version));
  if (!better.empty())
    reason +=
        fmt::format("; certainly better than {}: {}", quoted(inputs.result, 0), base::join(better, ", "));
  return {.best = {leader}, .reason = reason};
}

Winner winner_by_evidence(const WinnerInputs& inputs, Pattern pattern) {
  if (!inputs.has_promised_traffic)
    return {.reason = "the traffic split is not the promised one (srm): nothing wins"};
  if (inputs.earlier && verdict_of(inputs.assessment, *inputs.earlier->version) != Verdict::fail &&
      !is_excluded(inputs, *inputs.earlier->version))
    return *inputs.earlier;
  if (pattern == Pattern::conformance && inputs.result.versions.size() > 1)
    return winner_by_values(inputs, pattern);
  if (pattern == Pattern::conformance || pattern == Pattern::canary) return canary_by_evidence(inputs);
  if (inputs.waits) return {.reason = "the one planned look is still to come"};
  return inputs.reward ? best_by_evidence(inputs) : winner_by_values(inputs, pattern);
}

}  // namespace

Winner decide_winner(const WinnerInputs& inputs) {
  const Pattern pattern = pattern_of(inputs.criteria, inputs.result.versions.size());
  return inputs.by_evidence ? winner_by_evidence(inputs, pattern) : winner_by_values(inputs, pattern);
}

}  // namespace iter8::verdict
