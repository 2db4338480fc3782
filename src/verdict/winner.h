#pragma once

#include <vector>

#include "experiment/assessment.h"
#include "experiment/result/result.h"
#include "verdict/criteria.h"
#include "verdict/rewards.h"

namespace iter8::verdict {

/// What a winner is decided from.
struct WinnerInputs {
  const Criteria& criteria;
  const experiment::Assessment& assessment;  // its objectives, scores and rewards are there
  const experiment::Result& result;
  bool by_evidence = false;
  bool has_promised_traffic = true;             // false: nothing wins
  const RewardEvidence* reward = nullptr;       // evidence about the first reward; null = bare values
  bool waits = false;                           // its one planned look is still to come
  const experiment::Winner* earlier = nullptr;  // certified at a look before; null = none
  /// Versions that cannot win, because certainly more of their requests fail (see fast_failures.h).
  std::vector<std::size_t> excluded = {};
};

/// `recommended` is the winner, else the baseline.
///
/// By bare values, after the rules of Iter8's v2 analytics. A version is feasible when it satisfies every
/// objective. conformance: the baseline, if feasible. canary: the candidate, if feasible, else the baseline,
/// if feasible. ab, abn: the feasible version with the best value of the first reward; several with the same
/// best value are a tie without a winner.
///
/// By evidence. Canary and conformance: the version whose objectives pass; the baseline when the candidate
/// fails. A/B and A/B/n: the version that has passed and beats every version that has not failed, at alpha/(K
/// - 1); or, with stopOnLoss, the leader when little can be lost by it. The first certified winner stays
/// until it fails.
experiment::Winner decide_winner(const WinnerInputs& inputs);

}  // namespace iter8::verdict
