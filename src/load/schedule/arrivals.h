#pragma once

#include <cstdint>
#include <optional>
#include <variant>

#include "base/clock.h"
#include "load/schedule/pacer.h"

namespace iter8::load {

/// When the next request of one target on one worker falls due, in one phase of the load: by a schedule, or,
/// in a closed loop, whenever a connection is free.
class Arrivals {
 public:
  struct Closed {
    std::optional<std::int64_t> requests;    // of this worker
    std::optional<base::MonotonicTime> end;  // none fall due from here on
    Slice slice;                             // which numbers they have
  };
  struct Open {
    Pacer pacer;
    base::MonotonicTime start;
    std::optional<std::int64_t> queue = {};  // more of this pacer's slots waiting make the line full
  };
  explicit Arrivals(Closed closed) : kind_(closed) {}
  explicit Arrivals(const Open& open);

  /// Nothing when no more fall due. In a closed loop that is `now`.
  std::optional<base::MonotonicTime> next(base::MonotonicTime now) const;
  /// Its number among all of the target in this phase, of all workers and shards.
  std::int64_t number() const;
  /// The next one is taken; needs one.
  void take();

  /// When the line will be, or was, full: more requests due than may wait. Nothing when it never will.
  std::optional<base::MonotonicTime> full_from() const;

  bool is_closed_loop() const { return std::holds_alternative<Closed>(kind_); }

 private:
  std::variant<Closed, Open> kind_;
  std::optional<Pacer> scout_;  // the pacer as it will be when as many slots were taken as may wait
};

}  // namespace iter8::load
