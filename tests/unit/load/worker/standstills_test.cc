#include "load/worker/standstills.h"

#include <catch2/catch.hpp>

using namespace iter8;
using namespace iter8::load;
using namespace std::chrono_literals;

namespace {

base::MonotonicTime moment(base::Duration time) {
  return base::MonotonicTime(std::chrono::hours(1) + time);
}

}  // namespace

TEST_CASE("a sleep that was asked for, and a moment more, does not count as a standstill") {
  Standstills standstills;
  CHECK_FALSE(standstills.note(moment(0ms), moment(5s), 5s));
  CHECK_FALSE(standstills.note(moment(5s), moment(5s + 19ms)));
  CHECK(standstills.lost() == 0ms);
}

TEST_CASE("a short standstill is lost time, a long one spoils what fell into it") {
  Standstills standstills;
  CHECK_FALSE(standstills.note(moment(0ms), moment(120ms), 20ms));
  CHECK(standstills.lost() == 100ms);
  CHECK_FALSE(standstills.has_long());
  CHECK(standstills.note(moment(1s), moment(3s), 500ms));  // from 1.5 s to 3 s
  CHECK(standstills.lost() == 1600ms);
  CHECK_FALSE(standstills.include(moment(1500ms)));
  CHECK(standstills.include(moment(1501ms)));
  CHECK(standstills.include(moment(3s)));
  CHECK_FALSE(standstills.include(moment(3001ms)));
}

TEST_CASE("the standstills since a moment are the parts of them after it") {
  Standstills standstills;
  standstills.note(moment(1s), moment(2s));
  standstills.note(moment(4s), moment(6s));
  CHECK(standstills.since(moment(0ms)) == 3s);
  CHECK(standstills.since(moment(1500ms)) == 2500ms);
  CHECK(standstills.since(moment(2s)) == 2s);
  CHECK(standstills.since(moment(6s)) == 0ms);
  CHECK(standstills.first_since(moment(0ms)) == moment(1s));
  CHECK(standstills.first_since(moment(1500ms)) == moment(1500ms));
  CHECK(standstills.first_since(moment(2s)) == moment(4s));
  CHECK_FALSE(standstills.first_since(moment(6s)));
}

TEST_CASE("lost time before the measurement does not count, a part within it does") {
  Standstills standstills;
  standstills.note(moment(0ms), moment(1s));
  standstills.note(moment(2s), moment(5s));
  standstills.count_from(moment(4s));
  CHECK(standstills.lost() == 1s);
  standstills.note(moment(6s), moment(7s));
  CHECK(standstills.lost() == 2s);
  standstills.count_from(moment(8s));
  CHECK(standstills.lost() == 0ms);
}
