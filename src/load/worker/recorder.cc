#include "load/worker/recorder.h"

#include <utility>

namespace iter8::load {

void Recorder::record_unexpected_response(int status, base::MonotonicTime due, base::Duration latency,
                                          base::Duration service, std::string_view why) {
  if (error_statuses_[static_cast<std::size_t>(status)])
    return record_response(status, due, latency, service);
  count_answer(status, service);
  count_error(ErrorClass::expect, due, latency);
  if (tally_.first_error.empty()) tally_.first_error = why;
}

void Recorder::record_failure(ErrorClass error, base::MonotonicTime due, base::Duration latency,
                              std::string_view why) {
  ++finished_;
  count_error(error, due, latency);
  if (tally_.first_error.empty()) tally_.first_error = why;
}

void Recorder::count_error(ErrorClass error, base::MonotonicTime due, base::Duration latency) {
  ++tally_.errors[static_cast<std::size_t>(error)];
  ++errors_;
  if (has_latency(error)) error_latency_.record(latency.count());
  if (keeps_series_) slices_.record_error(tally_, error, due, latency);
}

void Recorder::start_series(base::MonotonicTime start, base::WallTime wall) {
  keeps_series_ = true;
  slices_.start(start, wall);
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
  point.connections = static_cast<std::int64_t>(connections);
}

Tally Recorder::finish(std::size_t connections) {
  if (keeps_series_) {
    end_point(connections);
    slices_.finish(tally_);
  }
  add_latencies_to(tally_.latency);
  for (std::size_t status = 0; status < kStatuses; ++status) {
    if (statuses_[status] > 0) tally_.statuses.emplace_back(static_cast<int>(status), statuses_[status]);
  }
  return std::move(tally_);
}

}  // namespace iter8::load
