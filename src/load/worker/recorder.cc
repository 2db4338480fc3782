#include "load/worker/recorder.h"

#include <utility>

namespace iter8::load {

void Recorder::record_response(int status, base::Duration latency, base::Duration service) {
  count_answer(status, service);
  if (error_statuses_[static_cast<std::size_t>(status)]) {
    ++tally_.errors[static_cast<std::size_t>(ErrorClass::status)];
    ++errors_;
    record_latency(latency, error_latency_);
  } else {
    record_latency(latency, tally_.ok_latency);
  }
}

void Recorder::record_unexpected_response(int status, base::Duration latency, base::Duration service,
                                          std::string_view why) {
  if (error_statuses_[static_cast<std::size_t>(status)]) return record_response(status, latency, service);
  count_answer(status, service);
  ++tally_.errors[static_cast<std::size_t>(ErrorClass::expect)];
  ++errors_;
  record_latency(latency, error_latency_);
  if (tally_.first_error.empty()) tally_.first_error = why;
}

void Recorder::count_answer(int status, base::Duration service) {
  ++tally_.completed;
  ++finished_;
  ++statuses_[static_cast<std::size_t>(status)];
  tally_.service.record(service.count());
}

void Recorder::record_failure(ErrorClass error, base::Duration latency, std::string_view why) {
  ++tally_.errors[static_cast<std::size_t>(error)];
  ++finished_;
  ++errors_;
  if (has_latency(error)) record_latency(latency, error_latency_);
  if (tally_.first_error.empty()) tally_.first_error = why;
}

void Recorder::record_latency(base::Duration latency, stats::Histogram& histogram) {
  histogram.record(latency.count());
  for (std::size_t i = 0; i < limits_.size(); ++i) tally_.above[i] += latency > limits_[i] ? 1 : 0;
  if (!keeps_series_) return;
  const double seconds = static_cast<double>(latency.count()) * 1e-9;
  latency_sum_ += seconds;
  latency_squares_ += seconds * seconds;
  latency_.record(latency.count());
}

void Recorder::start_series(base::MonotonicTime start) {
  keeps_series_ = true;
  start_ = point_start_ = start;
  point_end_ = start + tally_.series.end_of({});
}

void Recorder::advance_series(base::MonotonicTime now, std::size_t connections) {
  if (!keeps_series_ || now < point_end_) return;
  end_point(connections);
  // Points in which nothing happened have connections all the same.
  for (base::Duration time = point_end_ - start_; time <= now - start_; time = tally_.series.end_of(time)) {
    tally_.series.at(time).connections = static_cast<std::int64_t>(connections);
    point_start_ = start_ + time;
  }
  point_end_ = start_ + tally_.series.end_of(point_start_ - start_);
}

void Recorder::end_point(std::size_t connections) {
  SeriesPoint& point = tally_.series.at(point_start_ - start_);
  point.scheduled += std::exchange(scheduled_in_point_, 0);
  point.sent += tally_.sent - std::exchange(at_point_start_.sent, tally_.sent);
  point.completed += tally_.completed - std::exchange(at_point_start_.completed, tally_.completed);
  for (std::size_t i = 0; i < kErrorClasses; ++i)
    point.errors[i] += tally_.errors[i] - std::exchange(at_point_start_.errors[i], tally_.errors[i]);
  const std::int64_t ended = latency_count();
  point.ended += ended - std::exchange(at_point_start_.ended, ended);
  point.latency_sum += std::exchange(latency_sum_, 0);
  point.latency_squares += std::exchange(latency_squares_, 0);
  point.latency.add(latency_.take());
  point.connections = static_cast<std::int64_t>(connections);
}

Tally Recorder::finish(std::size_t connections) {
  if (keeps_series_) end_point(connections);
  add_latencies_to(tally_.latency);
  for (std::size_t status = 0; status < kStatuses; ++status) {
    if (statuses_[status] > 0) tally_.statuses.emplace_back(static_cast<int>(status), statuses_[status]);
  }
  return std::move(tally_);
}

}  // namespace iter8::load
