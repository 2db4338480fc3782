#include "load/seat.h"

#include <catch2/catch.hpp>

namespace iter8::load {
namespace {

TEST_CASE("a thread stays where it is left alone") {
  Seat seat({0, 1, 2, 3});
  CHECK(seat.next(0, 2) == 2);
  for (int i = 0; i < 100; ++i) CHECK_FALSE(seat.next(5, 2));
}

TEST_CASE("it goes on to the next core when others want this one") {
  Seat seat({1, 4, 7});
  CHECK(seat.next(40, 4) == 7);
  CHECK_FALSE(seat.next(0, 7));
  CHECK(seat.next(40, 7) == 1);
  CHECK_FALSE(seat.next(0, 1));
  CHECK(seat.next(40, 3) == 1);  // it was on none of its own
}

TEST_CASE("where all cores are wanted it stays for a while before it tries again") {
  Seat seat({0, 1});
  int present = 0;
  int moves = 0;
  for (int i = 0; i < 220; ++i) {
    const auto next = seat.next(40, present);
    if (!next) continue;
    CHECK(*next != present);
    present = *next;
    ++moves;
  }
  CHECK(moves == 20);  // two in each two seconds and a bit
}

TEST_CASE("with one core there is nowhere to go") {
  Seat seat({3});
  CHECK(seat.next(40, 3) == 3);
  CHECK_FALSE(seat.next(40, 3));
}

}  // namespace
}  // namespace iter8::load
