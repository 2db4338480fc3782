#pragma once

#include <optional>
#include <vector>

#include "base/clock.h"

namespace iter8::load {

/// When a worker did not run although it wanted to: its process was stopped or its machine suspended, the
/// quota of its control group was used up, or other processes had the core. What falls due meanwhile cannot
/// be sent, and an answer that comes meanwhile is read late, so the application must not be blamed for
/// either. One thread.
class Standstills {
 public:
  /// Less than this between two readings of the clock, beyond a sleep that was asked for, is not counted.
  static constexpr base::Duration kShortest = std::chrono::milliseconds(20);
  /// From here on, requests that fell due meanwhile are not sent any more, and those that were in flight are
  /// given up. After a shorter one they are late, which is measured as lateness.
  static constexpr base::Duration kLong = std::chrono::milliseconds(250);

  /// The clock said `before`, and says `now`, the next time that it was read, after a sleep of `asked`. True
  /// when that was a long standstill.
  bool note(base::MonotonicTime before, base::MonotonicTime now, base::Duration asked = {}) {
    const base::Duration lost = now - before - asked;
    if (lost < kShortest) [[likely]]
      return false;
    return add(now - lost, now);
  }
  /// Counts lost() from this time on, which may be past.
  void count_from(base::MonotonicTime start);
  /// The length of all standstills, whether long or not.
  base::Duration lost() const { return lost_; }

  bool has_long() const { return !long_.empty(); }
  /// Whether a long standstill includes this moment.
  bool include(base::MonotonicTime time) const;
  /// How much of the time since then the long ones took.
  base::Duration since(base::MonotonicTime time) const;
  /// When the first long one after this time began; nullopt when there was none.
  std::optional<base::MonotonicTime> first_since(base::MonotonicTime time) const;

 private:
  struct Interval {
    base::MonotonicTime from;
    base::MonotonicTime to;
  };

  bool add(base::MonotonicTime from, base::MonotonicTime to);

  std::vector<Interval> long_;  // in order
  Interval last_;
  base::Duration lost_{0};
};

}  // namespace iter8::load
