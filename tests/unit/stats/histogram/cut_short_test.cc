#include "stats/histogram/cut_short.h"

#include <vector>

#include <catch2/catch.hpp>

namespace iter8::stats {
namespace {

constexpr std::int64_t kMsec = 1'000'000;

Histogram of_milliseconds(const std::vector<std::int64_t>& values) {
  Histogram histogram;
  for (const std::int64_t value : values) histogram.record(value * kMsec);
  return histogram;
}

Histogram uniform(std::int64_t from, std::int64_t to, int count) {
  Histogram histogram;
  for (int i = 0; i < count; ++i) histogram.record(from + (to - from) * i / count);
  return histogram;
}

TEST_CASE("several equal durations are recorded at once") {
  Histogram one;
  Histogram other;
  one.record(5 * kMsec, 3);
  one.record(7 * kMsec, 0);
  for (int i = 0; i < 3; ++i) other.record(5 * kMsec);
  CHECK(one.count() == 3);
  CHECK(one.min() == other.min());
  CHECK(one.max() == other.max());
  CHECK(one.mean() == other.mean());
  CHECK(one.variance() == other.variance());
  CHECK(one.percentile(50) == other.percentile(50));
}

TEST_CASE("without durations that were cut short nothing changes") {
  const Histogram ended = of_milliseconds({1, 2, 3, 40});
  const CompletedDurations completed = completed_durations(ended, {});
  CHECK(completed.values.count() == 4);
  CHECK(completed.values.mean() == ended.mean());
  CHECK(completed.open == 0);
}

// Kaplan & Meier's estimate of 1, 2+, 3, 4 by hand: S(1) = 3/4, S(3) = 3/4 * 1/2 = 3/8, S(4) = 0.
TEST_CASE("a duration that was cut short is given to the longer ones") {
  Histogram ended;
  ended.record(1 * kMsec, 1000);
  ended.record(3 * kMsec, 1000);
  ended.record(4 * kMsec, 1000);
  Histogram cut;
  cut.record(2 * kMsec, 1000);
  const CompletedDurations completed = completed_durations(ended, cut);
  CHECK(completed.open == 0);
  CHECK(completed.values.count() == 4000);
  const auto cells = completed.values.cells();
  REQUIRE(cells.size() == 3);
  CHECK(cells[0].count == 1000);
  CHECK(cells[1].count == 1500);
  CHECK(cells[2].count == 1500);
  CHECK(completed.values.min() == 1 * kMsec);
  CHECK(completed.values.max() == 4 * kMsec);
}

TEST_CASE("what is longer than everything that ended stays open, with what is known") {
  const CompletedDurations completed =
      completed_durations(uniform(2 * kMsec, 3 * kMsec, 300), uniform(10 * kMsec, 3000 * kMsec, 300));
  CHECK(completed.open == 300);
  CHECK(completed.values.count() == 600);
  CHECK(completed.values.percentile(40) < 3 * kMsec);
  CHECK(completed.values.percentile(95) > 2600 * kMsec);
}

TEST_CASE("one slow duration that ended speaks for those that were cut short before it") {
  Histogram ended = uniform(2 * kMsec, 3 * kMsec, 300);
  ended.record(4000 * kMsec);
  const CompletedDurations completed = completed_durations(ended, uniform(10 * kMsec, 2000 * kMsec, 200));
  CHECK(completed.open == 0);
  CHECK(completed.values.percentile(70) > 3900 * kMsec);
}

TEST_CASE("the requests in flight of a healthy service change no quantile by much") {
  const Histogram ended = uniform(50 * kMsec, 60 * kMsec, 590);
  const CompletedDurations completed = completed_durations(ended, uniform(0, 50 * kMsec, 10));
  CHECK(completed.open == 0);
  CHECK(completed.values.count() == 600);
  CHECK(completed.values.min() == ended.min());
  CHECK(completed.values.max() == ended.max());
  CHECK(completed.values.mean() == Approx(ended.mean()).epsilon(0.002));
  for (const double p : {5.0, 50.0, 95.0, 99.0})
    CHECK(static_cast<double>(completed.values.percentile(p)) ==
          Approx(static_cast<double>(ended.percentile(p))).epsilon(0.005));
}

TEST_CASE("where nothing ended, everything is open") {
  const CompletedDurations completed = completed_durations({}, of_milliseconds({1, 2, 3}));
  CHECK(completed.open == 3);
  CHECK(completed.values.count() == 3);
  CHECK(completed_durations({}, {}).values.count() == 0);
}

}  // namespace
}  // namespace iter8::stats
