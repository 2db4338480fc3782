#include "load/schedule/timer_wheel.h"

#include <algorithm>
#include <vector>

#include <catch2/catch.hpp>

#include "load/schedule/random.h"

namespace iter8::load {
namespace {

using namespace std::chrono_literals;

base::MonotonicTime after_start(base::Duration time) {
  return base::MonotonicTime(100h + time);
}

std::vector<std::uint32_t> expired(TimerWheel& wheel, base::Duration time) {
  std::vector<std::uint32_t> ids;
  while (const auto id = wheel.expire(after_start(time))) ids.push_back(*id);
  std::ranges::sort(ids);
  return ids;
}

using Ids = std::vector<std::uint32_t>;

TEST_CASE("a wheel says when to look and gives out what is over, never early") {
  TimerWheel wheel;
  CHECK_FALSE(wheel.next().has_value());
  wheel.set(7, after_start(5ms));
  wheel.set(3, after_start(2ms));
  wheel.set(4, after_start(4500us));
  CHECK(wheel.next() == after_start(2ms));
  CHECK(expired(wheel, 1999us) == Ids{});
  CHECK(expired(wheel, 2ms) == Ids{3});
  CHECK(expired(wheel, 4900us) == Ids{});  // a tick late at most
  CHECK(expired(wheel, 5ms) == Ids{4, 7});
  CHECK(wheel.empty());
}

TEST_CASE("deadlines of later turns of the wheel wait for theirs") {
  TimerWheel wheel;
  wheel.set(1, after_start(10ms));
  wheel.set(2, after_start(10ms + 512ms));
  wheel.set(3, after_start(10ms + 5120ms));
  CHECK(expired(wheel, 10ms) == Ids{1});
  CHECK(expired(wheel, 521ms) == Ids{});
  CHECK(expired(wheel, 522ms) == Ids{2});
  CHECK(expired(wheel, 5129ms) == Ids{});
  CHECK(expired(wheel, 6s) == Ids{3});
}

TEST_CASE("a number is set once, and can be cancelled") {
  TimerWheel wheel;
  wheel.set(0, after_start(1ms));
  wheel.set(0, after_start(3ms));
  wheel.set(1, after_start(3ms));
  wheel.set(2, after_start(3ms));
  wheel.cancel(1);
  wheel.cancel(9);
  CHECK(expired(wheel, 2ms) == Ids{});
  CHECK(expired(wheel, 3ms) == Ids{0, 2});
  wheel.set(5, after_start(1ms));  // before what has expired
  CHECK(expired(wheel, 3ms) == Ids{5});
}

TEST_CASE("thousands of deadlines expire in time whatever their order") {
  TimerWheel wheel;
  SplitMix64 random(1);
  std::vector<base::Duration> deadlines;
  for (std::uint32_t id = 0; id < 5000; ++id) {
    deadlines.emplace_back(static_cast<std::int64_t>(random.next_below(3'000'000'000)));
    wheel.set(id, after_start(deadlines.back()));
  }
  std::size_t count = 0;
  for (base::Duration time{0}; time <= 3001ms; time += 700us) {
    for (const std::uint32_t id : expired(wheel, time)) {
      ++count;
      const bool in_time = deadlines[id] <= time && deadlines[id] > time - 700us - 1ms;
      if (!in_time) FAIL("deadline " << deadlines[id].count() << " expired at " << time.count());
    }
  }
  CHECK(count == 5000);
}

}  // namespace
}  // namespace iter8::load
