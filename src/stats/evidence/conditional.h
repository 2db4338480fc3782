#pragma once

#include <array>
#include <vector>

#include "stats/evidence/strata.h"

// The exact e-process of one stratum of two proportions: given the units of both versions and their events in
// all, the candidate's events are hypergeometric when the true proportions are equal, whatever they are, and
// non-central hypergeometric at another odds ratio (Fisher 1935; Cornfield 1956).

namespace iter8::stats {

/// The non-negative half of a symmetric mixture of log-odds, in units of its width: 0, then points from 0.02
/// to 5 in equal ratios, each with the mass that a standard Gaussian has around it (the mass of 0 counts both
/// sides). A finite mixture with fixed weights is exactly a martingale, so its grid costs power but never
/// validity; equal ratios keep a point near every effect, however large the data that show it. (41
/// Gauss-Hermite nodes leave a gap from 0 to 0.49 widths, where small effects of large data are lost.)
constexpr std::size_t kHalfNodes = 21;
struct MixtureGrid {
  std::array<double, kHalfNodes> nodes{};
  std::array<double, kHalfNodes> weights{};  // weights[0] + 2 * the others = 1
};
const MixtureGrid& mixture_grid();

/// ln likelihood ratios of odds ratio exp(width * node) against 1, at the nodes -20 to 20 in order (2
/// kHalfNodes - 1 values). All 0 when the stratum tells nothing: a version without units, no events, or only
/// events. Sums over the support where the spread is below 20 events, else Laplace's method to second order
/// (relative error below 1e-7).
std::vector<double> conditional_log_ratios(const Counts& baseline, const Counts& candidate, double width);

/// One-sided Fisher exact p-values: that the candidate has so few (many) of the events or fewer (more).
/// Gaussian tails beyond a spread of 10 000 events.
struct FisherTails {
  double few = 1;
  double many = 1;
};
FisherTails fisher_tails(const Counts& baseline, const Counts& candidate);

/// The same against "the candidate's share is `ratio` times the baseline's": of all events each is one of the
/// candidate with probability ratio m/(n + ratio m), n and m being the units (Przyborowski & Wilenski 1940).
/// Exact for rare events; for common ones conservative, because a binomial spreads more than the true
/// distribution.
FisherTails ratio_tails(const Counts& baseline, const Counts& candidate, double ratio);
/// That probability.
double candidate_share(const Counts& baseline, const Counts& candidate, double ratio);

}  // namespace iter8::stats
