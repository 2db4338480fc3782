#pragma once

#include <cstdint>

namespace iter8::load {

/// A small pseudo-random generator with the same numbers on every platform: SplitMix64 (Steele, Lea & Flood,
/// "Fast splittable pseudorandom number generators", 2014). Not for secrets. One thread.
class SplitMix64 {
 public:
  explicit SplitMix64(std::uint64_t seed) : state_(seed) {}

  std::uint64_t next() {
    state_ += 0x9e3779b97f4a7c15U;
    std::uint64_t mixed = state_;
    mixed = (mixed ^ (mixed >> 30)) * 0xbf58476d1ce4e5b9U;
    mixed = (mixed ^ (mixed >> 27)) * 0x94d049bb133111ebU;
    return mixed ^ (mixed >> 31);
  }
  /// Uniform in (0, 1].
  double next_unit() { return (static_cast<double>(next() >> 11) + 1) * 0x1p-53; }
  /// Uniform from 0 to `count` - 1, with a bias below count / 2^64: the high half of a 128-bit product
  /// instead of a division (Lemire, "Fast random integer generation in an interval", 2019, without the
  /// rejection).
  std::uint64_t next_below(std::uint64_t count) {
    __extension__ using Wide = unsigned __int128;
    return static_cast<std::uint64_t>(Wide{next()} * count >> 64);
  }

 private:
  std::uint64_t state_;
};

}  // namespace iter8::load
