#pragma once

#include <array>
#include <cstdint>
#include <vector>

#include "base/clock.h"
#include "load/error_class.h"
#include "stats/sketch.h"

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

  void add(const SeriesPoint& other);
};

/// The points of a load, one a second. However long it lasts there are at most 240: when there would be more,
/// neighbours are merged and each stands for twice the time. Series of the same load add up without loss.
class Series {
 public:
  static constexpr std::size_t kMostPoints = 240;

  base::Duration interval() const { return interval_; }
  const std::vector<SeriesPoint>& points() const { return points_; }

  /// The point of this time since the beginning (negative ones count as 0); valid until the next call.
  SeriesPoint& at(base::Duration time);
  /// When the stretch of this time ends.
  base::Duration end_of(base::Duration time) const;
  void add(const Series& other);

 private:
  void coarsen();

  base::Duration interval_ = std::chrono::seconds(1);
  std::vector<SeriesPoint> points_;
};

}  // namespace iter8::load
