#include "stats/evidence/rate.h"

#include <algorithm>
#include <cmath>

#include "stats/math/distributions.h"
#include "stats/math/log_math.h"

namespace iter8::stats {
namespace {

bool is_limit(double limit) {
  return limit > 0 && std::isfinite(limit);
}

double log_of_tail(double tail, double other) {
  return other < 0.5 ? std::log1p(-other) : std::log(tail);
}

// ln of the integral of (lambda/L)^x exp(-(lambda - L) t) over lambda ~ Gamma(1/2, b), with m = L t expected
// events: G(1/2 + x)/G(1/2) b^(1/2) t^x / ((b + t)^(1/2 + x) m^x) e^m in Stirling's form, whose large part is
// a deviance.
double log_gamma_mixture(double x, double exposure, double limit, double prior_rate) {
  const double shape = 0.5 + x;
  const double rate = prior_rate + exposure;
  const double expected = limit * rate;
  constexpr double kHalfLogTwo = 0.346573590279972654708616060729;  // ln(sqrt(2 pi) / Gamma(1/2))
  return deviance(shape, expected) - limit * prior_rate + stirling_error(shape) + kHalfLogTwo +
         0.5 * std::log(prior_rate * limit / shape);
}

/// ln e-value of "the rate is below L": the prior's density is proportional to lambda^(-1/2) up to L, the
/// limit of the truncated Gamma(1/2, b) for b to 0, where ln b^(1/2) meets ln P(Gamma(1/2, b) < L).
double log_below(double x, double exposure, double limit) {
  const double shape = 0.5 + x;
  const double expected = limit * exposure;
  const double value = deviance(shape, expected) + stirling_error(shape) + kHalfLogTwoPi -
                       0.5 * std::log(4 * shape) +
                       log_of_tail(gamma_below(shape, 1, expected), gamma_above(shape, 1, expected));
  return finite_log(x >= expected ? std::min(value, 0.0) : value);
}

/// ln e-value of "the rate is above L", prior Gamma(1/2, 1/(2 L)) above L.
double log_above(double x, double exposure, double limit) {
  const double prior_rate = 1 / (2 * limit);
  const double shape = 0.5 + x;
  const double expected = limit * (exposure + prior_rate);
  const double value = log_gamma_mixture(x, exposure, limit, prior_rate) +
                       log_of_tail(gamma_above(shape, 1, expected), gamma_below(shape, 1, expected)) -
                       std::log(gamma_above(0.5, 1, 0.5));
  return finite_log(x <= limit * exposure ? std::min(value, 0.0) : value);
}

}  // namespace

std::optional<InvalidReason> invalid_reason_of(const EventRate& rate) {
  if (!std::isfinite(rate.events) || !std::isfinite(rate.exposure)) return InvalidReason::non_finite;
  if (rate.events < 0 || rate.exposure < 0) return InvalidReason::negative;
  if (rate.exposure == 0) return InvalidReason::no_data;
  return std::nullopt;
}

double estimate_of(const EventRate& rate) {
  return invalid_reason_of(rate) ? kNan : rate.events / rate.exposure;
}

Interval credible_interval(const EventRate& rate, double level) {
  if (invalid_reason_of(rate) || !is_inside_unit(level)) return {};
  const double tail = (1 - level) / 2;
  const double shape = 0.5 + rate.events;
  return {.lower = rate.events == 0 ? 0 : gamma_quantile(shape, rate.exposure, tail),
          .upper = gamma_quantile(shape, rate.exposure, 1 - tail)};
}

double probability(const EventRate& rate, Side side, double limit) {
  if (invalid_reason_of(rate) || !std::isfinite(limit) || limit < 0) return kNan;
  const double shape = 0.5 + rate.events;
  return side == Side::at_most ? gamma_below(shape, rate.exposure, limit)
                               : gamma_above(shape, rate.exposure, limit);
}

Evidence evidence(const EventRate& rate, Side side, double limit) {
  if (const auto invalid_reason = invalid_reason_of(rate)) return {.invalid_reason = invalid_reason};
  if (!is_limit(limit)) return {.invalid_reason = InvalidReason::limit_out_of_range};
  const double expected = limit * rate.exposure;
  const Evidence result{.log_pass = log_below(rate.events, rate.exposure, limit),
                        .log_fail = log_above(rate.events, rate.exposure, limit),
                        .p_pass = poisson_at_most(rate.events, expected),
                        .p_fail = poisson_at_least(rate.events, expected)};
  return finite_or_neutral(side == Side::at_most ? result : opposite_of(result));
}

ConditionalQuestion conditional_question(const EventRate& baseline, const EventRate& candidate,
                                         double ratio) {
  if (invalid_reason_of(baseline) || invalid_reason_of(candidate) || !is_limit(ratio))
    return {.counts = {kNan, kNan}};
  const double expected = ratio * candidate.exposure;
  return {.counts = {.events = candidate.events, .total = baseline.events + candidate.events},
          .limit = expected / (expected + baseline.exposure)};
}

}  // namespace iter8::stats
