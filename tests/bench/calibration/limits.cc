// One version exactly at its limit: how often it passes.
#include <cmath>

#include "calibration/families.h"
#include "calibration/traffic.h"
#include "stats/dependence/clustered_evidence.h"
#include "stats/math/distributions.h"

namespace iter8::bench {
namespace {

using stats::Side;

/// Errors in outages of 50 ms whose share of time is 1 %.
struct ErrorsAtLimit {
  double seconds = 4;
  double stall = 0;  // declared
};

double passes(Chance& chance, const ErrorsAtLimit& setting, double alpha) {
  constexpr double kLimit = 0.01;
  Service service;
  service.own = {kLimit / (1 - kLimit) / .05, .05};
  const auto requests = draw_requests(chance, service, {}, setting.seconds);
  const std::vector<std::vector<stats::Slice>> strata{slices_of(
      requests, setting.seconds, [](const Request& request) { return request.is_in_pause ? 1.0 : 0.0; })};
  const stats::ClusteredEstimate mean = stats::clustered_mean(strata);
  double dispersion = stats::dispersion_of(mean, alpha);
  if (setting.stall > 0)
    dispersion = std::max(dispersion, stats::stall_dispersion(mean.units, setting.stall, setting.seconds));
  const stats::Counts counts{.events = std::round(mean.estimate * mean.units), .total = mean.units};
  return stats::evidence(stats::scaled_by(counts, dispersion), Side::at_most, kLimit).p_pass <= alpha ? 100
                                                                                                      : 0;
}

/// The mean that the service of the simulation truly has.
double true_mean(const Service& service) {
  const double base = service.median * std::exp(service.spread * service.spread / 2);
  const double paused = 1 - std::exp(-service.own.per_second * service.own.length);
  return base +
         paused * service.own.length;  // what is left of an exponential pause is as long as a whole one
}

double mean_passes(Chance& chance, double seconds, double alpha) {
  Service service;
  service.own = {.8, .05};
  const auto requests = draw_requests(chance, service, {}, seconds);
  const std::vector<std::vector<stats::Slice>> strata{
      slices_of(requests, seconds, [](const Request& request) { return request.latency; })};
  const auto evidence = stats::clustered_mean_evidence(stats::clustered_mean(strata), Side::at_most,
                                                       true_mean(service), alpha, {});
  return evidence.p_pass <= alpha ? 100 : 0;
}

}  // namespace

void fixed_limits(Report& report, int runs) {
  report.begin("1 % errors in outages of 50 ms against a limit of 1 %: passes");
  for (const ErrorsAtLimit setting :
       {ErrorsAtLimit{4, 0}, ErrorsAtLimit{60, 0}, ErrorsAtLimit{4, .05}, ErrorsAtLimit{60, .05}})
    for (const double alpha : kAlphas) {
      const auto observed =
          simulated(runs, 14, [&](Chance& chance) { return Observed{passes(chance, setting, alpha)}; });
      const bool is_promised = setting.stall > 0 && setting.seconds < 60;
      report.add({.what = std::to_string(static_cast<int>(setting.seconds)) + " s, " +
                          (setting.stall > 0 ? "stall: 50ms declared" : "nothing declared") + ", at " +
                          std::to_string(alpha).substr(0, 5),
                  .value = mean_of(observed[0]),
                  .wanted = 100 * alpha,
                  .bound = is_promised ? Bound::at_most : Bound::shown,
                  .limit = tolerated(alpha, runs)});
    }
  report.begin("A mean at its limit, own pauses .8/s of 50 ms: passes");
  for (const double seconds : {4.0, 20.0, 60.0})
    for (const double alpha : kAlphas) {
      const auto observed =
          simulated(runs, 15, [&](Chance& chance) { return Observed{mean_passes(chance, seconds, alpha)}; });
      report.add(
          {.what = std::to_string(static_cast<int>(seconds)) + " s, at " + std::to_string(alpha).substr(0, 5),
           .value = mean_of(observed[0]),
           .wanted = 100 * alpha,
           .bound = seconds >= 60 ? Bound::at_most : Bound::shown,  // under 50 pauses nothing is promised
           .limit = tolerated(alpha, runs)});
    }
}

double tolerated(double alpha, double runs) {
  const double most = 1.2 * alpha;
  return 100 * (most + stats::normal_quantile(0.99) * std::sqrt(most * (1 - most) / runs));
}

}  // namespace iter8::bench
