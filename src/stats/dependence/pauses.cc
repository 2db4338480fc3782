#include "stats/dependence/pauses.h"

#include <cmath>

#include "stats/math/distributions.h"
#include "stats/math/estimate.h"

namespace iter8::stats {
namespace {

/// How much a figure moves by the change, and the variance of its mean over one second.
struct Signal {
  double shift = 0;
  double variance = 0;
};

/// The sums over pauses whose lengths are exponential with mean `pause`, where a request with `rest` seconds
/// of its pause before it adds value(rest): of the sum over one pause, per request a second, the mean and the
/// mean square.
struct PauseSums {
  double mean = 0;
  double square = 0;
};

template <typename Value>
PauseSums over_pauses(double pause, const Value& value) {
  constexpr int kSteps = 8000;
  constexpr double kLongest = 40;  // times the average
  const double step = kLongest * pause / kSteps;
  PauseSums sums;
  double sum = 0;  // of one pause of this length
  double before = value(0.0);
  for (int i = 1; i <= kSteps; ++i) {
    const double length = i * step;
    const double now = value(length);
    sum += (before + now) / 2 * step;
    before = now;
    const double density = std::exp(-length / pause) / pause * step;
    sums.mean += sum * density;
    sums.square += sum * sum * density;
  }
  return sums;
}

double share_paused(const PausingService& service) {
  return -std::expm1(-service.pauses * service.pause);
}

/// Of min(latency, cap) outside of pauses: mean and mean square of a log-normal that is cut off.
struct CappedMoments {
  double mean = 0;
  double square = 0;
};

CappedMoments capped(const PausingService& service, double factor, double cap) {
  const double location = std::log(service.median * factor);
  const double s = service.spread;
  const auto partial = [&](double power) {
    const double moment = std::exp(power * location + power * power * s * s / 2);
    if (std::isinf(cap)) return moment;
    const double z = (std::log(cap) - location) / s;
    return moment * normal_below(z - power * s) + std::pow(cap, power) * normal_below(-z);
  };
  return {partial(1), partial(2)};
}

Signal mean_signal(const PausingService& service, double change, double cap) {
  const CappedMoments usual = capped(service, 1, cap);
  const auto excess = [&](double rest) {
    if (std::isinf(cap)) return rest;
    return (rest < cap ? rest + capped(service, 1, cap - rest).mean : cap) - usual.mean;
  };
  return {.shift = (1 - share_paused(service)) * (capped(service, 1 + change, cap).mean - usual.mean),
          .variance = (usual.square - usual.mean * usual.mean) / service.rate +
                      service.pauses * over_pauses(service.pause, excess).square};
}

/// P(latency > limit) outside of pauses.
double above_outside(const PausingService& service, double factor, double limit) {
  if (limit <= 0) return 1;
  return normal_below((std::log(service.median * factor) - std::log(limit)) / service.spread);
}

/// P(latency > limit) of all requests.
double share_above(const PausingService& service, double factor, double limit) {
  const double outside = above_outside(service, factor, limit);
  const auto more = [&](double rest) { return above_outside(service, factor, limit - rest) - outside; };
  return outside + share_paused(service) / service.pause * over_pauses(service.pause, more).mean;
}

Signal quantile_signal(const PausingService& service, double change, double quantile) {
  double lowest = service.median / 1e3;
  double highest = service.median * 1e3 + 40 * service.pause;
  for (int i = 0; i < 60; ++i) {
    const double middle = std::sqrt(lowest * highest);
    (share_above(service, 1, middle) > 1 - quantile ? lowest : highest) = middle;
  }
  const double limit = std::sqrt(lowest * highest);
  const auto excess = [&](double rest) { return above_outside(service, 1, limit - rest) - (1 - quantile); };
  return {.shift = share_above(service, 1 + change, limit) - (1 - quantile),
          .variance = (1 - quantile) * quantile / service.rate +
                      service.pauses * over_pauses(service.pause, excess).square};
}

}  // namespace

double seconds_to_see(const PausingService& service, const LatencyFigure& figure, double change, double alpha,
                      double power) {
  const bool is_valid = service.rate > 0 && service.median > 0 && service.spread > 0 && service.pauses >= 0 &&
                        service.pause > 0 && change > 0 && is_inside_unit(alpha) && is_inside_unit(power) &&
                        (!figure.quantile || is_inside_unit(*figure.quantile)) &&
                        (!figure.cap || *figure.cap > 0);
  if (!is_valid) return kNan;
  const Signal signal = figure.quantile ? quantile_signal(service, change, *figure.quantile)
                                        : mean_signal(service, change, figure.cap.value_or(kInfinity));
  if (!(signal.shift > 0)) return kInfinity;
  const double wanted = (normal_quantile(1 - alpha) + normal_quantile(power)) / signal.shift;
  return 2 * signal.variance * wanted * wanted;
}

}  // namespace iter8::stats
