#include "load/time_series.h"

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

void SeriesPoint::follow(const SeriesPoint& next) {
  connections = 0;
  add(next);
}

}  // namespace iter8::load
