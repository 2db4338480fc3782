#include "load/series.h"

#include <algorithm>

namespace iter8::load {

void SeriesPoint::add(const SeriesPoint& other) {
  asked += other.asked;
  sent += other.sent;
  completed += other.completed;
  for (std::size_t i = 0; i < kErrorClasses; ++i) errors[i] += other.errors[i];
  connections += other.connections;
  ended += other.ended;
  latency_sum += other.latency_sum;
  latency_squares += other.latency_squares;
  latency.add(other.latency);
}

SeriesPoint& Series::at(base::Duration time) {
  time = std::max(time, base::Duration{0});
  while (time >= interval_ * static_cast<std::int64_t>(kMostPoints)) coarsen();
  const auto index = static_cast<std::size_t>(time / interval_);
  if (index >= points_.size()) points_.resize(index + 1);
  return points_[index];
}

base::Duration Series::end_of(base::Duration time) const {
  return (std::max(time, base::Duration{0}) / interval_ + 1) * interval_;
}

void Series::add(const Series& other) {
  while (interval_ < other.interval_) coarsen();
  Series part = other;
  while (part.interval_ < interval_) part.coarsen();
  if (points_.size() < part.points_.size()) points_.resize(part.points_.size());
  for (std::size_t i = 0; i < part.points_.size(); ++i) points_[i].add(part.points_[i]);
}

/// Of two neighbours' connections those at the end of the second one count.
void Series::coarsen() {
  interval_ *= 2;
  for (std::size_t i = 0; i < points_.size(); ++i) {
    SeriesPoint& point = points_[i / 2];
    if (i % 2 == 0) {
      if (i > 0) point = std::move(points_[i]);
      continue;
    }
    point.connections = 0;
    point.add(points_[i]);
  }
  points_.resize((points_.size() + 1) / 2);
}

}  // namespace iter8::load
