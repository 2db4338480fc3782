#include "load/schedule/random.h"

namespace iter8::load {

std::uint64_t SplitMix64::next() {
  state_ += 0x9e3779b97f4a7c15U;
  std::uint64_t mixed = state_;
  mixed = (mixed ^ (mixed >> 30)) * 0xbf58476d1ce4e5b9U;
  mixed = (mixed ^ (mixed >> 27)) * 0x94d049bb133111ebU;
  return mixed ^ (mixed >> 31);
}

double SplitMix64::next_unit() {
  return (static_cast<double>(next() >> 11) + 1) * 0x1p-53;
}

// The high half of a 128-bit product, instead of a division (Lemire, 2019, without his rejection step).
std::uint64_t SplitMix64::next_below(std::uint64_t count) {
  __extension__ using Wide = unsigned __int128;
  return static_cast<std::uint64_t>(Wide{next()} * count >> 64);
}

}  // namespace iter8::load
