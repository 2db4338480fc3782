#pragma once

#include <optional>

#include "stats/evidence/proportion.h"

namespace iter8::stats {

/// `events` counted during `exposure`, in any unit of time (the rate is per that unit): a Poisson count,
/// for counters that are not part of another counter.
struct EventRate {
  double events = 0;
  double exposure = 0;
};

std::optional<InvalidReason> invalid_reason_of(const EventRate& rate);
double estimate_of(const EventRate& rate);

/// Posterior Gamma(1/2 + events, exposure), the prior being Gamma(1/2, 0).
Interval credible_interval(const EventRate& rate, double level);
double probability(const EventRate& rate, Side side, double limit);

/// Evidence that the true rate is at most (at least) `limit` > 0: exact Poisson tails, and truncated Gamma
/// mixtures (the Poisson limit of evidence(Counts)).
Evidence evidence(const EventRate& rate, Side side, double limit);

/// Given the total, the candidate's events are binomial (Lindon & Malek 2022): "candidate's rate is at most
/// `ratio` times the baseline's" as counts to test against the returned limit with evidence(Counts). Valid
/// also when a common intensity varies over time.
struct ConditionalQuestion {
  Counts counts;
  double limit = kNan;
};
ConditionalQuestion conditional_question(const EventRate& baseline, const EventRate& candidate, double ratio);

}  // namespace iter8::stats
