#pragma once

#include <array>
#include <bitset>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "load/measurement.h"
#include "stats/histogram.h"

namespace iter8::load {

inline constexpr std::size_t kStatuses = 1000;
using StatusSet = std::bitset<kStatuses>;

/// Counts what came of the requests of one target on one worker in one phase. Owned and called by that
/// worker; each call is a few additions.
class Recorder {
 public:
  /// `error_statuses` are those of complete answers that count as errors; `limits` as in Target.
  explicit Recorder(const StatusSet& error_statuses, const std::vector<base::Duration>& limits = {})
      : error_statuses_(error_statuses), limits_(limits) {
    tally_.above.resize(limits_.size());
  }

  /// A request fell due and was begun.
  void begun() {
    ++tally_.asked;
    ++tally_.sent;
  }
  /// A request fell due and was not begun any more.
  void dropped() { ++tally_.asked; }
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

  /// Everything counted; the recorder is spent.
  Tally take();

 private:
  void ended(base::Duration latency);

  StatusSet error_statuses_;
  std::vector<base::Duration> limits_;
  Tally tally_;
  std::array<std::int64_t, kStatuses> statuses_{};
  std::int64_t finished_ = 0;
  std::int64_t errors_ = 0;
};

}  // namespace iter8::load
