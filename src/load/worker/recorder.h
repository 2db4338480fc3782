#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "load/expectation.h"
#include "load/measurement.h"
#include "stats/histogram/histogram.h"
#include "stats/histogram/sketch.h"

namespace iter8::load {

/// Counts what came of the requests of one target on one worker in one phase. Owned and called by that
/// worker; each call is a few additions. The series costs a request one more counter and two sums: the rest
/// of a point is the difference of the tally since the point before.
class Recorder {
 public:
  /// `error_statuses` are those of complete answers that count as errors; `limits` as in Target.
  explicit Recorder(const StatusSet& error_statuses, const std::vector<base::Duration>& limits = {})
      : error_statuses_(error_statuses), limits_(limits) {
    tally_.above.resize(limits_.size());
  }

  /// From here on a series is kept, whose points begin with this time.
  void keep_series(base::MonotonicTime start);
  /// When roll() has something to do.
  base::MonotonicTime point_end() const { return point_end_; }
  /// Ends the present point of the series: it is `now`, at or after point_end(), and so many connections are
  /// open.
  void roll(base::MonotonicTime now, std::size_t connections);

  /// A request fell due and was begun.
  void begun(base::MonotonicTime due) {
    ++tally_.sent;
    asked(due);
  }
  /// A request fell due and was not begun any more.
  void dropped(base::MonotonicTime due) { asked(due); }
  /// It was due, and begun `behind` later; of this, `lateness` since there was a connection. Open loop only.
  void late(base::Duration behind, base::Duration lateness) {
    tally_.lateness.record(lateness.count());
    if (behind > lateness) tally_.queued.record((behind - lateness).count());
    tally_.behind = behind;
  }

  void answered(int status, base::Duration latency, base::Duration service);
  /// An answer that is not what was expected; one whose status is an error counts as that.
  void unexpected(int status, base::Duration latency, base::Duration service, std::string_view why);
  void failed(ErrorClass error, base::Duration latency, std::string_view why);
  /// A request that was begun is given up because of a stop.
  void cut_off() { ++tally_.in_flight; }

  void received(std::size_t bytes) { tally_.bytes_received += static_cast<std::int64_t>(bytes); }
  void connected() { ++tally_.connects; }

  /// Requests that ended, and those of them that count as errors.
  std::int64_t finished() const { return finished_; }
  std::int64_t errors() const { return errors_; }
  /// Everything but the statuses, as far as it is counted.
  const Tally& so_far() const { return tally_; }

  /// Everything counted, with so many connections open; the recorder is spent.
  Tally take(std::size_t connections = 0);

 private:
  /// What a point has counted is what the tally counts beyond this.
  struct Mark {
    std::int64_t sent = 0;
    std::int64_t completed = 0;
    std::array<std::int64_t, kErrorClasses> errors{};
    std::int64_t ended = 0;
  };

  void asked(base::MonotonicTime due) {
    ++tally_.asked;
    if (due >= point_start_ && due < point_end_) [[likely]] {
      ++asked_in_point_;
    } else if (keeps_series_) {
      ++tally_.series.at(due - start_).asked;
    }
  }
  void ended(base::Duration latency);
  void end_point(std::size_t connections);

  StatusSet error_statuses_;
  std::vector<base::Duration> limits_;
  Tally tally_;
  std::array<std::int64_t, kStatuses> statuses_{};
  std::int64_t finished_ = 0;
  std::int64_t errors_ = 0;

  bool keeps_series_ = false;
  base::MonotonicTime start_;
  base::MonotonicTime point_start_ = base::MonotonicTime::max();  // outside of which nothing is in the point
  base::MonotonicTime point_end_ = base::MonotonicTime::max();
  std::int64_t asked_in_point_ = 0;
  double latency_sum_ = 0;
  double latency_squares_ = 0;
  stats::Sketch::Builder latency_;
  Mark mark_;
};

}  // namespace iter8::load
