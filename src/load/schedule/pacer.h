#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "base/clock.h"
#include "load/plan.h"
#include "load/schedule/profile.h"
#include "load/schedule/random.h"

namespace iter8::load {

/// Which of a target's slots one worker takes: `first`, and every `stride`-th after it. The slices of all
/// workers of all shards share the slots exactly, however many workers each shard has.
struct Slice {
  std::int64_t first = 0;
  std::int64_t stride = 1;

  static Slice of(const Shard& shard, int worker, int workers) {
    return {.first = shard.index + std::int64_t{shard.count} * worker,
            .stride = std::int64_t{shard.count} * workers};
  }
  /// How many of `slots` slots it takes.
  std::int64_t share_of(std::int64_t slots) const {
    return slots <= first ? 0 : (slots - 1 - first) / stride + 1;
  }
};

/// When the requests of one target fall due: slot k of the target's own schedule, of which this pacer takes
/// its slice. A pure function of its settings, so the schedule does not depend on how the load goes, nor on
/// the processes and threads that carry it out.
///
/// constant: the schedules of all targets together are one row, even as far as the profile is. In each round
/// of as many slots as there are targets every target has one, in an order drawn anew from the seed: whatever
/// happens to the machine meets all versions alike, and in no fixed order. Slot k of a target is due when the
/// profile expects k + p/targets arrivals, p being the target's place in round k. poisson: the gaps are
/// exponential, from a generator of the target's own seed, so that every target sees a true Poisson process,
/// independent of the others'; together they are one Poisson process in which each arrival belongs to a
/// target drawn at random. A trace is followed to the letter by every target.
///
/// The pacer is also the waiting line: a request that is due and has no connection yet is a slot that was not
/// taken yet. However long the line is, it costs no memory.
class Pacer {
 public:
  struct Settings {
    Arrival arrival = Arrival::constant;
    Profile profile = Profile::constant(1);
    int target = 0;  // below targets
    int targets = 1;
    std::uint64_t seed = 1;
    Slice slice;
    std::optional<std::int64_t> slots;       // of all slices together
    std::optional<base::Duration> duration;  // slots due from here on do not exist
  };
  explicit Pacer(Settings settings);

  bool is_over() const { return over_; }
  /// When the next slot is due, from the start, and its number among all of the target; needs !is_over().
  base::Duration next() const { return next_; }
  std::int64_t slot() const { return slot_; }
  /// The next slot is taken.
  void advance();

 private:
  void find_next();
  double arrivals_before_slot();
  double place_in_round();

  Settings settings_;
  SplitMix64 random_;
  std::int64_t slot_ = 0;   // whose time `next_` is
  std::int64_t drawn_ = 0;  // poisson: gaps drawn so far
  double gaps_ = 0;         // their sum
  std::vector<int> order_;  // of the targets in a round; empty where there is no choice
  base::Duration next_{0};
  bool over_ = false;
};

}  // namespace iter8::load
