#include "load/schedule/profile.h"

#include <catch2/catch.hpp>

namespace iter8::load {
namespace {

using namespace std::chrono_literals;

TEST_CASE("a constant profile goes on for ever") {
  const Profile profile = Profile::constant(4);
  CHECK(profile.time_of(2) == 0.5e9);
  CHECK(profile.arrivals_until(2s) == 8);
  CHECK_FALSE(profile.end().has_value());
  CHECK_FALSE(profile.total().has_value());
  CHECK(profile.mean_rate() == 4);
  CHECK(profile.peak_rate() == 4);
}

TEST_CASE("stages are straight lines from one rate to the next, and end") {
  const std::vector<Stage> stages = {
      {.duration = 2s, .rate = 20}, {.duration = 0s, .rate = 100}, {.duration = 1s, .rate = 50}};
  const Profile profile = Profile::staged(10, stages);
  CHECK(profile.end() == 3s);
  CHECK(profile.total() == 30 + 75);
  CHECK(profile.mean_rate() == 35);
  CHECK(profile.mean_rate_of(12.5) == Approx(12.5));
  CHECK(profile.mean_rate_of(30) == Approx(15));
  CHECK(profile.mean_rate_of(105) == 35);
  CHECK(Profile::constant(3).mean_rate_of(7) == 3);
  CHECK(profile.peak_rate() == 100);
  // 10t + 2.5t² = 12.5 at t = 1; behind the step 100t - 25t² = 43.75 at t = 0.5.
  CHECK(*profile.time_of(0) == 0);
  CHECK(*profile.time_of(12.5) == Approx(1e9));
  CHECK(*profile.time_of(30) == Approx(2e9));
  CHECK(*profile.time_of(73.75) == Approx(2.5e9));
  CHECK_FALSE(profile.time_of(105).has_value());
  CHECK(profile.arrivals_until(1s) == Approx(12.5));
  CHECK(profile.arrivals_until(2500ms) == Approx(73.75));
  CHECK(profile.arrivals_until(1h) == 105);
  CHECK(profile.arrivals_until(-1s) == 0);
}

TEST_CASE("a pause between stages has no arrivals") {
  const std::vector<Stage> stages = {{.duration = 1s, .rate = 10},
                                     {.duration = 0s, .rate = 0},
                                     {.duration = 5s, .rate = 0},
                                     {.duration = 0s, .rate = 10},
                                     {.duration = 1s, .rate = 10}};
  const Profile profile = Profile::staged(10, stages);
  CHECK(profile.total() == 20);
  CHECK(*profile.time_of(9) == Approx(0.9e9));
  CHECK(*profile.time_of(10) == Approx(6e9));
  CHECK(*profile.time_of(11) == Approx(6.1e9));
}

TEST_CASE("a trace has its own times and an end") {
  const std::vector<base::Duration> times = {1s, 2s, 4s};
  const Profile profile = Profile::trace(times);
  CHECK(profile.time_of(2) == 4e9);
  CHECK_FALSE(profile.time_of(3).has_value());
  CHECK(profile.end() == 4s);
  CHECK(profile.arrivals_until(2s) == 2);
  CHECK(profile.total() == 3);
  CHECK(profile.mean_rate() == 0.75);
}

TEST_CASE("the warm-up has the rate at which the measurement begins, or the mean of one that begins at 0") {
  Plan plan;
  plan.rate = 30;
  CHECK(Profile::of_warmup(plan).mean_rate() == 30);
  plan.stages = {{.duration = 10s, .rate = 100}};
  CHECK(Profile::of_warmup(plan).mean_rate() == 30);
  plan.rate = 0;
  CHECK(Profile::of_warmup(plan).mean_rate() == 50);
  CHECK(Profile::of(plan).mean_rate() == 50);
  plan.trace = {0s, 1s};
  CHECK(Profile::of_warmup(plan).mean_rate() == 2);
}

}  // namespace
}  // namespace iter8::load
