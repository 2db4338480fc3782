#include "load/schedule/pacer.h"

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

/// The slots of all workers of all shards together, in order; the shards have 1, 2, 3, … workers.
std::vector<base::Duration> merged(Pacer::Settings settings, int shards) {
  std::vector<base::Duration> times;
  for (int shard = 0; shard < shards; ++shard) {
    for (int worker = 0; worker <= shard; ++worker) {
      settings.slice = Slice::of({.index = shard, .count = shards}, worker, shard + 1);
      const auto part = slots_of(settings);
      times.insert(times.end(), part.begin(), part.end());
    }
  }
  std::ranges::sort(times);
  return times;
}

Pacer::Settings at_rate(double rate) {
  return {.profile = Profile::constant(rate)};
}

TEST_CASE("a constant rate gives equal gaps that do not drift") {
  const auto times = slots_of({.profile = Profile::constant(3), .duration = 1000s});
  REQUIRE(times.size() == 3000);
  CHECK(times[0] == 0ns);
  CHECK(times[1] == 333333333ns);
  CHECK(times[2] == 666666667ns);
  CHECK(times[2997] == 999s);
}

TEST_CASE("the schedule ends with the slots or the duration, whichever is first") {
  CHECK(slots_of({.profile = Profile::constant(100), .slots = 7, .duration = 1s}).size() == 7);
  CHECK(slots_of({.profile = Profile::constant(100), .slots = 700, .duration = 1s}).size() == 100);
  CHECK(slots_of({.profile = Profile::constant(100), .slots = 0}).empty());
}

TEST_CASE("the schedules of several targets are one even row") {
  std::vector<base::Duration> all;
  for (int target = 0; target < 4; ++target) {
    Pacer::Settings settings = at_rate(10);
    settings.target = target;
    settings.targets = 4;
    settings.slots = 500;
    const auto times = slots_of(settings);
    all.insert(all.end(), times.begin(), times.end());
  }
  std::ranges::sort(all);
  REQUIRE(all.size() == 2000);
  for (std::size_t i = 0; i < all.size(); ++i) CHECK(all[i] == i * 25ms);
}

// Of 10 000 rounds of two targets either is first in half of them; six standard deviations are 300.
TEST_CASE("the order of targets is drawn anew in each round, from the seed") {
  const auto firsts = [](std::uint64_t seed) {
    Pacer::Settings settings = at_rate(1);
    settings.targets = 2;
    settings.seed = seed;
    settings.slots = 10'000;
    std::vector<bool> first;
    for (Pacer pacer(settings); !pacer.is_over(); pacer.advance())
      first.push_back(pacer.next() == std::chrono::seconds(pacer.slot()));
    return first;
  };
  const auto first = firsts(1);
  CHECK(std::abs(std::ranges::count(first, true) - 5000) < 300);
  int changes = 0;
  for (std::size_t i = 1; i < first.size(); ++i) changes += first[i] != first[i - 1] ? 1 : 0;
  CHECK(std::abs(changes - 5000) < 300);
  CHECK(firsts(1) == first);
  CHECK(firsts(2) != first);
}

TEST_CASE("workers and shards share the slots exactly") {
  const std::vector<Stage> stages = {{.duration = 1s, .rate = 1000}, {.duration = 1s, .rate = 0}};
  for (const Arrival arrival : {Arrival::constant, Arrival::poisson}) {
    for (const Profile& profile : {Profile::constant(1000), Profile::staged(0, stages)}) {
      const Pacer::Settings settings{
          .arrival = arrival, .profile = profile, .target = 1, .targets = 3, .seed = 5, .slots = 901};
      const auto whole = slots_of(settings);
      CHECK(whole.size() == 901);
      CHECK(merged(settings, 4) == whole);
    }
  }
}

TEST_CASE("a slice takes its share of any number of slots") {
  for (const std::int64_t slots : {0, 1, 2, 5, 6, 7, 100}) {
    std::int64_t sum = 0;
    for (int shard = 0; shard < 2; ++shard)
      for (int worker = 0; worker < 3; ++worker) {
        const Slice slice = Slice::of({.index = shard, .count = 2}, worker, 3);
        Pacer::Settings settings = at_rate(1);
        settings.slice = slice;
        settings.slots = slots;
        CHECK(slice.share_of(slots) == static_cast<std::int64_t>(slots_of(settings).size()));
        sum += slice.share_of(slots);
      }
    CHECK(sum == slots);
  }
}

TEST_CASE("a ramp is as even as its rate: slot k falls due where the area under the rate is k") {
  const std::vector<Stage> stages = {{.duration = 10s, .rate = 10}, {.duration = 5s, .rate = 10}};
  const auto times = slots_of({.profile = Profile::staged(0, stages)});
  REQUIRE(times.size() == 100);  // a triangle of 50 and a rectangle of 50
  CHECK(times[0] == 0ns);
  CHECK(times[8] == 4s);  // t²/2
  CHECK(times[32] == 8s);
  CHECK(times[50] == 10s);
  CHECK(times[75] == 12500ms);
}

TEST_CASE("poisson arrivals follow stages") {
  const std::vector<Stage> stages = {
      {.duration = 100s, .rate = 100}, {.duration = 0s, .rate = 300}, {.duration = 100s, .rate = 300}};
  const auto times =
      slots_of({.arrival = Arrival::poisson, .profile = Profile::staged(100, stages), .seed = 3});
  const auto first = std::ranges::count_if(times, [](base::Duration time) { return time < 100s; });
  CHECK(std::abs(first - 10'000) < 600);  // six standard deviations
  CHECK(std::abs(static_cast<std::int64_t>(times.size()) - first - 30'000) < 1040);
  CHECK(std::ranges::is_sorted(times));
  CHECK(times.back() < 200s);
}

TEST_CASE("a trace is followed to the letter, by every target") {
  const std::vector<base::Duration> trace = {0ns, 5ms, 5ms, 2s};
  const Profile profile = Profile::trace(trace);
  CHECK(slots_of({.profile = profile}) == trace);
  CHECK(slots_of({.profile = profile, .target = 1, .targets = 2}) == trace);
  CHECK(slots_of({.profile = profile, .duration = 2s}).size() == 3);
}

TEST_CASE("poisson arrivals repeat with their seed and differ without it") {
  const Pacer::Settings settings{
      .arrival = Arrival::poisson, .profile = Profile::constant(50), .seed = 1, .slots = 100};
  Pacer::Settings other = settings;
  other.seed = 2;
  CHECK(slots_of(settings) == slots_of(settings));
  CHECK(slots_of(settings) != slots_of(other));
}

// Exponential gaps have a mean of 1/rate and a coefficient of variation of 1, and a share of 1 - 1/e is below
// the mean. With 100 000 gaps the bounds below are about six standard errors.
TEST_CASE("poisson gaps are exponential with the requested rate") {
  const auto times = slots_of(
      {.arrival = Arrival::poisson, .profile = Profile::constant(1000), .seed = 9, .slots = 100'000});
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
  const auto times = slots_of({.profile = Profile::constant(1e-300), .slots = 2});
  REQUIRE(times.size() == 2);
  CHECK(times[0] == 0ns);
  CHECK(times[1] > std::chrono::hours(24 * 365 * 100));
}

}  // namespace
}  // namespace iter8::load
