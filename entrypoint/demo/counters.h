#pragma once

#include <array>
#include <atomic>
#include <cstdint>
#include <string>

#include "base/clock.h"

namespace iter8::demo {

/// What one version has served so far, for its /metrics page. Thread-safe.
class Counters {
 public:
  /// Counts a request to the application itself, not one to /healthz or /metrics.
  void count_request(base::Duration latency);
  void count_error() { errors_ += 1; }
  void count_order() { orders_ += 1; }

  /// Prometheus text format 0.0.4: requests_total, errors_total, orders_total and the histogram
  /// request_duration_seconds, each labelled with the version.
  std::string page(const std::string& version) const;

 private:
  static constexpr std::array kBounds = {0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1,
                                         0.25,  0.5,    1.0,   2.5,  5.0,   10.0};

  std::atomic<std::uint64_t> requests_ = 0;
  std::atomic<std::uint64_t> errors_ = 0;
  std::atomic<std::uint64_t> orders_ = 0;
  std::atomic<double> seconds_ = 0;
  std::array<std::atomic<std::uint64_t>, kBounds.size() + 1> buckets_ = {};
};

}  // namespace iter8::demo
