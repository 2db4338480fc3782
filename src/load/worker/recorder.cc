#include "load/worker/recorder.h"

#include <algorithm>
#include <cmath>
#include <utility>

#include "base/duration.h"

namespace iter8::load {

void Recorder::record_transferred_response(int status, base::MonotonicTime due, base::Duration latency,
                                           base::Duration service, base::Duration transfer) {
  count_answer(status, service);
  if (error_statuses_[static_cast<std::size_t>(status)])
    return count_error_response(ErrorClass::status, due, latency, transfer);
  transferred_latency_.record(latency.count());
  tally_.transfer.record(transfer.count());
  if (keeps_series_) slices_.record(tally_, due, latency);
}

void Recorder::record_unexpected_response(int status, base::MonotonicTime due, base::Duration latency,
                                          base::Duration service, std::string_view why,
                                          std::optional<base::Duration> transfer) {
  count_answer(status, service);
  if (error_statuses_[static_cast<std::size_t>(status)])
    return count_error_response(ErrorClass::status, due, latency, transfer);
  count_error_response(ErrorClass::expect, due, latency, transfer);
  if (tally_.first_error.empty()) tally_.first_error = why;
}

void Recorder::record_parts(int status, const PartProgress& progress) {
  if (error_statuses_[static_cast<std::size_t>(status)]) return;
  PartTally& parts = tally_.parts;
  if (progress.parts == 0) {
    ++parts.without;
    return;
  }
  parts.counts.record(progress.parts * PartTally::kOne);
  const auto one = static_cast<double>(PartTally::kOne);
  const base::Duration span = progress.last - progress.first;
  if (span > base::Duration{0})
    parts.rates.record(std::llround(one * static_cast<double>(progress.parts - 1) / base::to_seconds(span)));
  if (progress.output_tokens <= 0) return;
  parts.tokens.record(progress.output_tokens * PartTally::kOne);
  parts.all_tokens += progress.output_tokens;
  if (progress.output_tokens < 2 || !progress.has_content()) return;
  const base::Duration writing = progress.last_content - progress.first_content;
  parts.time_per_token.record(writing.count() / (progress.output_tokens - 1));
}

void Recorder::record_error_response(int status, base::MonotonicTime due, base::Duration latency,
                                     base::Duration service, std::string_view why,
                                     std::optional<base::Duration> transfer) {
  count_answer(status, service);
  count_error_response(ErrorClass::status, due, latency, transfer);
  if (tally_.first_error.empty()) tally_.first_error = why;
}

void Recorder::record_close_code(int code) {
  auto& codes = tally_.close_codes;
  const auto at = std::ranges::lower_bound(codes, code, {}, &std::pair<int, std::int64_t>::first);
  if (at != codes.end() && at->first == code) {
    ++at->second;
  } else {
    codes.insert(at, {code, 1});
  }
}

void Recorder::record_failure(ErrorClass error, base::MonotonicTime due, base::Duration latency,
                              std::string_view why, Seen seen) {
  ++finished_;
  count_error(error, due, latency);
  if (has_latency(error) && !seen.first_byte) tally_.first_byte.record(latency.count());
  const bool took_longer = has_latency(error) || error == ErrorClass::first_event_timeout;
  if (took_longer && !seen.content && parts_ == ResponseParts::recorded) record_first_content(due, latency);
  if (!has_latency(error) && tally_.first_unanswered.empty()) tally_.first_unanswered = why;
  if (tally_.first_error.empty()) tally_.first_error = why;
}

void Recorder::count_error(ErrorClass error, base::MonotonicTime due, base::Duration latency) {
  ++tally_.errors[static_cast<std::size_t>(error)];
  ++errors_;
  if (has_latency(error)) error_latency_.record(latency.count());
  if (keeps_series_) slices_.record_error(tally_, error, due, latency);
}

/// A complete response that counts as an error.
void Recorder::count_error_response(ErrorClass error, base::MonotonicTime due, base::Duration latency,
                                    std::optional<base::Duration> transfer) {
  count_error(error, due, latency);
  if (!transfer) tally_.first_byte.record(latency.count());
  tally_.transfer.record(transfer.value_or(base::Duration{0}).count());
}

void Recorder::record_cut_short(base::MonotonicTime due, base::Duration age, Seen seen) {
  tally_.cut_short.record(age.count());
  if (!seen.first_byte) tally_.first_byte_cut_short.record(age.count());
  if (!seen.content && parts_ == ResponseParts::recorded)
    tally_.parts.first_content_cut_short.record(age.count());
  if (keeps_series_) slices_.record_cut_short(tally_, due);
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
  tally_.first_byte.add(tally_.ok_latency);
  tally_.transfer.record(0, tally_.ok_latency.count());
  tally_.ok_latency.add(transferred_latency_);
  tally_.latency.add(tally_.ok_latency);
  tally_.latency.add(error_latency_);
  for (std::size_t status = 0; status < kStatuses; ++status) {
    if (statuses_[status] > 0) tally_.statuses.emplace_back(static_cast<int>(status), statuses_[status]);
  }
  return std::move(tally_);
}

}  // namespace iter8::load
