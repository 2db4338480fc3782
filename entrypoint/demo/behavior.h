#pragma once

#include <cstdint>
#include <mutex>
#include <random>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"

namespace iter8::demo {

/// How one version of the demo application behaves.
struct Behavior {
  std::string name;
  base::Duration latency = std::chrono::milliseconds(10);  // mean time to respond
  base::Duration jitter{0};  // its standard deviation; 0 = always exactly `latency`
  double errors = 0;         // share of requests that get status 500, 0 to 1
  double conversion = 0;     // share of orders that convert, 0 to 1
  int tokens = 20;           // of an answer that is streamed, 1 to 10,000; the first one after `latency`
  base::Duration gap = std::chrono::milliseconds(10);  // between two of them
};

/// Parses "name=stable,latency=10ms,jitter=3ms,errors=0.001,conversion=0.05,tokens=20,gap=10ms"; only the
/// name is required. Throws base::UsageError, naming the part that is wrong.
Behavior parse_behavior(std::string_view text);

/// What the demo serves by default: the first `count` of stable, candidate and canary, where the candidate is
/// somewhat better than stable and the canary is broken. Throws base::UsageError unless `count` is 1 to 3.
std::vector<Behavior> standard_behaviors(int count);

/// Selects a share of cases, spread so evenly that among any n consecutive cases about n * share are
/// selected. Not periodic, so that it does not correlate with a client that alternates between versions.
/// Thread-safe.
class Share {
 public:
  explicit Share(double share) : share_(share) {}

  bool next();

 private:
  double share_;
  std::mutex mutex_;
  double position_ = 0.5;  // in [0, 1): an additive recurrence by the golden ratio (Weyl 1916)
};

/// Draws latencies with the mean and standard deviation of a behaviour, log-normal like those of real
/// services. The same seed gives the same sequence. Thread-safe.
class Latencies {
 public:
  Latencies(const Behavior& behavior, std::uint64_t seed);

  base::Duration next();

 private:
  base::Duration constant_;
  bool varies_;
  std::mutex mutex_;
  std::mt19937_64 generator_;
  std::lognormal_distribution<double> seconds_;
};

}  // namespace iter8::demo
