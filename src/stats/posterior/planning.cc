#include "stats/posterior/planning.h"

#include <algorithm>
#include <cmath>

#include "stats/math/distributions.h"

namespace iter8::stats {
namespace {

constexpr double kMostUnits = 1e15;  // units; more is not a plan

bool is_inside(double share) {
  return share > 0 && share < 1;
}

/// The smallest whole number from `lower` on for which `holds`, which stays true from there on; +infinity
/// beyond kMostUnits.
template <typename Holds>
double first_where(double lower, Holds holds) {
  double step = 1;
  double upper = lower;
  while (!holds(upper)) {
    lower = upper + 1;
    upper = lower + step;
    step *= 2;
    if (upper > kMostUnits) return kInfinity;
  }
  while (lower < upper) {
    const double middle = std::floor(lower + (upper - lower) / 2);
    if (holds(middle)) {
      upper = middle;
    } else {
      lower = middle + 1;
    }
  }
  return lower;
}

bool passes(const Counts& counts, double limit, double alpha, Mode mode) {
  return decision_of(evidence(counts, Side::at_most, limit), {.mode = mode, .alpha_pass = alpha}) ==
         Decision::pass;
}

/// The probability that n units decide in the right direction at alpha in one look.
double power_of(double n, double rate, double limit, double alpha) {
  if (rate < limit) {
    double low = -1;  // the most events that still pass
    double high = std::floor(n * limit);
    while (low < high) {
      const double middle = std::ceil(low + (high - low) / 2);
      if (binomial_at_most(middle, n, limit) <= alpha) {
        low = middle;
      } else {
        high = middle - 1;
      }
    }
    if (low < 0) return 0;
    return rate == 0 ? 1 : binomial_at_most(low, n, rate);
  }
  double low = std::floor(n * limit);
  double high = n + 1;  // the fewest events that fail
  while (low + 1 < high) {
    const double middle = std::floor(low + (high - low) / 2);
    if (binomial_at_least(middle, n, limit) <= alpha) {
      high = middle;
    } else {
      low = middle;
    }
  }
  return high > n ? 0 : binomial_at_least(high, n, rate);
}

}  // namespace

double clean_units(double limit, double alpha, Mode mode) {
  if (!is_inside(limit) || !is_inside(alpha)) return limit == 0 && is_inside(alpha) ? kInfinity : kNan;
  return first_where(1, [&](double n) { return passes({.total = n}, limit, alpha, mode); });
}

double clean_units_missing(const Counts& counts, double limit, double alpha, Mode mode) {
  const auto invalid_reason = invalid_reason_of(counts);
  if ((invalid_reason && invalid_reason != InvalidReason::no_data) || !is_inside(alpha)) return kNan;
  if (limit == 0) return kInfinity;
  if (!is_inside(limit)) return kNan;
  const auto passes_with = [&](double more) {
    const Counts then{.events = counts.events, .total = counts.total + more};
    return then.total > 0 && passes(then, limit, alpha, mode);
  };
  return first_where(0, passes_with);
}

// Power is a sawtooth in n: the doubling finds a scale, the last step the first n of it from which it stays.
double units_to_decide(double rate, double limit, double alpha, double power) {
  if (!(rate >= 0) || !(rate <= 1) || !is_inside(limit) || !is_inside(alpha) || !is_inside(power))
    return kNan;
  if (rate == limit) return kInfinity;
  return first_where(1, [&](double n) { return power_of(n, rate, limit, alpha) >= power; });
}

double typical_units_anytime(double rate, double limit, double alpha) {
  if (!(rate >= 0) || !(rate <= 1) || !is_inside(limit) || !is_inside(alpha)) return kNan;
  if (rate == limit) return kInfinity;
  const double bound = -std::log(alpha);
  return first_where(1, [&](double n) {
    const Evidence typical = evidence({.events = n * rate, .total = n}, Side::at_most, limit);
    return (rate < limit ? typical.log_pass : typical.log_fail) >= bound;
  });
}

double units_to_compare(double rate, double lift, double alpha, double power) {
  const double other = rate * (1 + lift);
  if (!is_inside(rate) || !is_inside(other) || !is_inside(alpha) || !is_inside(power)) return kNan;
  const double middle = (rate + other) / 2;
  const double difference = other - rate;
  if (difference == 0) return kInfinity;
  const double root = -normal_quantile(alpha / 2) * std::sqrt(2 * middle * (1 - middle)) +
                      normal_quantile(power) * std::sqrt(rate * (1 - rate) + other * (1 - other));
  return std::ceil(root * root / (difference * difference));
}

double units_to_decide_mean(const Moments& moments, double limit, double alpha, double power) {
  if (invalid_reason_of(moments) || !std::isfinite(limit) || !is_inside(alpha) || !is_inside(power))
    return kNan;
  const double distance = moments.mean - limit;
  if (distance == 0) return kInfinity;
  const double root = normal_quantile(power) - normal_quantile(alpha);
  return std::ceil(std::max(2.0, root * root * moments.variance / (distance * distance)));
}

double units_for_quantile_interval(double quantile, double level) {
  if (!is_inside(quantile) || !is_inside(level)) return kNan;
  const double extreme = std::max(quantile, 1 - quantile);
  return std::ceil(std::log((1 - level) / 2) / std::log(extreme));
}

double units_for_quantile_bound(double quantile, double confidence) {
  if (!is_inside(quantile) || !is_inside(confidence)) return kNan;
  return std::ceil(std::log1p(-confidence) / std::log(quantile));
}

}  // namespace iter8::stats
