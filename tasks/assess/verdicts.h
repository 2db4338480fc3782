#pragma once

#include <vector>

#include "experiment/assessment.h"
#include "experiment/result/result.h"
#include "tasks/assess/criteria.h"
#include "tasks/assess/rewards.h"
#include "tasks/assess/winner.h"

namespace iter8::tasks::assess {

/// The verdict of the whole. With objectives: of those that gate, over all versions, or of the scores; a
/// reward that was to decide by evidence and has no winner yet makes a pass inconclusive. With rewards alone:
/// pass with a winner (by bare values: with a value of each version), else inconclusive, or error where one
/// has no value.
experiment::Verdict verdict_of(const experiment::Assessment& assessment);

/// One score a version, where the file asks for them: satisfied objectives count their weight, undecided ones
/// half of it; a failed key objective fails the version.
void add_scores(const Criteria& criteria, experiment::Assessment& assessment);

/// What a winner is decided from.
struct WinnerInputs {
  const Criteria& criteria;
  const experiment::Assessment& assessment;
  const experiment::Result& result;
  const RewardEvidence* reward = nullptr;       // evidence about the first reward; null = bare values
  bool waits = false;                           // its one planned look is still to come
  const experiment::Winner* earlier = nullptr;  // certified at a look before
};

/// Canary and conformance: the version whose objectives pass; the baseline when the candidate fails. A/B and
/// A/B/n: the version that has passed and beats every version that has not failed, at alpha/(K - 1); or, with
/// stopOnLoss, the leader when little can be lost by it. The first certified winner stays until it fails.
experiment::Winner certified_winner(const WinnerInputs& contest);

/// Percent of the traffic, one a version; empty where nothing is to be recommended.
std::vector<int> recommended_weights(const Criteria& criteria, const experiment::Assessment& assessment,
                                     const std::optional<stats::Ranking>* ranking,
                                     const experiment::Result& result);

}  // namespace iter8::tasks::assess
