#pragma once

#include <optional>
#include <span>
#include <vector>

#include "stats/posterior/posterior.h"

namespace iter8::stats {

/// One version to be ranked: its reward, and the probability that it meets every objective (1 without
/// objectives). That the two are independent is an assumption.
struct Contender {
  Posterior posterior;
  double feasibility = 1;
};

struct Ranking {
  std::vector<double> best;  // P(version is feasible and beats every feasible one); sums to 1 - none
  double none = 0;           // P(no version is feasible)
  std::vector<std::vector<double>> among_first;  // [k - 1][version]: P(rank <= k) by reward alone, k = 1..K
  std::vector<double> expected_loss;             // E[best - version] by reward alone, in the reward's unit
  std::optional<InvalidReason> invalid_reason;   // then everything else is empty
};

/// P(best) = integral of f_i prod (1 - g_j (1 - F_j)), ranks by the Poisson-binomial recursion inside the
/// integral, on one grid of Gauss-Legendre panels over all versions: no random numbers, absolute error below
/// 1e-9. At most kMaxContenders, all posteriors of one kind.
Ranking ranking_of(std::span<const Contender> contenders, Better better);
constexpr std::size_t kMaxContenders = 64;

}  // namespace iter8::stats
