#include "stats/histogram/histogram.h"

#include <algorithm>
#include <cmath>
#include <random>
#include <vector>

#include <catch2/catch.hpp>

namespace iter8::stats {
namespace {

std::vector<std::int64_t> log_uniform_values(std::size_t count) {
  std::mt19937_64 random(7);
  std::uniform_real_distribution<double> exponent(3.0, 12.5);  // 1 µs to about 53 min
  std::vector<std::int64_t> values(count);
  std::ranges::generate(values, [&] { return static_cast<std::int64_t>(std::pow(10.0, exponent(random))); });
  return values;
}

Histogram histogram_of(const std::vector<std::int64_t>& values) {
  Histogram histogram;
  for (const std::int64_t value : values) histogram.record(value);
  return histogram;
}

void check_same(const Histogram& a, const Histogram& b) {
  CHECK(a.count() == b.count());
  CHECK(a.min() == b.min());
  CHECK(a.max() == b.max());
  CHECK(a.mean() == b.mean());
  CHECK(a.variance() == b.variance());
  const auto left = a.cells();
  const auto right = b.cells();
  REQUIRE(left.size() == right.size());
  CHECK(std::equal(left.begin(), left.end(), right.begin(), [](const auto& one, const auto& other) {
    return one.lower == other.lower && one.upper == other.upper && one.count == other.count;
  }));
}

TEST_CASE("an empty histogram answers zero to everything") {
  const Histogram histogram;
  CHECK(histogram.count() == 0);
  CHECK(histogram.min() == 0);
  CHECK(histogram.max() == 0);
  CHECK(histogram.mean() == 0);
  CHECK(histogram.variance() == 0);
  CHECK(histogram.skewness() == 0);
  CHECK(histogram.percentile(99) == 0);
  CHECK(histogram.cells().empty());
}

TEST_CASE("every percentile is within a thousandth of the sorted values") {
  std::vector<std::int64_t> values = log_uniform_values(20'000);
  const Histogram histogram = histogram_of(values);
  std::ranges::sort(values);

  for (const double p : {0.1, 1.0, 25.0, 50.0, 75.0, 90.0, 95.0, 99.0, 99.9, 99.99}) {
    const auto rank =
        static_cast<std::size_t>(std::ceil(p / 100 * static_cast<double>(values.size()) - 1e-6));
    const auto truth = static_cast<double>(values[rank - 1]);
    CAPTURE(p, truth);
    CHECK(static_cast<double>(histogram.percentile(p)) >= truth);
    CHECK(static_cast<double>(histogram.percentile(p)) <= truth * 1.001);
  }
  CHECK(histogram.percentile(0) == values.front());
  CHECK(histogram.percentile(100) == values.back());
}

TEST_CASE("a percentile whose rank is whole takes that rank although 99.9 has no exact double") {
  Histogram histogram;
  for (int i = 1; i <= 1000; ++i) histogram.record(std::int64_t{i} * 1'000'000);
  CHECK(histogram.percentile(99.9) < 999'999'999);
  CHECK(histogram.percentile(99.9) >= 999'000'000);
}

TEST_CASE("values outside 1 µs to 1 h count as the nearest bound") {
  Histogram histogram;
  histogram.record(-5);
  histogram.record(0);
  histogram.record(999);
  histogram.record(INT64_MAX);
  CHECK(histogram.count() == 4);
  CHECK(histogram.min() == 1'000);
  CHECK(histogram.max() == 3'600'000'000'000);
  CHECK(histogram.percentile(75) == 1'000);
  CHECK(histogram.percentile(100) == 3'600'000'000'000);
}

TEST_CASE("buckets cover the range without gaps and hold what was recorded") {
  const Histogram histogram = histogram_of(log_uniform_values(50'000));
  std::int64_t total = 0;
  std::int64_t previous = 0;
  for (const Histogram::Cell& cell : histogram.cells()) {
    CHECK(cell.lower > previous);
    CHECK(cell.upper >= cell.lower);
    CHECK(cell.upper - cell.lower <= cell.lower / 1000);
    previous = cell.upper;
    total += cell.count;
  }
  CHECK(total == 50'000);
}

TEST_CASE("merged buckets hold the same counts in fewer, wider buckets") {
  const Histogram histogram = histogram_of(log_uniform_values(50'000));
  const std::vector<Histogram::Cell> fine = histogram.cells();
  const std::vector<Histogram::Cell> coarse = histogram.cells(8);
  CHECK(coarse.size() < fine.size() / 4);
  auto next = fine.begin();
  for (const Histogram::Cell& cell : coarse) {
    CHECK(cell.upper - cell.lower <= cell.lower / 125);
    std::int64_t count = 0;
    for (; next != fine.end() && next->lower <= cell.upper; ++next) {
      CHECK(next->lower >= cell.lower);
      count += next->count;
    }
    CHECK(cell.count == count);
  }
  CHECK(next == fine.end());
}

TEST_CASE("a value on either side of a power of two falls into a bucket that contains it") {
  for (int bit = 10; bit < 41; ++bit) {
    for (const int offset : {-1, 0, 1}) {
      const std::int64_t value = (std::int64_t{1} << bit) + offset;
      Histogram histogram;
      histogram.record(value);
      const Histogram::Cell cell = histogram.cells().at(0);
      CHECK(cell.lower <= value);
      CHECK(value <= cell.upper);
    }
  }
}

TEST_CASE("merging in any order gives exactly what one histogram would have") {
  const std::vector<std::int64_t> values = log_uniform_values(9'000);
  const Histogram whole = histogram_of(values);
  const Histogram first = histogram_of({values.begin(), values.begin() + 10});
  const Histogram second = histogram_of({values.begin() + 10, values.begin() + 5'000});
  const Histogram third = histogram_of({values.begin() + 5'000, values.end()});

  Histogram forward = first;
  forward.add(second);
  forward.add(third);
  Histogram backward = third;
  backward.add(second);
  backward.add(first);

  check_same(forward, whole);
  check_same(backward, whole);
}

TEST_CASE("merging an empty histogram changes nothing") {
  const Histogram whole = histogram_of(log_uniform_values(100));
  Histogram merged = whole;
  merged.add(Histogram{});
  check_same(merged, whole);
}

TEST_CASE("a cleared or assigned histogram forgets what it held") {
  Histogram histogram = histogram_of(log_uniform_values(100));
  histogram.clear();
  check_same(histogram, Histogram{});

  const Histogram other = histogram_of({5'000, 7'000});
  histogram.record(3'000'000'000);
  histogram = other;
  check_same(histogram, other);
}

TEST_CASE("mean and variance keep their digits when the spread is tiny beside the values") {
  Histogram histogram;
  for (int i = 0; i < 1000; ++i) histogram.record(1'000'000'000'000 + (i % 2 == 0 ? 1 : 3));
  CHECK(histogram.mean() == 1'000'000'000'002.0);
  CHECK(histogram.variance() == Approx(1000.0 / 999.0).epsilon(1e-12));
}

// Reference: moments of 2, 4, 4, 4, 5, 5, 7, 9 ms: mean 5, sum of squared deviations 32, g1 = 0.65625.
TEST_CASE("moments agree with a small sample computed by hand") {
  const Histogram histogram =
      histogram_of({2'000'000, 4'000'000, 4'000'000, 4'000'000, 5'000'000, 5'000'000, 7'000'000, 9'000'000});
  CHECK(histogram.mean() == 5e6);
  CHECK(histogram.variance() == Approx(32.0 / 7 * 1e12));
  CHECK(histogram.skewness() == Approx(0.65625).margin(0.005));
}

}  // namespace
}  // namespace iter8::stats
