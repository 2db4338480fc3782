#pragma once

#include <span>
#include <vector>

#include "stats/posterior/ranking.h"

namespace iter8::stats {

/// How much traffic each version should get next. uniform: equal. thompson: P(best). top_ranks: P(rank <=
/// 2)/2 (posterior Bayesian routing, as "top-2 PBR" of older Iter8). top_two: Russo 2020 with beta 1/2, the
/// default for three versions and more.
enum class Allocation { uniform, thompson, top_two, top_ranks };

/// thompson for two versions, top_two from three on.
Allocation default_allocation(std::size_t versions);

/// Shares that sum to 1, one a version. Uniform for an invalid ranking.
std::vector<double> shares(Allocation allocation, const Ranking& ranking, std::size_t versions);

/// Ranks up to k: P(rank <= k)/k.
std::vector<double> shares_among_first(const Ranking& ranking, std::size_t k);

/// Whether a version may get traffic: one that failed its objectives gets none.
enum class Eligibility { eligible, failed };

/// Percent of the traffic. Version 0 is the baseline: what limits take from candidates goes to it.
struct WeightLimits {
  double floor = 2;            // least share of an eligible version, percent; at most 100/K
  double max_weight = 100;     // of one candidate
  double max_increment = 100;  // by which one candidate may grow against `current`; never limits a decrease
};

/// Integers that sum to 100: failed versions get 0 (all failed: everything to the baseline), then the floor,
/// the caps, and rounding by largest remainder. `current` are the weights in force; empty = none.
std::vector<int> weights(std::span<const double> shares, std::span<const Eligibility> eligibilities,
                         const WeightLimits& limits, std::span<const int> current);

/// Rounds shares (>= 0, any sum > 0) to integers that sum to `total`, by largest remainder, ties to the lower
/// index. Empty when a share is negative or not finite, or all are 0.
std::vector<int> largest_remainder(std::span<const double> shares, int total);

}  // namespace iter8::stats
