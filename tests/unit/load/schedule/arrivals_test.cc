#include <catch2/catch.hpp>

#include "load/schedule/pacer.h"

namespace iter8::load {
namespace {

using namespace std::chrono_literals;

base::MonotonicTime at(base::Duration time) {
  return base::MonotonicTime(time);
}

TEST_CASE("in a closed loop a request is due now, until the requests or the time are over") {
  Arrivals arrivals(Arrivals::Closed{.requests = 2, .end = at(10s), .slice = {.first = 1, .stride = 3}});
  CHECK(arrivals.is_closed_loop());
  CHECK(arrivals.next(at(3s)) == at(3s));
  CHECK_FALSE(arrivals.next(at(10s)).has_value());
  CHECK(arrivals.number() == 1);
  arrivals.advance();
  CHECK(arrivals.number() == 4);
  arrivals.advance();
  CHECK_FALSE(arrivals.next(at(3s)).has_value());
}

TEST_CASE("in an open loop requests are due on the schedule, however late it is") {
  Arrivals arrivals({.pacer = Pacer({.profile = Profile::constant(10), .slots = 2}), .start = at(1s)});
  CHECK_FALSE(arrivals.is_closed_loop());
  CHECK(arrivals.next(at(50s)) == at(1s));
  arrivals.advance();
  CHECK(arrivals.next(at(50s)) == at(1100ms));
  CHECK(arrivals.number() == 1);
  arrivals.advance();
  CHECK_FALSE(arrivals.next(at(50s)).has_value());
}

TEST_CASE("the line is full when one request more is due than may wait") {
  Arrivals arrivals(
      {.pacer = Pacer({.profile = Profile::constant(10), .slots = 5}), .start = at(1s), .queue = 2});
  CHECK(arrivals.queue_full_from() == at(1200ms));
  arrivals.advance();
  CHECK(arrivals.queue_full_from() == at(1300ms));
  arrivals.advance();
  arrivals.advance();
  CHECK_FALSE(arrivals.queue_full_from().has_value());  // two are left
  CHECK(arrivals.next(at(9s)) == at(1300ms));

  const Arrivals at_once(
      {.pacer = Pacer({.profile = Profile::constant(10), .slots = 5}), .start = at(1s), .queue = 0});
  CHECK(at_once.queue_full_from() == at(1s));
  CHECK_FALSE(Arrivals({.pacer = Pacer({.slots = 5}), .start = at(1s)}).queue_full_from().has_value());
}

}  // namespace
}  // namespace iter8::load
