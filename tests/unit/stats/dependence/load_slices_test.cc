#include "stats/dependence/load_slices.h"

#include <chrono>

#include <catch2/catch.hpp>

using namespace iter8;
using namespace iter8::stats;
using namespace std::chrono_literals;

namespace {

/// A slice that says by its sum which numbers of the finest grid it is made of.
void put(LoadSlices& slices, std::int64_t number) {
  LoadSlice& slice = slices.at(base::WallTime(number * LoadSlices::kShortest + 7ms));
  ++slice.ok.count;
  slice.ok.sum += static_cast<double>(number);
  slice.ok.histogram.record(number * 1'000'000);
}

double sum_of(const LoadSlices& slices) {
  double sum = 0;
  for (const LoadSlice& slice : slices.slices()) sum += slice.ok.sum;
  return sum;
}

}  // namespace

TEST_CASE("slices lie on a grid of wall-clock time, whatever came first") {
  LoadSlices slices;
  put(slices, 103);
  put(slices, 101);
  put(slices, 106);
  CHECK(slices.width() == 50ms);
  CHECK(slices.first() == 101);
  REQUIRE(slices.slices().size() == 6);
  CHECK(slices.slices()[0].ok.sum == 101);
  CHECK(slices.slices()[1].ok.count == 0);
  CHECK(slices.slices()[2].ok.sum == 103);
}

TEST_CASE("pairs are merged by their number, so that the order of merging does not matter") {
  LoadSlices odd;
  for (std::int64_t number = 101; number <= 104; ++number) put(odd, number);
  odd.coarsen();
  CHECK(odd.first() == 50);
  REQUIRE(odd.slices().size() == 3);
  CHECK(odd.slices()[0].ok.sum == 101);
  CHECK(odd.slices()[1].ok.sum == 102 + 103);
  CHECK(odd.slices()[1].ok.histogram.count() == 2);
  CHECK(odd.slices()[2].ok.sum == 104);
}

TEST_CASE("there are never more than the most, and nothing is lost") {
  LoadSlices slices;
  double sum = 0;
  for (std::int64_t number = 5; number < 5000; number += 3) {
    put(slices, number);
    sum += static_cast<double>(number);
    REQUIRE(slices.slices().size() <= LoadSlices::kMost);
  }
  CHECK(slices.width() == 8 * LoadSlices::kShortest);
  CHECK(sum_of(slices) == sum);
  put(slices, -4000);
  CHECK(slices.slices().size() <= LoadSlices::kMost);
  CHECK(sum_of(slices) == sum - 4000);
  CHECK(slices.slices().front().ok.sum == -4000);
}

TEST_CASE("parts of a load add up in any order") {
  LoadSlices one;
  LoadSlices other;
  LoadSlices third;
  for (std::int64_t number = 1000; number < 1900; ++number) put(one, number);
  for (std::int64_t number = 400; number < 700; number += 2) put(other, number);
  for (std::int64_t number = 1500; number < 6000; ++number) put(third, number);
  LoadSlices forth = one;
  forth.add(other);
  forth.add(third);
  LoadSlices back = third;
  back.add(other);
  back.add(one);
  CHECK(forth.width() == back.width());
  CHECK(forth.first() == back.first());
  REQUIRE(forth.slices().size() == back.slices().size());
  for (std::size_t i = 0; i < forth.slices().size(); ++i) {
    CHECK(forth.slices()[i].ok.sum == back.slices()[i].ok.sum);
    CHECK(forth.slices()[i].ok.histogram == back.slices()[i].ok.histogram);
  }
  CHECK(sum_of(forth) == sum_of(one) + sum_of(other) + sum_of(third));
}

TEST_CASE("a slice holds errors with and without a latency, and requests that were given up") {
  LoadSlice slice;
  slice.ok = {.count = 8, .sum = 40, .squares = 250, .above = {1, 0}};
  slice.failed = {.count = 2, .sum = 6, .squares = 20, .above = {1}};
  slice.unanswered = 3;
  slice.errors = {3, 0, 2};
  LoadSlice more;
  more.cut_short = 4;
  more.errors = {0, 0, 0, 1};
  more.failed = {.count = 1, .sum = 9, .squares = 81, .above = {1, 1}};
  slice.add(more);
  CHECK(slice.ended() == 14);
  CHECK(slice.error_count() == 6);
  CHECK(slice.cut_short == 4);
  CHECK(slice.errors == std::vector<std::int64_t>{3, 0, 2, 1});
  CHECK(slice.failed.above == std::vector<std::int64_t>{2, 1});
}

TEST_CASE("widths are 50 ms times a power of two") {
  CHECK(LoadSlices::is_width(50ms));
  CHECK(LoadSlices::is_width(3200ms));
  CHECK_FALSE(LoadSlices::is_width(150ms));
  CHECK_FALSE(LoadSlices::is_width(25ms));
  CHECK_FALSE(LoadSlices::is_width(0ms));
  CHECK_FALSE(LoadSlices::is_width(-100ms));
}
