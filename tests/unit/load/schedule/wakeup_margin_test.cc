#include "load/schedule/wakeup_margin.h"

#include <catch2/catch.hpp>

#include "load/schedule/random.h"

namespace iter8::load {
namespace {

using namespace std::chrono_literals;

TEST_CASE("where waking up is quick the margin stays small") {
  WakeupMargin margin;
  for (int i = 0; i < 10'000; ++i) margin.add_oversleep(5us);
  CHECK(margin.size() == WakeupMargin::kMin);
}

TEST_CASE("the margin finds how long waking up takes but for one time in 200") {
  WakeupMargin margin;
  SplitMix64 random(7);
  const auto sleep = [&] { return base::Duration(static_cast<std::int64_t>(random.next_below(400'000))); };
  for (int i = 0; i < 20'000; ++i) margin.add_oversleep(sleep());
  int late = 0;
  for (int i = 0; i < 20'000; ++i) {
    const base::Duration overslept = sleep();
    late += overslept > margin.size() ? 1 : 0;
    margin.add_oversleep(overslept);
  }
  CHECK(late < 200);
  CHECK(margin.size() > 350us);
  CHECK(margin.size() < 500us);
}

TEST_CASE("a machine that stands still now and then does not make it spin all the time") {
  WakeupMargin margin;
  for (int i = 0; i < 100'000; ++i) margin.add_oversleep(i % 1000 == 0 ? 20ms : 5us);
  CHECK(margin.size() < 100us);
  for (int i = 0; i < 10'000; ++i) margin.add_oversleep(20ms);
  CHECK(margin.size() == WakeupMargin::kMax);
}

}  // namespace
}  // namespace iter8::load
