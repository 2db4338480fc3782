#include "stats/evidence/proportion.h"

#include <algorithm>
#include <cmath>

#include "stats/math/distributions.h"
#include "stats/math/log_math.h"
#include "stats/math/root.h"

namespace iter8::stats {
namespace {

constexpr double kNoEvents = 1e-100;  // a limit below it allows none in any data

bool is_share(double limit) {
  return limit >= 0 && limit <= 1;
}
Counts complement_of(const Counts& counts) {
  return {.events = counts.total - counts.events, .total = counts.total};
}

struct BetaPrior {
  double a = 0.5;
  double b = 0.5;
};

/// ln e-value of "the proportion is below `limit`" (against "at least `limit`"). With x >= n limit it cannot
/// exceed 0; the clamp also keeps rounding from certifying what the data contradict.
double log_below(const Counts& counts, double limit, const BetaPrior& prior) {
  const double a = prior.a + counts.events;
  const double b = prior.b + (counts.total - counts.events);
  const double value = log_beta_mixture(prior.a, prior.b, counts.events, counts.total, limit) +
                       log_beta_below(a, b, limit) - log_beta_below(prior.a, prior.b, limit);
  return finite_log(counts.events >= counts.total * limit ? std::min(value, 0.0) : value);
}

/// ln e-value of "the proportion is above `limit`".
double log_above(const Counts& counts, double limit, const BetaPrior& prior) {
  const double a = prior.a + counts.events;
  const double b = prior.b + (counts.total - counts.events);
  const double value = log_beta_mixture(prior.a, prior.b, counts.events, counts.total, limit) +
                       log_beta_above(a, b, limit) - log_beta_above(prior.a, prior.b, limit);
  return finite_log(counts.events <= counts.total * limit ? std::min(value, 0.0) : value);
}

/// Evidence that the proportion is at most 0 < limit <= 1/2.
Evidence evidence_of_small(const Counts& counts, double limit) {
  return finite_or_neutral({.log_pass = log_below(counts, limit, {}),
                            .log_fail = log_above(counts, limit, {.b = 1 / (2 * limit)}),
                            .p_pass = binomial_at_most(counts.events, counts.total, limit),
                            .p_fail = binomial_at_least(counts.events, counts.total, limit)});
}

Evidence evidence_at_most(const Counts& counts, double limit) {
  if (limit >= 1) return {.log_pass = kLogCertain, .log_fail = -kLogCertain, .p_pass = 0};
  if (limit < kNoEvents) {
    if (counts.events == 0) return {};
    return {.log_pass = -kLogCertain, .log_fail = kLogCertain, .p_fail = 0};
  }
  if (limit <= 0.5) return evidence_of_small(counts, limit);
  return opposite_of(evidence_of_small(complement_of(counts), 1 - limit));
}

/// The point on one side of the estimate, as log-odds, where the mixture reaches `bound`.
double edge(const Counts& counts, double bound, double direction) {
  const double share = (counts.events + 0.5) / (counts.total + 1);
  const double center = std::log(share) - std::log1p(-share);
  const auto excess = [&](double distance) {
    const double odds = center + direction * distance;
    const double limit = 1 / (1 + std::exp(-odds));
    return log_beta_mixture(0.5, 0.5, counts.events, counts.total, limit) - bound;
  };
  double far = 1e-6;
  while (far < 700 && excess(far) < 0) far *= 2;
  return 1 / (1 + std::exp(-(center + direction * root_of(excess, 0, std::min(far, 700.0)))));
}

}  // namespace

std::optional<InvalidReason> invalid_reason_of(const Counts& counts) {
  if (!std::isfinite(counts.events) || !std::isfinite(counts.total)) return InvalidReason::non_finite;
  if (counts.events < 0 || counts.total < 0) return InvalidReason::negative;
  if (counts.events > counts.total) return InvalidReason::events_above_total;
  if (counts.total == 0) return InvalidReason::no_data;
  if (counts.total > kLargestCount) return InvalidReason::non_finite;
  return std::nullopt;
}

Counts operator+(const Counts& one, const Counts& other) {
  return {.events = one.events + other.events, .total = one.total + other.total};
}

double estimate_of(const Counts& counts) {
  return invalid_reason_of(counts) ? kNan : counts.events / counts.total;
}

Interval credible_interval(const Counts& counts, double level) {
  if (invalid_reason_of(counts) || !is_inside_unit(level)) return {};
  const double tail = (1 - level) / 2;
  const double a = 0.5 + counts.events;
  const double b = 0.5 + (counts.total - counts.events);
  return {.lower = counts.events == 0 ? 0 : beta_quantile(a, b, tail),
          .upper = counts.events == counts.total ? 1 : beta_quantile_above(a, b, tail)};
}

Interval clopper_pearson(const Counts& counts, double level) {
  const double tail = (1 - level) / 2;
  return {.lower = lower_bound(counts, tail), .upper = upper_bound(counts, tail)};
}

double upper_bound(const Counts& counts, double alpha) {
  if (invalid_reason_of(counts) || !is_inside_unit(alpha)) return kNan;
  const double x = counts.events;
  const double n = counts.total;
  if (x == n) return 1;
  if (x == 0) return -std::expm1(std::log(alpha) / n);
  return beta_quantile_above(x + 1, n - x, alpha);
}

double lower_bound(const Counts& counts, double alpha) {
  if (invalid_reason_of(counts) || !is_inside_unit(alpha)) return kNan;
  const double x = counts.events;
  const double n = counts.total;
  if (x == 0) return 0;
  if (x == n) return std::exp(std::log(alpha) / n);
  return beta_quantile(x, n - x + 1, alpha);
}

double probability(const Counts& counts, Side side, double limit) {
  if (invalid_reason_of(counts) || !is_share(limit)) return kNan;
  const double a = 0.5 + counts.events;
  const double b = 0.5 + (counts.total - counts.events);
  return side == Side::at_most ? beta_below(a, b, limit) : beta_above(a, b, limit);
}

Evidence evidence(const Counts& counts, Side side, double limit) {
  if (const auto invalid_reason = invalid_reason_of(counts)) return {.invalid_reason = invalid_reason};
  if (!is_share(limit)) return {.invalid_reason = InvalidReason::limit_out_of_range};
  if (side == Side::at_most) return evidence_at_most(counts, limit);
  if (limit <= 0) return {.log_pass = kLogCertain, .log_fail = -kLogCertain, .p_pass = 0};
  if (limit >= 1) return evidence_at_most(complement_of(counts), 0);
  return opposite_of(evidence_at_most(counts, limit));
}

Interval confidence_sequence(const Counts& counts, double alpha) {
  if (invalid_reason_of(counts) || !is_inside_unit(alpha)) return {};
  const double bound = -std::log(alpha);
  return {.lower = counts.events == 0 ? 0 : edge(counts, bound, -1),
          .upper = counts.events == counts.total ? 1 : edge(counts, bound, 1)};
}

}  // namespace iter8::stats
