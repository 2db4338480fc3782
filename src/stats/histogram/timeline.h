#pragma once

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <utility>
#include <vector>

#include "base/clock.h"

namespace iter8::stats {

/// What happened in equal intervals of time from a start: one point for each, at first of one second. However
/// long it goes on, there are at most 240 points: when there would be more, pairs of neighbours are merged.
/// Intervals are powers of two seconds, so that the finer of two timelines can always be made as coarse as
/// the other.
///
/// A Point has two ways of being added to: add(other) for what happened at the same time elsewhere, and
/// follow(next) for what happened right after it.
template <typename Point>
class Timeline {
 public:
  static constexpr std::size_t kMostPoints = 240;

  Timeline() = default;
  /// `interval` as for is_interval(); at most kMostPoints points.
  Timeline(base::Duration interval, std::vector<Point> points)
      : interval_(interval), points_(std::move(points)) {}

  /// Whether a timeline can have points of this length: a power of two seconds.
  static bool is_interval(base::Duration interval) {
    const std::int64_t seconds = interval / std::chrono::seconds(1);
    return seconds > 0 && interval == std::chrono::seconds(seconds) && (seconds & (seconds - 1)) == 0;
  }

  base::Duration interval() const { return interval_; }
  const std::vector<Point>& points() const { return points_; }

  /// The point for this time since the start (negative times count as 0); valid until the next call.
  Point& at(base::Duration time) {
    time = std::max(time, base::Duration{0});
    while (time >= interval_ * static_cast<std::int64_t>(kMostPoints)) coarsen();
    const auto index = static_cast<std::size_t>(time / interval_);
    if (index >= points_.size()) points_.resize(index + 1);
    return points_[index];
  }

  /// When the interval that contains this time ends.
  base::Duration end_of(base::Duration time) const {
    return (std::max(time, base::Duration{0}) / interval_ + 1) * interval_;
  }

  /// Adds what happened at the same time elsewhere, point by point. The sum is as coarse as the coarser of
  /// the two and as long as the longer one; nothing is lost, and the order of additions does not matter.
  void add(const Timeline& other) {
    while (interval_ < other.interval_) coarsen();
    Timeline part = other;
    while (part.interval_ < interval_) part.coarsen();
    if (points_.size() < part.points_.size()) points_.resize(part.points_.size());
    for (std::size_t i = 0; i < part.points_.size(); ++i) points_[i].add(part.points_[i]);
  }

  /// Merges pairs of neighbours: half as many points, each for twice the time.
  void coarsen() {
    interval_ *= 2;
    for (std::size_t i = 0; i < points_.size(); ++i) {
      if (i % 2 == 1) {
        points_[i / 2].follow(points_[i]);
      } else if (i > 0) {
        points_[i / 2] = std::move(points_[i]);
      }
    }
    points_.resize((points_.size() + 1) / 2);
  }

 private:
  base::Duration interval_ = std::chrono::seconds(1);
  std::vector<Point> points_;
};

}  // namespace iter8::stats
