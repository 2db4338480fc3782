#pragma once

#include <optional>
#include <vector>

#include "stats/evidence/mean.h"
#include "stats/evidence/proportion.h"

// Evidence of a candidate against a baseline that stays valid when the traffic split and the true values
// change over time (a ramp with drifting rates, adaptive weights): only contrasts within a block of time at
// one split count, and blocks are added up as strata. The states are plain values to store and restore
// between looks.

namespace iter8::stats {

/// The question "candidate <= ratio * baseline + difference". ratio > 0.
struct Margin {
  double ratio = 1;
  double difference = 0;
};

/// What was counted since the last look. `step` numbers the traffic splits: another number says that the
/// weights changed in between, so that the block is never merged with the one before.
struct CountsBlock {
  int step = 0;
  Counts baseline;
  Counts candidate;
};
struct MomentsBlock {
  int step = 0;
  Moments baseline;
  Moments candidate;
};

/// The default width of the mixture in log-odds, and the one tuned to a smallest effect of interest `mde`
/// (0.1 for 10 %): 2 |ln(1 + mde)|.
constexpr double kMixtureWidth = 0.4;
double mixture_width(double mde);

/// How many events of several strata are the candidate's, when the margin is a ratio that is met exactly: in
/// each stratum a binomial given its events (see ratio_tails), so that the strata may have different splits
/// and rates.
struct ListedEvents {
  std::vector<double>
      chances;           // of 0, 1, … of them; empty where they are too many to list, or none are listed
  double candidate = 0;  // how many were
};

/// State of a comparison of proportions. Start with designated `margin` and `width` (fixed from then on), and
/// advance by one block a look.
struct ProportionStrata {
  Margin margin;
  double width = kMixtureWidth;
  Counts baseline;      // everything so far
  Counts candidate;     // everything so far
  int strata = 0;       // closed ones
  double score = 0;     // sum of w (p_candidate - ratio p_baseline - difference)
  double variance = 0;  // of the score when the margin is met exactly
  /// ln likelihood ratio at each node of the mixture over log-odds; empty until the first stratum, and for
  /// margins other than the equality of both (there the score is used).
  std::vector<double> log_ratios;
  CountsBlock open;     // the stratum that is not closed yet
  CountsBlock closed;   // the last one that was
  ListedEvents listed;  // of the closed strata, while a version has fewer than 20 events
};

/// Why the block cannot be used; an invalid block leaves the state as it was.
std::optional<InvalidReason> invalid_reason_of(const CountsBlock& block);
ProportionStrata next_state(const ProportionStrata& state, const CountsBlock& block);

/// Evidence that candidate <= ratio * baseline + difference. For the equality margin exact: a finite mixture
/// of conditional (non-central hypergeometric) likelihood ratios given each stratum's total; otherwise a
/// Gaussian mixture (Robbins 1970) of the Cochran-Mantel-Haenszel score, asymptotic. p-values: Fisher's
/// exact test of equality while there is one stratum; with fewer than 20 events in a version the exact
/// conditional test of a ratio, and 1/e where the other has so many that they cannot be listed; else the
/// score test.
Evidence evidence(const ProportionStrata& state);

/// The sign of the pooled difference contradicts the stratified one, and both are beyond 2 standard errors:
/// the pooled figures mislead (Simpson's paradox; code `simpson`).
enum class Agreement { agree, simpson };
Agreement agreement(const ProportionStrata& state);

/// The same from two differences in standard errors.
Agreement agreement(double pooled, double stratified);

/// State of a comparison of means.
struct MeanStrata {
  Margin margin;
  double planned = kPlannedUnits;  // units of both versions together at which evidence is to be sharpest
  Moments baseline;                // everything so far
  Moments candidate;
  int strata = 0;
  double weight = 0;
  double score = 0;            // sum of weight * (mean difference less the margin)
  double variance = 0;         // of the score
  double variance_spread = 0;  // sum of V_k^2 / nu_k: the degrees of freedom are V^2 / this (Satterthwaite)
  double mixture = 0;          // tau^2, set by the first stratum that counted
  MomentsBlock open;
};

std::optional<InvalidReason> invalid_reason_of(const MomentsBlock& block);
MeanStrata next_state(const MeanStrata& state, const MomentsBlock& block);

/// Evidence that candidate <= ratio * baseline + difference: the t mixture of mean.h on the sum of the
/// strata's contrasts; p-values by Welch's t. Neutral while either version is not monitorable.
Evidence evidence(const MeanStrata& state);
Agreement agreement(const MeanStrata& state);

/// The differences candidate - ratio * baseline that are not rejected at any look.
Interval confidence_sequence(const MeanStrata& state, double alpha);

}  // namespace iter8::stats
