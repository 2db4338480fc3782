#include "stats/histogram/hdr_counts.h"

#include <random>

#include <catch2/catch.hpp>

#include "base/error.h"

namespace iter8::stats {
namespace {

Histogram some(int seed, int count) {
  std::mt19937_64 random(static_cast<std::uint64_t>(seed));
  std::lognormal_distribution<double> spread(13, 2);
  Histogram histogram;
  for (int i = 0; i < count; ++i) histogram.record(static_cast<std::int64_t>(spread(random)));
  return histogram;
}

void check_same(const std::vector<Histogram::Cell>& one, const std::vector<Histogram::Cell>& other) {
  REQUIRE(one.size() == other.size());
  for (std::size_t i = 0; i < one.size(); ++i) {
    CHECK(one[i].lower == other[i].lower);
    CHECK(one[i].upper == other[i].upper);
    CHECK(one[i].count == other[i].count);
  }
}

TEST_CASE("counts come back from their text as they were") {
  const Histogram histogram = some(1, 20'000);
  const std::string text = HdrCounts(histogram).text();
  CHECK(text.starts_with("HISTFAAA"));
  CHECK(text.size() < 20'000);
  const HdrCounts back = HdrCounts::parse(text);
  CHECK(back.text() == text);
  CHECK(back.total() == 20'000);
  check_same(back.cells(1), histogram.cells(1));
  check_same(back.cells(8), histogram.cells(8));
  for (const double p : {0.1, 50.0, 95.0, 99.9}) CHECK(back.percentile(p) == histogram.percentile(p));
  CHECK(HdrCounts::parse(HdrCounts().text()).total() == 0);
}

TEST_CASE("added counts are those of one histogram of everything") {
  Histogram all = some(1, 5000);
  HdrCounts sum(all);
  for (const int seed : {2, 3, 4}) {
    const Histogram part = some(seed, 5000 * seed);
    all.add(part);
    sum.add(HdrCounts(part));
  }
  CHECK(sum.text() == HdrCounts(all).text());
}

TEST_CASE("the shortest and the longest durations have their places") {
  Histogram histogram;
  histogram.record(1);
  histogram.record(INT64_MAX);
  const HdrCounts back = HdrCounts::parse(HdrCounts(histogram).text());
  check_same(back.cells(1), histogram.cells(1));
}

TEST_CASE("what is not a histogram is refused") {
  for (const char* text : {"", "HISTFAAA", "no base64!", "SElTVEZBQUE="})
    CHECK_THROWS_AS(HdrCounts::parse(text), base::Error);
  std::string text = HdrCounts(some(1, 100)).text();
  text.resize(text.size() / 2);
  CHECK_THROWS_AS(HdrCounts::parse(text), base::Error);
}

}  // namespace
}  // namespace iter8::stats
