#include "load/schedule/random.h"

#include <array>

#include <catch2/catch.hpp>

namespace iter8::load {
namespace {

// The first numbers for the seed 1234567, as published with the reference implementation of SplitMix64.
TEST_CASE("SplitMix64 gives the published numbers") {
  SplitMix64 random(1234567);
  CHECK(random.next() == 6457827717110365317U);
  CHECK(random.next() == 3203168211198807973U);
  CHECK(random.next() == 9817491932198370423U);
}

// A fair die of 60 000 throws has 10 000 of each; six standard deviations are 548.
TEST_CASE("numbers below a count are spread evenly") {
  SplitMix64 random(4);
  std::array<int, 6> throws{};
  for (int i = 0; i < 60'000; ++i) ++throws.at(random.next_below(6));
  for (const int count : throws) CHECK(std::abs(count - 10'000) < 548);
}

}  // namespace
}  // namespace iter8::load
