#pragma once

#include <array>
#include <vector>

#include "stats/strata.h"

// The exact e-process of one stratum of two proportions: given the units of both versions and their events in
// all, the candidate's events are hypergeometric when the true proportions are equal, whatever they are, and
// non-central hypergeometric at another odds ratio (Fisher 1935; Cornfield 1956).

namespace iter8::stats {

/// Positive half of the Gauss-Hermite nodes of 41 points for a standard Gaussian, the node 0 first, and their
/// weights. The mixture is finite and fixed, so that quadrature error costs power but never validity.
constexpr std::size_t kHalfNodes = 21;
extern const std::array<double, kHalfNodes> kNodes;
extern const std::array<double, kHalfNodes> kNodeWeights;

/// ln likelihood ratios of odds ratio exp(width * node) against 1, at the nodes -20 to 20 in order (2
/// kHalfNodes - 1 values). All 0 when the stratum tells nothing: a version without units, no events, or only
/// events. Sums over the support where the spread is below 20 events, else Laplace's method to second order
/// (relative error below 1e-7).
std::vector<double> conditional_log_ratios(const Counts& baseline, const Counts& candidate, double width);

/// One-sided Fisher exact p-values: that the candidate has so few (many) of the events or fewer (more).
struct FisherTails {
  double few = 1;
  double many = 1;
};
FisherTails fisher_tails(const Counts& baseline, const Counts& candidate);

}  // namespace iter8::stats
