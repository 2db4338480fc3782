#pragma once

#include <cstdint>

namespace iter8::load {

/// A small pseudo-random generator with the same numbers on every platform: SplitMix64 (Steele, Lea & Flood,
/// 2014).
class SplitMix64 {
 public:
  explicit SplitMix64(std::uint64_t seed) : state_(seed) {}

  std::uint64_t next();
  /// Uniform above 0 and at most 1.
  double next_unit();
  /// Uniform from 0 to `count` - 1; the bias is below count / 2^64.
  std::uint64_t next_below(std::uint64_t count);

 private:
  std::uint64_t state_;
};

}  // namespace iter8::load
