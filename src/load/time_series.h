#pragma once

#include <array>
#include <cstdint>

#include "load/error_class.h"
#include "stats/histogram/sketch.h"
#include "stats/histogram/timeline.h"

namespace iter8::load {

/// What one target met in one stretch of time. Requests are asked for in the stretch in which they were due,
/// and sent, completed or failed in the one in which that happened.
struct SeriesPoint {
  std::int64_t asked = 0;
  std::int64_t sent = 0;
  std::int64_t completed = 0;
  std::array<std::int64_t, kErrorClasses> errors{};
  std::int64_t connections = 0;  // open at its end
  std::int64_t ended = 0;        // requests with a latency
  double latency_sum = 0;        // of those, seconds
  double latency_squares = 0;    // seconds²
  stats::Sketch latency;

  /// Of the same stretch on another worker: all figures add up.
  void add(const SeriesPoint& other);
  /// Of the stretch right after: all add up but the connections, which are those at the end.
  void follow(const SeriesPoint& next);
};

/// The course of a load on one target.
using Series = stats::Timeline<SeriesPoint>;

}  // namespace iter8::load
