#pragma once

#include <cstdint>
#include <optional>

#include "base/clock.h"
#include "load/plan.h"

namespace iter8::load {

/// A small pseudo-random generator with the same numbers on every platform: SplitMix64 (Steele, Lea & Flood,
/// 2014).
class SplitMix64 {
 public:
  explicit SplitMix64(std::uint64_t seed) : state_(seed) {}

  std::uint64_t next();
  /// Uniform above 0 and at most 1.
  double next_unit();

 private:
  std::uint64_t state_;
};

/// When the requests of one target fall due: slot k of the target's own schedule, of which this worker takes
/// every `workers`-th. A pure function of its settings, so the schedule does not depend on how the load goes.
///
/// constant: slot k is due at (k + phase) / rate. With a phase of t/targets for target t, the arrivals of all
/// targets together form one even row. poisson: the gaps are exponential, from a generator of the target's
/// own seed, so that every target sees a true Poisson process, independent of the others'.
///
/// The pacer is also the waiting line: a request that is due and has no connection yet is a slot that was not
/// taken yet. However long the line is, it costs no memory.
class Pacer {
 public:
  struct Settings {
    Arrival arrival = Arrival::constant;
    double rate = 1;   // per second
    double phase = 0;  // of a gap, below 1
    std::uint64_t seed = 1;
    int worker = 0;  // below workers
    int workers = 1;
    std::optional<std::int64_t> slots;       // of all workers together
    std::optional<base::Duration> duration;  // slots due from here on do not exist
  };
  explicit Pacer(const Settings& settings);

  bool is_over() const { return over_; }
  /// When the next slot is due, from the start; it needs !is_over().
  base::Duration next() const { return next_; }
  /// The next slot is taken.
  void advance();

 private:
  void find_next();
  base::Duration due_of_slot();

  Settings settings_;
  SplitMix64 random_;
  std::int64_t slot_ = 0;         // whose time `next_` is
  std::int64_t drawn_ = 0;        // poisson: gaps drawn so far
  double drawn_nanoseconds_ = 0;  // their sum
  base::Duration next_{0};
  bool over_ = false;
};

}  // namespace iter8::load
