#include "calibration/traffic.h"

#include <algorithm>
#include <cmath>
#include <iterator>

namespace iter8::bench {
namespace {

/// When a request that falls due at `time` can begin: behind the pause that holds it. The pauses are
/// disjoint.
double behind_pauses(const std::vector<Pause>& pauses, double time) {
  const auto next = std::upper_bound(pauses.begin(), pauses.end(), time,
                                     [](double at, const Pause& other) { return at < other.begin; });
  return next == pauses.begin() ? time : std::max(time, std::prev(next)->end);
}

/// A factor that wanders around 1 (an Ornstein-Uhlenbeck process on the logarithm).
class Drift {
 public:
  Drift(Chance& chance, const Service& service) : chance_(chance), service_(service) {
    if (service.drift > 0) value_ = service.drift * chance.normal();
  }
  double at(double time) {
    if (service_.drift <= 0) return 1;
    const double kept = std::exp(-(time - last_) / service_.drift_time);
    value_ = kept * value_ + service_.drift * std::sqrt(1 - kept * kept) * chance_.normal();
    last_ = time;
    return std::exp(value_);
  }

 private:
  Chance& chance_;
  const Service& service_;
  double value_ = 0;
  double last_ = 0;
};

Request one_request(Chance& chance, const Service& service, const std::vector<Pause>& pauses, Drift& drift,
                    double due) {
  const double begin = behind_pauses(pauses, due);
  const double time =
      service.factor * service.median * std::exp(service.spread * chance.normal()) * drift.at(due);
  return {.due = due, .latency = begin - due + time, .is_in_pause = begin > due};
}

/// All of them, in order, those that overlap as one.
std::vector<Pause> together(std::vector<Pause> own, const std::vector<Pause>& shared) {
  own.insert(own.end(), shared.begin(), shared.end());
  std::sort(own.begin(), own.end(), [](const Pause& a, const Pause& b) { return a.begin < b.begin; });
  std::vector<Pause> result;
  for (const Pause& pause : own) {
    if (result.empty() || result.back().end < pause.begin) {
      result.push_back(pause);
    } else {
      result.back().end = std::max(result.back().end, pause.end);
    }
  }
  return result;
}

}  // namespace

std::vector<Pause> draw_pauses(Chance& chance, const Pauses& pauses, double seconds) {
  std::vector<Pause> result;
  if (pauses.per_second <= 0) return result;
  // From before the run on, so that it may begin in the middle of one.
  for (double time = -5 + chance.exponential() / pauses.per_second; time < seconds;
       time += chance.exponential() / pauses.per_second)
    result.push_back({time, time + chance.exponential() * pauses.length});
  return result;
}

std::vector<Request> draw_requests(Chance& chance, const Service& service, const std::vector<Pause>& shared,
                                   double seconds) {
  const std::vector<Pause> pauses = together(draw_pauses(chance, service.own, seconds), shared);
  Drift drift(chance, service);
  std::vector<Request> requests;
  if (service.connections == 0) {
    for (double due = chance.exponential() / service.rate; due < seconds;
         due += chance.exponential() / service.rate)
      requests.push_back(one_request(chance, service, pauses, drift, due));
    return requests;
  }
  std::vector<double> free(static_cast<std::size_t>(service.connections), 0);
  while (true) {
    const auto next = std::min_element(free.begin(), free.end());
    if (*next >= seconds) return requests;
    requests.push_back(one_request(chance, service, pauses, drift, *next));
    *next += requests.back().latency;
  }
}

}  // namespace iter8::bench
