#pragma once

#include <vector>

#include "simulation/simulation.h"
#include "stats/dependence/slices.h"

namespace iter8::bench {

/// Stretches of time in which a server answers nothing: garbage collectors, CPU quotas, neighbours. They
/// begin at random, and their lengths are exponential.
struct Pauses {
  double per_second = 0;
  double length = 0;  // seconds, on average
};

struct Pause {
  double begin = 0;
  double end = 0;
};
std::vector<Pause> draw_pauses(Chance& chance, const Pauses& pauses, double seconds);

/// How one version is asked, and what its server does. A request that falls due in a pause waits for its end,
/// and then takes a log-normal time.
struct Service {
  double rate = 200;      // requests a second, Poisson
  int connections = 0;    // > 0: a closed loop of so many, and no rate
  double median = 0.005;  // seconds
  double spread = 0.5;    // of the logarithm
  double factor = 1;      // on the service time
  double drift = 0;       // standard deviation of a slow factor of its own, on the logarithm
  double drift_time = 2;  // seconds after which the slow factor has forgotten itself
  Pauses own;             // of this version alone
};

struct Request {
  double due = 0;
  double latency = 0;
  bool is_in_pause = false;
};
/// The requests of a run in the order in which they fall due. `shared` are pauses that the other version
/// meets too.
std::vector<Request> draw_requests(Chance& chance, const Service& service, const std::vector<Pause>& shared,
                                   double seconds);

/// Slices of 50 ms of what `value` says about each request.
template <typename Value>
std::vector<stats::Slice> slices_of(const std::vector<Request>& requests, double seconds, Value value) {
  constexpr double kSlice = 0.05;
  std::vector<stats::Slice> slices(static_cast<std::size_t>(seconds / kSlice + 0.5));
  for (const Request& request : requests) {
    const auto at = static_cast<std::size_t>(request.due / kSlice);
    if (at >= slices.size()) continue;
    ++slices[at].count;
    slices[at].sum += value(request);
  }
  return slices;
}

}  // namespace iter8::bench
