#include "load/measurement.h"

#include <algorithm>
#include <map>
#include <numeric>

namespace iter8::load {
namespace {

/// Adds counts by number, both ascending.
void add_counts(std::vector<std::pair<int, std::int64_t>>& counts,
                const std::vector<std::pair<int, std::int64_t>>& others) {
  std::map<int, std::int64_t> merged(counts.begin(), counts.end());
  for (const auto& [number, count] : others) merged[number] += count;
  counts.assign(merged.begin(), merged.end());
}

}  // namespace

void SeriesPoint::add(const SeriesPoint& other) {
  scheduled += other.scheduled;
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

std::int64_t Tally::error_count() const {
  return std::accumulate(errors.begin(), errors.end(), std::int64_t{0});
}

std::int64_t Tally::unanswered() const {
  std::int64_t count = 0;
  for (std::size_t i = 0; i < kErrorClasses; ++i)
    if (!has_latency(static_cast<ErrorClass>(i))) count += errors[i];
  return count;
}

void MessageCounts::add(const MessageCounts& other) {
  sent += other.sent;
  bytes_sent += other.bytes_sent;
  received += other.received;
  bytes_received += other.bytes_received;
  unsolicited += other.unsolicited;
}

void Tally::add(const Tally& other) {
  scheduled += other.scheduled;
  sent += other.sent;
  completed += other.completed;
  in_flight += other.in_flight;
  unsent += other.unsent;
  for (std::size_t i = 0; i < kErrorClasses; ++i) errors[i] += other.errors[i];
  add_counts(statuses, other.statuses);
  add_counts(close_codes, other.close_codes);
  messages.add(other.messages);
  bytes_received += other.bytes_received;
  connects += other.connects;
  latency.add(other.latency);
  ok_latency.add(other.ok_latency);
  cut_short.add(other.cut_short);
  first_byte.add(other.first_byte);
  first_byte_cut_short.add(other.first_byte_cut_short);
  transfer.add(other.transfer);
  parts.add(other.parts);
  service.add(other.service);
  lateness.add(other.lateness);
  queued.add(other.queued);
  final_lag = std::max(final_lag, other.final_lag);
  above.resize(std::max(above.size(), other.above.size()));
  for (std::size_t i = 0; i < other.above.size(); ++i) above[i] += other.above[i];
  series.add(other.series);
  slices.add(other.slices);
  if (first_error.empty()) first_error = other.first_error;
  if (first_unanswered.empty()) first_unanswered = other.first_unanswered;
}

}  // namespace iter8::load
