#include "load/worker/standstills.h"

#include <catch2/catch.hpp>

using namespace iter8;
using namespace iter8::load;
using namespace std::chrono_literals;

namespace {

base::MonotonicTime at(base::Duration time) {
  return base::MonotonicTime(std::chrono::hours(1) + time);
}

}  // namespace

TEST_CASE("a sleep that was asked for, and a moment more, does not count as a standstill") {
  Standstills standstills;
  CHECK_FALSE(standstills.note(at(0ms), at(5s), 5s));
  CHECK_FALSE(standstills.note(at(5s), at(5s + 19ms)));
  CHECK(standstills.lost() == 0ms);
}

TEST_CASE("a short standstill is lost time, a long one spoils what fell into it") {
  Standstills standstills;
  CHECK_FALSE(standstills.note(at(0ms), at(120ms), 20ms));
  CHECK(standstills.lost() == 100ms);
  CHECK_FALSE(standstills.has_long());
  CHECK(standstills.note(at(1s), at(3s), 500ms));  // from 1.5 s to 3 s
  CHECK(standstills.lost() == 1600ms);
  CHECK_FALSE(standstills.include(at(1500ms)));
  CHECK(standstills.include(at(1501ms)));
  CHECK(standstills.include(at(3s)));
  CHECK_FALSE(standstills.include(at(3001ms)));
}

TEST_CASE("the standstills since a moment are the parts of them after it") {
  Standstills standstills;
  standstills.note(at(1s), at(2s));
  standstills.note(at(4s), at(6s));
  CHECK(standstills.since(at(0ms)) == 3s);
  CHECK(standstills.since(at(1500ms)) == 2500ms);
  CHECK(standstills.since(at(2s)) == 2s);
  CHECK(standstills.since(at(6s)) == 0ms);
  CHECK(standstills.first_since(at(0ms)) == at(1s));
  CHECK(standstills.first_since(at(1500ms)) == at(1500ms));
  CHECK(standstills.first_since(at(2s)) == at(4s));
  CHECK_FALSE(standstills.first_since(at(6s)));
}

TEST_CASE("lost time before the measurement does not count, a part within it does") {
  Standstills standstills;
  standstills.note(at(0ms), at(1s));
  standstills.note(at(2s), at(5s));
  standstills.count_from(at(4s));
  CHECK(standstills.lost() == 1s);
  standstills.note(at(6s), at(7s));
  CHECK(standstills.lost() == 2s);
  standstills.count_from(at(8s));
  CHECK(standstills.lost() == 0ms);
}
