#include "verdict/verdicts.h"

#include "stats/posterior/weights.h"

namespace iter8::verdict {

using experiment::Assessment;
using experiment::Objective;
using experiment::Result;
using experiment::Score;
using experiment::Verdict;
using experiment::Winner;

namespace {

bool decides_by_evidence(const Assessment& assessment) {
  if (assessment.rewards.empty()) return false;
  const EvidenceMode evidence = assessment.rewards.front().evidence;
  return evidence != EvidenceMode::point && evidence != EvidenceMode::none;
}

Verdict verdict_of_objectives(const Assessment& assessment) {
  Verdict verdict = Verdict::skipped;
  const std::size_t versions = assessment.objectives.front().versions.size();
  for (std::size_t version = 0; version < versions; ++version)
    verdict = combined(verdict, verdict_of(assessment, version));
  return verdict == Verdict::skipped ? Verdict::pass : verdict;  // nothing gates
}

Verdict verdict_of_rewards(const Assessment& assessment) {
  Verdict verdict = Verdict::skipped;
  for (const auto& reward : assessment.rewards)
    for (const auto& check : reward.versions)
      verdict = combined(verdict, check.value        ? Verdict::pass
                                  : check.is_awaited ? Verdict::inconclusive
                                                     : Verdict::error);
  return verdict;
}

std::size_t versions_of(const Assessment& assessment) {
  if (!assessment.objectives.empty()) return assessment.objectives.front().versions.size();
  return assessment.rewards.empty() ? 0 : assessment.rewards.front().versions.size();
}

bool candidates_decide(const Criteria& criteria, const Assessment& assessment) {
  const std::size_t versions = versions_of(assessment);
  return criteria.judged != Judged::every_version && versions > 1 &&
         pattern_of(criteria, versions) != Pattern::conformance;
}

/// Whether a reward decides, rather than objectives alone.
bool is_contest(const Criteria& criteria, const Assessment& assessment) {
  const Pattern pattern = pattern_of(criteria, versions_of(assessment));
  return !assessment.rewards.empty() && (pattern == Pattern::ab || pattern == Pattern::abn);
}

Verdict verdict_of_candidates(const Assessment& assessment) {
  Verdict verdict = Verdict::skipped;
  for (std::size_t version = 1; version < versions_of(assessment); ++version)
    verdict = combined(verdict, verdict_of(assessment, version));
  return verdict == Verdict::skipped ? Verdict::pass : verdict;  // nothing gates
}

/// Whether the reward can be compared: pass, or what a missing value of a version that still competes makes
/// of it.
Verdict completeness_of(const experiment::Reward& reward, const Assessment& assessment) {
  Verdict verdict = Verdict::pass;
  for (std::size_t version = 0; version < reward.versions.size(); ++version) {
    const auto& check = reward.versions[version];
    if (check.value || verdict_of(assessment, version) == Verdict::fail) continue;
    verdict = combined(verdict, check.is_awaited ? Verdict::inconclusive : Verdict::error);
  }
  return verdict;
}

Verdict verdict_of_contest(const Assessment& assessment) {
  bool all_fail = true;
  Verdict open = Verdict::inconclusive;
  for (std::size_t version = 1; version < versions_of(assessment); ++version) {
    const Verdict each = verdict_of(assessment, version);
    all_fail = all_fail && each == Verdict::fail;
    if (each == Verdict::error) open = Verdict::error;
  }
  if (all_fail) return Verdict::fail;
  const Verdict complete = completeness_of(assessment.rewards.front(), assessment);
  if (complete != Verdict::pass) return combined(complete, open);
  if (assessment.winner && assessment.winner->found)
    return assessment.winner->version > 0U ? Verdict::pass : Verdict::fail;
  return open;
}

Verdict verdict_of_all(const Assessment& assessment) {
  const Verdict verdict =
      assessment.objectives.empty() ? verdict_of_rewards(assessment) : verdict_of_objectives(assessment);
  const bool is_open = decides_by_evidence(assessment) && !(assessment.winner && assessment.winner->found);
  return verdict == Verdict::pass && is_open ? Verdict::inconclusive : verdict;
}

}  // namespace

Verdict verdict_of(const Criteria& criteria, const Assessment& assessment) {
  if (!candidates_decide(criteria, assessment)) return verdict_of_all(assessment);
  const Verdict verdict =
      is_contest(criteria, assessment) ? verdict_of_contest(assessment) : verdict_of_candidates(assessment);
  const bool with_baseline = criteria.judged == Judged::candidates_and_baseline;
  return with_baseline ? combined(verdict, verdict_of(assessment, 0)) : verdict;
}

void set_gates(const Criteria& criteria, Assessment& assessment) {
  if (!candidates_decide(criteria, assessment)) return;
  const bool has_winner = is_contest(criteria, assessment) && assessment.winner && assessment.winner->found &&
                          assessment.winner->version > 0U;
  for (Objective& objective : assessment.objectives)
    for (std::size_t version = 0; version < objective.versions.size(); ++version)
      objective.versions[version].gate = version == 0 ? criteria.judged == Judged::candidates_and_baseline
                                                      : !has_winner || assessment.winner->version == version;
}

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

std::vector<Score> scores_of(const Criteria& criteria, const std::vector<Objective>& objectives) {
  std::vector<Score> scores;
  if (!criteria.score || objectives.empty()) return scores;
  for (std::size_t version = 0; version < objectives.front().versions.size(); ++version) {
    double reached = 0;
    double all = 0;
    bool key_failed = false;
    for (const Objective& objective : objectives) {
      if (!objective.gate) continue;
      const auto& check = objective.versions[version];
      all += objective.weight;
      reached += objective.weight * (check.satisfied ? 1 : check.verdict == Verdict::inconclusive ? 0.5 : 0);
      key_failed = key_failed ||
                   (objective.key && (check.verdict == Verdict::fail || check.verdict == Verdict::error));
    }
    Score score{.value = all > 0 ? 100 * reached / all : 100, .verdict = Verdict::fail};
    if (!key_failed && score.value >= criteria.score->pass)
      score.verdict = Verdict::pass;
    else if (!key_failed && score.value >= criteria.score->warning)
      score.verdict = Verdict::inconclusive;
    scores.push_back(score);
  }
  return scores;
}

std::vector<int> recommended_weights(const Criteria& criteria, const Assessment& assessment,
                                     const stats::Ranking* ranking, const Result& result) {
  const std::size_t count = result.versions.size();
  if (count < 2) return {};
  const Winner& winner = *assessment.winner;
  std::vector<stats::Eligibility> standings(count, stats::Eligibility::eligible);
  bool has_failures = false;
  for (std::size_t version = 0; version < count; ++version)
    if (verdict_of(assessment, version) == Verdict::fail && criteria.cutoff_on_violation) {
      standings[version] = stats::Eligibility::failed;
      has_failures = true;
    }
  std::vector<double> shares(count, 0.0);
  stats::WeightLimits limits;
  if (winner.found && winner.version) {
    shares[*winner.version] = 1;
    limits.floor = 0;
  } else if (ranking) {
    shares = stats::shares(stats::default_allocation(count), *ranking, count);
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

}  // namespace iter8::verdict
