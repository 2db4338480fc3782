#include "tasks/assess/verdicts.h"

#include <algorithm>
#include <cmath>

#include <fmt/format.h>

#include "base/number.h"
#include "base/text.h"
#include "stats/evidence/multiplicity.h"
#include "stats/posterior/weights.h"

namespace iter8::tasks::assess {

using experiment::Assessment;
using experiment::Result;
using experiment::Verdict;
using experiment::Winner;

namespace {

/// Of the objectives of one version that gate.
Verdict verdict_of(const Assessment& assessment, std::size_t version) {
  if (version < assessment.scores.size()) return assessment.scores[version].verdict;
  Verdict verdict = Verdict::skipped;
  for (const auto& objective : assessment.objectives)
    if (objective.gate) verdict = combined(verdict, objective.versions[version].verdict);
  return verdict;
}

bool has_passed(const Assessment& assessment, std::size_t version) {
  const Verdict verdict = verdict_of(assessment, version);
  return verdict == Verdict::pass || verdict == Verdict::skipped;
}

bool decides_by_evidence(const Assessment& assessment) {
  return !assessment.rewards.empty() && assessment.rewards.front().evidence != "point" &&
         assessment.rewards.front().evidence != "none";
}

Verdict verdict_of_rewards(const Assessment& assessment) {
  Verdict verdict = Verdict::skipped;
  for (const auto& reward : assessment.rewards)
    for (const auto& check : reward.versions)
      verdict = combined(verdict, check.value ? Verdict::pass : Verdict::error);
  return verdict;
}

std::string quoted(const WinnerInputs& contest, std::size_t version) {
  return "'" + contest.result.versions[version] + "'";
}

Winner won_by(std::size_t version, std::string reason) {
  return {.found = true,
          .version = version,
          .best = {version},
          .recommended = version,
          .reason = std::move(reason)};
}

Winner winner_by_objectives(const WinnerInputs& contest) {
  const std::size_t candidate = contest.result.versions.size() - 1;
  const Assessment& assessment = contest.assessment;
  const std::string what =
      contest.criteria.objectives.empty() ? "has no objective to miss" : "meets every objective";
  if (has_passed(assessment, candidate))
    return won_by(candidate, fmt::format("{} {}", quoted(contest, candidate), what));
  const bool has_failed = verdict_of(assessment, candidate) == Verdict::fail;
  if (candidate > 0 && has_failed && has_passed(assessment, 0))
    return won_by(0, fmt::format("the candidate {} violates an objective", quoted(contest, candidate)));
  if (has_failed && verdict_of(assessment, 0) == Verdict::fail)
    return {.reason = "no version satisfies every objective"};
  if (has_failed)
    return {.reason =
                fmt::format("{} violates an objective, and it is not decided yet whether {} meets every one",
                            quoted(contest, candidate), quoted(contest, 0))};
  return {.reason = fmt::format("it is not decided yet whether {} meets every objective",
                                quoted(contest, candidate))};
}

std::size_t leader_of(const WinnerInputs& contest, const std::vector<std::size_t>& eligible) {
  const auto& versions = contest.reward->reward.versions;
  return *std::max_element(eligible.begin(), eligible.end(), [&](std::size_t one, std::size_t other) {
    return versions[one].probability_best.value_or(0) < versions[other].probability_best.value_or(0);
  });
}

/// The leader, when little can be lost by it and it is not worse than the baseline by the margin.
std::optional<Winner> winner_by_loss(const WinnerInputs& contest, std::size_t leader) {
  const auto& check = contest.reward->reward.versions[leader];
  const auto& baseline = contest.reward->reward.versions.front().value;
  if (!contest.criteria.stop_on_loss || !check.expected_loss || !baseline || *baseline == 0)
    return std::nullopt;
  const double loss = *check.expected_loss / std::fabs(*baseline);
  if (loss >= *contest.criteria.stop_on_loss || contest.reward->not_worse[leader] < 0) return std::nullopt;
  return won_by(leader, fmt::format("{} is good enough, which is not to say better: the expected loss is "
                                    "{:.2g} % of the baseline's value",
                                    quoted(contest, leader), loss * 100));
}

Winner winner_by_reward(const WinnerInputs& contest) {
  const std::string& metric = contest.criteria.rewards.front().metric.value;
  std::vector<std::size_t> eligible;
  for (std::size_t version = 0; version < contest.result.versions.size(); ++version)
    if (verdict_of(contest.assessment, version) != Verdict::fail) eligible.push_back(version);
  if (eligible.empty()) return {.reason = "every version violates an objective"};
  if (eligible.size() == 1) {
    const std::size_t version = eligible.front();
    if (has_passed(contest.assessment, version))
      return won_by(version, fmt::format("every other version than {} violates an objective",
                                         quoted(contest, version)));
    return {.reason = fmt::format("it is not decided yet whether {} meets every objective",
                                  quoted(contest, version))};
  }
  const std::size_t leader = leader_of(contest, eligible);
  const auto winner = stats::winner(contest.reward->strength, eligible);
  if (winner && has_passed(contest.assessment, *winner))
    return won_by(*winner, fmt::format("{} is certainly better in {} than every other version",
                                       quoted(contest, *winner), metric));
  if (has_passed(contest.assessment, leader))
    if (auto good_enough = winner_by_loss(contest, leader)) return *std::move(good_enough);

  const auto& check = contest.reward->reward.versions[leader];
  std::string reason = fmt::format("no winner yet; {} leads", quoted(contest, leader));
  if (check.probability_best && check.expected_loss)
    reason += fmt::format(" (P(best) {}, expected loss {:.3g})",
                          base::probability_text(*check.probability_best), *check.expected_loss);
  if (winner && !has_passed(contest.assessment, *winner))
    reason += ", and its objectives are not decided yet";
  std::vector<std::string> better;
  for (const std::size_t version : contest.reward->certainly_better)
    better.push_back(quoted(contest, version));
  if (!better.empty())
    reason += fmt::format("; certainly better than {}: {}", quoted(contest, 0), base::join(better, ", "));
  return {.best = {leader}, .reason = reason};
}

}  // namespace

Verdict verdict_of(const Assessment& assessment) {
  if (assessment.objectives.empty()) {
    const Verdict verdict = verdict_of_rewards(assessment);
    const bool is_open = decides_by_evidence(assessment) && !(assessment.winner && assessment.winner->found);
    return verdict == Verdict::pass && is_open ? Verdict::inconclusive : verdict;
  }
  Verdict verdict = Verdict::skipped;
  const std::size_t versions = assessment.objectives.front().versions.size();
  for (std::size_t version = 0; version < versions; ++version)
    verdict = combined(verdict, verdict_of(assessment, version));
  if (verdict == Verdict::skipped) verdict = Verdict::pass;  // nothing gates
  const bool is_open = decides_by_evidence(assessment) && !(assessment.winner && assessment.winner->found);
  return verdict == Verdict::pass && is_open ? Verdict::inconclusive : verdict;
}

void add_scores(const Criteria& criteria, Assessment& assessment) {
  if (!criteria.score || assessment.objectives.empty()) return;
  const std::size_t versions = assessment.objectives.front().versions.size();
  for (std::size_t version = 0; version < versions; ++version) {
    double reached = 0;
    double all = 0;
    bool key_failed = false;
    for (const auto& objective : assessment.objectives) {
      if (!objective.gate) continue;
      const auto& check = objective.versions[version];
      all += objective.weight;
      reached += objective.weight * (check.satisfied ? 1 : check.verdict == Verdict::inconclusive ? 0.5 : 0);
      key_failed = key_failed ||
                   (objective.key && (check.verdict == Verdict::fail || check.verdict == Verdict::error));
    }
    experiment::Score score{.value = all > 0 ? 100 * reached / all : 100, .verdict = Verdict::fail};
    if (!key_failed && score.value >= criteria.score->pass)
      score.verdict = Verdict::pass;
    else if (!key_failed && score.value >= criteria.score->warning)
      score.verdict = Verdict::inconclusive;
    assessment.scores.push_back(score);
  }
}

Winner certified_winner(const WinnerInputs& contest) {
  const bool is_unsound = std::any_of(contest.assessment.warnings.begin(), contest.assessment.warnings.end(),
                                      [](const auto& warning) { return warning.code == "srm"; });
  if (is_unsound) return {.reason = "the traffic split is not the promised one (srm): nothing wins"};
  if (contest.earlier && verdict_of(contest.assessment, *contest.earlier->version) != Verdict::fail)
    return *contest.earlier;
  const Pattern pattern = contest.criteria.pattern.value_or(
      inferred_pattern(contest.result.versions.size(), contest.criteria.rewards.size()));
  if (pattern == Pattern::conformance && contest.result.versions.size() > 1)
    return winner_of(contest.assessment, pattern, contest.result);
  if (pattern == Pattern::conformance || pattern == Pattern::canary) return winner_by_objectives(contest);
  if (contest.waits) return {.reason = "the one planned look is still to come"};
  if (contest.reward) return winner_by_reward(contest);
  return winner_of(contest.assessment, pattern, contest.result);
}

std::vector<int> recommended_weights(const Criteria& criteria, const Assessment& assessment,
                                     const std::optional<stats::Ranking>* ranking, const Result& result) {
  const std::size_t count = result.versions.size();
  if (count < 2) return {};
  const Winner& winner = *assessment.winner;
  std::vector<stats::Standing> standings(count, stats::Standing::eligible);
  bool has_failures = false;
  for (std::size_t version = 0; version < count; ++version)
    if (verdict_of(assessment, version) == Verdict::fail && criteria.cutoff_on_violation) {
      standings[version] = stats::Standing::failed;
      has_failures = true;
    }
  std::vector<double> shares(count, 0.0);
  stats::WeightLimits limits;
  if (winner.found && winner.version) {
    shares[*winner.version] = 1;
    limits.floor = 0;
  } else if (ranking && *ranking) {
    shares = stats::shares(stats::default_allocation(count), **ranking, count);
  } else if (!result.traffic.empty()) {
    shares.assign(result.traffic.begin(), result.traffic.end());
    for (double& share : shares) share /= 100;
    limits.floor = 0;
  } else if (has_failures) {
    shares.assign(count, 1.0 / static_cast<double>(count));
  } else {
    return {};
  }
  return stats::weights(shares, standings, limits, result.traffic);
}

}  // namespace iter8::tasks::assess
