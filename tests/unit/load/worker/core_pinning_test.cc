#include "load/worker/core_pinning.h"

#include <catch2/catch.hpp>

namespace iter8::load {
namespace {

TEST_CASE("a thread stays where it is left alone") {
  CorePinner core_pinner({0, 1, 2, 3});
  CHECK(core_pinner.choose_core(0, 2) == 2);
  for (int i = 0; i < 100; ++i) CHECK_FALSE(core_pinner.choose_core(5, 2));
}

TEST_CASE("it goes on to the next core when others want this one") {
  CorePinner core_pinner({1, 4, 7});
  CHECK(core_pinner.choose_core(40, 4) == 7);
  CHECK_FALSE(core_pinner.choose_core(0, 7));
  CHECK(core_pinner.choose_core(40, 7) == 1);
  CHECK_FALSE(core_pinner.choose_core(0, 1));
  CHECK(core_pinner.choose_core(40, 3) == 1);  // it was on none of its own
}

TEST_CASE("where all cores are wanted it stays for a while before it tries again") {
  CorePinner core_pinner({0, 1});
  int current_core = 0;
  int moves = 0;
  for (int i = 0; i < 220; ++i) {
    const auto next = core_pinner.choose_core(40, current_core);
    if (!next) continue;
    CHECK(*next != current_core);
    current_core = *next;
    ++moves;
  }
  CHECK(moves == 20);  // two in each two seconds and a bit
}

TEST_CASE("with one core there is nowhere to go") {
  CorePinner core_pinner({3});
  CHECK(core_pinner.choose_core(40, 3) == 3);
  CHECK_FALSE(core_pinner.choose_core(40, 3));
}

}  // namespace
}  // namespace iter8::load
