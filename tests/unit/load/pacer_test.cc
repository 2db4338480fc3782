#include "load/pacer.h"

#include <algorithm>
#include <cmath>
#include <vector>

#include <catch2/catch.hpp>

namespace iter8::load {
namespace {

using namespace std::chrono_literals;

std::vector<base::Duration> slots_of(const Pacer::Settings& settings, std::size_t limit = 1'000'000) {
  std::vector<base::Duration> times;
  for (Pacer pacer(settings); !pacer.is_over() && times.size() < limit; pacer.advance())
    times.push_back(pacer.next());
  return times;
}

/// The slots of all workers together, in order.
std::vector<base::Duration> merged_over_workers(Pacer::Settings settings, int workers) {
  std::vector<base::Duration> times;
  settings.workers = workers;
  for (settings.worker = 0; settings.worker < workers; ++settings.worker) {
    const auto part = slots_of(settings);
    times.insert(times.end(), part.begin(), part.end());
  }
  std::ranges::sort(times);
  return times;
}

TEST_CASE("a constant rate gives equal gaps that do not drift") {
  const auto times = slots_of({.rate = 3, .duration = 1000s});
  REQUIRE(times.size() == 3000);
  CHECK(times[0] == 0ns);
  CHECK(times[1] == 333333333ns);
  CHECK(times[2] == 666666667ns);
  CHECK(times[2997] == 999s);
}

TEST_CASE("the schedule ends with the slots or the duration, whichever is first") {
  CHECK(slots_of({.rate = 100, .slots = 7, .duration = 1s}).size() == 7);
  CHECK(slots_of({.rate = 100, .slots = 700, .duration = 1s}).size() == 100);
  CHECK(slots_of({.rate = 100, .slots = 0}).empty());
}

TEST_CASE("phases interleave the targets evenly") {
  std::vector<base::Duration> all;
  for (int target = 0; target < 4; ++target) {
    const auto times = slots_of({.rate = 10, .phase = target / 4.0, .slots = 5});
    all.insert(all.end(), times.begin(), times.end());
  }
  std::ranges::sort(all);
  for (std::size_t i = 0; i < all.size(); ++i) CHECK(all[i] == i * 25ms);
}

TEST_CASE("workers share the slots exactly") {
  for (const Arrival arrival : {Arrival::constant, Arrival::poisson}) {
    const Pacer::Settings settings{.arrival = arrival, .rate = 1000, .seed = 5, .slots = 1001};
    const auto whole = slots_of(settings);
    CHECK(whole.size() == 1001);
    CHECK(merged_over_workers(settings, 3) == whole);
  }
}

TEST_CASE("poisson arrivals repeat with their seed and differ without it") {
  const Pacer::Settings settings{.arrival = Arrival::poisson, .rate = 50, .seed = 1, .slots = 100};
  Pacer::Settings other = settings;
  other.seed = 2;
  CHECK(slots_of(settings) == slots_of(settings));
  CHECK(slots_of(settings) != slots_of(other));
}

// Exponential gaps have a mean of 1/rate and a coefficient of variation of 1, and a share of 1 - 1/e is below
// the mean. With 100 000 gaps the bounds below are about six standard errors.
TEST_CASE("poisson gaps are exponential with the asked rate") {
  const auto times = slots_of({.arrival = Arrival::poisson, .rate = 1000, .seed = 9, .slots = 100'000});
  double sum = 0;
  double squares = 0;
  int below_mean = 0;
  base::Duration previous{0};
  for (const base::Duration time : times) {
    const double gap = std::chrono::duration<double>(time - previous).count();
    REQUIRE(gap >= 0);
    sum += gap;
    squares += gap * gap;
    below_mean += gap < 1e-3 ? 1 : 0;
    previous = time;
  }
  const auto n = static_cast<double>(times.size());
  const double mean = sum / n;
  CHECK(mean == Approx(1e-3).epsilon(0.02));
  CHECK(std::sqrt(squares / n - mean * mean) / mean == Approx(1.0).epsilon(0.03));
  CHECK(below_mean / n == Approx(1 - std::exp(-1)).margin(0.01));
}

TEST_CASE("a rate near zero gives a slot that is never due instead of an overflow") {
  const auto times = slots_of({.rate = 1e-300, .slots = 2});
  REQUIRE(times.size() == 2);
  CHECK(times[0] == 0ns);
  CHECK(times[1] > std::chrono::hours(24 * 365 * 100));
}

// The first numbers for the seed 1234567, as published with the reference implementation of SplitMix64.
TEST_CASE("SplitMix64 gives the published numbers") {
  SplitMix64 random(1234567);
  CHECK(random.next() == 6457827717110365317U);
  CHECK(random.next() == 3203168211198807973U);
  CHECK(random.next() == 9817491932198370423U);
}

}  // namespace
}  // namespace iter8::load
