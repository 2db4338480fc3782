#pragma once

#include <cstdint>
#include <optional>
#include <variant>
#include <vector>

#include "base/clock.h"
#include "load/plan.h"
#include "load/schedule/profile.h"
#include "load/schedule/random.h"

namespace iter8::load {

/// The part of a target's slots that one worker sends: number `first` and every `stride`-th after it. The
/// slices of all workers of all shards cover every slot exactly once, however many workers each shard has.
struct Slice {
  std::int64_t first = 0;
  std::int64_t stride = 1;

  static Slice of(const Shard& shard, int worker, int workers) {
    return {.first = shard.index + std::int64_t{shard.count} * worker,
            .stride = std::int64_t{shard.count} * workers};
  }
  /// How many of the first `slots` slots belong to it.
  std::int64_t share_of(std::int64_t slots) const {
    return slots <= first ? 0 : (slots - 1 - first) / stride + 1;
  }
};

/// When the requests of one target fall due. Request k of the target's schedule is its slot k; the pacer goes
/// through the slots of its slice. A pure function of its settings: the schedule depends neither on how the
/// load goes nor on the processes and threads that carry it out. Used by one thread.
///
/// constant: all targets share one schedule, as even as the profile. In each round of as many slots as there
/// are targets every target has one, in an order drawn anew from the seed: whatever happens to the machine
/// affects all versions alike, and in no fixed order. Slot k of a target is due when the profile expects
/// k + p/targets arrivals, p being the target's position in round k. poisson: the gaps are exponential, from
/// a generator with the target's own seed, so that every target sees a true Poisson process independent of
/// the others. A trace is followed literally by every target.
///
/// The pacer is also the queue: a request that is due and has no connection yet is a slot that has not been
/// passed. However long the queue gets, it costs no memory.
class Pacer {
 public:
  struct Settings {
    Arrival arrival = Arrival::constant;
    Profile profile = Profile::constant(1);
    int target = 0;  // below targets
    int targets = 1;
    std::uint64_t seed = 1;
    Slice slice;
    std::optional<std::int64_t> slots;       // total of all slices; nullopt = no limit
    std::optional<base::Duration> duration;  // slots due from here on are left out
  };
  explicit Pacer(Settings settings);

  bool is_over() const { return over_; }
  /// When the next slot is due, from the start of the phase, and its number in the target's schedule; both
  /// need !is_over().
  base::Duration next() const { return next_; }
  std::int64_t slot() const { return slot_; }
  /// Goes on to the next slot of the slice.
  void advance();

 private:
  void schedule_next();
  double arrivals_before_slot();
  double position_in_round();

  Settings settings_;
  SplitMix64 random_;
  std::int64_t slot_ = 0;   // whose time `next_` is
  std::int64_t drawn_ = 0;  // poisson: gaps drawn so far
  double gaps_ = 0;         // their sum
  std::vector<int> order_;  // of the targets in a round; empty where all rounds are alike
  base::Duration next_{0};
  bool over_ = false;
};

/// When the next request of one target on one worker falls due in one phase of the load: according to a
/// pacer, or, in a closed loop, whenever a connection is free.
class Arrivals {
 public:
  struct Closed {
    std::optional<std::int64_t> requests;    // that this worker sends; nullopt = no limit
    std::optional<base::MonotonicTime> end;  // no request falls due from here on
    Slice slice;                             // the numbers of its requests
  };
  struct Open {
    Pacer pacer;
    base::MonotonicTime start;
    std::optional<std::int64_t> queue = {};  // as Plan::queue, for this pacer's slots
  };
  explicit Arrivals(Closed closed) : kind_(closed) {}
  explicit Arrivals(const Open& open);

  /// When the next request falls due, maybe in the past; in a closed loop `now`. nullopt when none will.
  std::optional<base::MonotonicTime> next(base::MonotonicTime now) const;
  /// Its number among all requests of the target in this phase, over all workers and shards.
  std::int64_t number() const;
  /// The next request was started or dropped; needs next().
  void advance();

  /// When more requests are, or will be, due than the queue holds; nullopt when that never happens.
  std::optional<base::MonotonicTime> queue_full_from() const;

  bool is_closed_loop() const { return std::holds_alternative<Closed>(kind_); }

 private:
  std::variant<Closed, Open> kind_;
  std::optional<Pacer> queue_end_;  // a pacer as many slots ahead as the queue holds
};

}  // namespace iter8::load
