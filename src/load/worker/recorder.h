#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "load/expectation.h"
#include "load/measurement.h"
#include "load/worker/part_progress.h"
#include "load/worker/slice_recorder.h"
#include "stats/histogram/histogram.h"

namespace iter8::load {

/// What has come of the response to a request that ends without it.
struct Seen {
  bool first_byte = false;
  bool content = false;  // a part with content
};

/// Counts the outcomes of one target's requests on one worker in one phase (warm-up or measurement). Owned
/// and called by that worker, without locks; a call is a few additions and a histogram increment. The series
/// and the slices cost a request one more counter and two sums: what else a point of the series needs is what
/// the tally grew by since the point before. `due` is when a request fell due.
class Recorder {
 public:
  /// `error_statuses`: statuses of complete responses that count as errors; `limits` and `cap` as in Target.
  explicit Recorder(const StatusSet& error_statuses, const std::vector<base::Duration>& limits = {},
                    std::optional<base::Duration> cap = {}, ResponseParts parts = ResponseParts::ignored)
      : error_statuses_(error_statuses), parts_(parts), slices_(limits, cap) {
    tally_.above.resize(limits.size());
  }

  /// Keeps a series and slices from now on, and counts what is above the limits. The first point of the
  /// series starts at this time, which is `wall` by the wall clock.
  void start_series(base::MonotonicTime start, base::WallTime wall);
  /// When the present point of the series ends and advance_series() is to be called.
  base::MonotonicTime point_end() const { return point_end_; }
  /// Ends the present point of the series. `now` is at or after point_end(); `connections` are open.
  void advance_series(base::MonotonicTime now, std::size_t connections);

  /// A request fell due at `due` and was started.
  void record_start(base::MonotonicTime due) {
    ++tally_.sent;
    count_scheduled(due);
  }
  /// A request fell due and will never be started, because the sending has ended, `age` after that.
  void record_drop(base::MonotonicTime due, base::Duration age) {
    count_scheduled(due);
    record_cut_short(due, age, {});
  }
  /// A request fell due while the generator did not run, and is not sent.
  void record_unsent(base::MonotonicTime due) {
    ++tally_.unsent;
    count_scheduled(due);
  }
  /// Open loop only. A request was started `lag` after it was due; of that, `lateness` is the generator's own
  /// delay and the rest the wait for a connection.
  void record_lateness(base::Duration lag, base::Duration lateness) {
    tally_.lateness.record(lateness.count());
    if (lag > lateness) tally_.queued.record((lag - lateness).count());
    tally_.final_lag = lag;
  }

  /// A response has begun `time` after its request fell due, and its end has not come.
  void record_first_byte(base::Duration time) { tally_.first_byte.record(time.count()); }
  /// The first part with content of a response came `time` after its request fell due.
  void record_first_content(base::MonotonicTime due, base::Duration time) {
    record_inside(stats::LoadSlice::first_content, tally_.parts.first_content, due, time);
  }
  void record_part() { ++tally_.parts.count; }
  /// Between two parts of a response that follow each other; and between two such that have content.
  void record_gap(base::MonotonicTime due, base::Duration gap) {
    record_inside(stats::LoadSlice::gap, tally_.parts.gaps, due, gap);
  }
  void record_content_gap(base::MonotonicTime due, base::Duration gap) {
    record_inside(stats::LoadSlice::content_gap, tally_.parts.content_gaps, due, gap);
  }

  /// A complete response that came in one read. `latency` since the request fell due, `service` since it was
  /// sent; `status` < 1000.
  void record_response(int status, base::MonotonicTime due, base::Duration latency, base::Duration service) {
    count_answer(status, service);
    if (error_statuses_[static_cast<std::size_t>(status)])
      return count_error_response(ErrorClass::status, due, latency, {});
    tally_.ok_latency.record(latency.count());
    if (keeps_series_) slices_.record(tally_, due, latency);
  }
  /// A complete response after record_first_byte(), whose end came `transfer` later.
  void record_transferred_response(int status, base::MonotonicTime due, base::Duration latency,
                                   base::Duration service, base::Duration transfer);
  /// A complete response that does not match the expectation; an error status takes precedence over that.
  /// With `transfer` if it came after record_first_byte().
  void record_unexpected_response(int status, base::MonotonicTime due, base::Duration latency,
                                  base::Duration service, std::string_view why,
                                  std::optional<base::Duration> transfer = {});
  /// The parts of a complete response, which was recorded with this status and is as expected.
  void record_parts(int status, const PartProgress& progress);
  /// A complete response of gRPC with a status other than ok. With `transfer` as above.
  void record_error_response(int status, base::MonotonicTime due, base::Duration latency,
                             base::Duration service, std::string_view why,
                             std::optional<base::Duration> transfer = {});
  /// A request that failed without a complete response, `latency` after it fell due, which counts only where
  /// it has_latency().
  void record_failure(ErrorClass error, base::MonotonicTime due, base::Duration latency, std::string_view why,
                      Seen seen = {});
  /// A request in flight is given up, at a stop or because the generator stood still, `age` after it fell
  /// due.
  void record_cut_off(base::MonotonicTime due, base::Duration age, Seen seen = {}) {
    ++tally_.in_flight;
    record_cut_short(due, age, seen);
  }

  void record_bytes(std::size_t bytes) { tally_.bytes_received += static_cast<std::int64_t>(bytes); }
  void record_messages(const MessageCounts& messages) { tally_.messages.add(messages); }
  void record_connect() { ++tally_.connects; }
  /// WebSocket: of a request that fails as `closed`.
  void record_close_code(int code);

  /// Requests that completed or failed, and those of them that count as errors.
  std::int64_t finished_count() const { return finished_; }
  std::int64_t error_count() const { return errors_; }
  /// The counts so far, except the statuses and latencies.
  const Tally& tally() const { return tally_; }
  /// Adds the latencies so far.
  void add_latencies_to(stats::Histogram& latencies) const {
    latencies.add(tally_.ok_latency);
    latencies.add(transferred_latency_);
    latencies.add(error_latency_);
  }

  /// Ends the series with `connections` open and returns everything; the recorder cannot be used any more.
  Tally finish(std::size_t connections = 0);

 private:
  /// The tally's counts when the present point started: the point is the difference to them.
  struct Counts {
    std::int64_t sent = 0;
    std::int64_t completed = 0;
    std::array<std::int64_t, kErrorClasses> errors{};
  };

  void count_scheduled(base::MonotonicTime due) {
    ++tally_.scheduled;
    if (due >= point_start_ && due < point_end_) [[likely]] {
      ++scheduled_in_point_;
    } else if (keeps_series_) {
      ++tally_.series.at(due - start_).scheduled;
    }
  }
  void count_answer(int status, base::Duration service) {
    ++tally_.completed;
    ++finished_;
    ++statuses_[static_cast<std::size_t>(status)];
    tally_.service.record(service.count());
  }
  void count_error(ErrorClass error, base::MonotonicTime due, base::Duration latency);
  void count_error_response(ErrorClass error, base::MonotonicTime due, base::Duration latency,
                            std::optional<base::Duration> transfer);
  void record_inside(stats::LoadSlice::Inside kind, stats::Histogram& histogram, base::MonotonicTime due,
                     base::Duration time) {
    histogram.record(time.count());
    if (keeps_series_) slices_.record_inside(tally_, kind, due, time);
  }
  void record_cut_short(base::MonotonicTime due, base::Duration age, Seen seen);
  void end_point(std::size_t connections);

  StatusSet error_statuses_;
  ResponseParts parts_ = ResponseParts::ignored;
  /// Until the end, tally_.ok_latency is that of responses that came in one read, so that their latency is
  /// also the time to their first byte and each is recorded once.
  Tally tally_;
  std::array<std::int64_t, kStatuses> statuses_{};
  stats::Histogram transferred_latency_;  // of responses that are not errors and came in several reads
  /// Of what counts as an error; in the end, tally_.latency is this and tally_.ok_latency together, so that
  /// each is recorded once.
  stats::Histogram error_latency_;
  std::int64_t finished_ = 0;
  std::int64_t errors_ = 0;

  bool keeps_series_ = false;
  base::MonotonicTime start_;
  /// Bounds of the present point of the series; empty while none is kept.
  base::MonotonicTime point_start_ = base::MonotonicTime::max();
  base::MonotonicTime point_end_ = base::MonotonicTime::max();
  std::int64_t scheduled_in_point_ = 0;
  Counts at_point_start_;
  SliceRecorder slices_;
};

}  // namespace iter8::load
