// How the slices of several processes and iterations are put together.
#include <catch2/catch.hpp>

#include "experiment/result/load_series.h"

namespace iter8::experiment {
namespace {

using namespace std::chrono_literals;

constexpr std::int64_t kFirst = std::int64_t{1'767'225'600} * 20;

stats::LoadSlice slice_of(std::int64_t count, double msec) {
  const auto n = static_cast<double>(count);
  stats::LoadSlice slice{.ok = {.count = count, .sum = n * msec, .squares = n * msec * msec}};
  for (std::int64_t i = 0; i < count; ++i) slice.ok.histogram.record(static_cast<std::int64_t>(msec * 1e6));
  return slice;
}

/// Ten requests of 1 msec a slice.
LoadSeries series_of(std::size_t version, int iteration, std::int64_t first, std::size_t slices) {
  return {.provider = "http",
          .version = version,
          .iteration = iteration,
          .blocks = {1s, {{.sent = 10 * static_cast<std::int64_t>(slices)}}},
          .slices = {50ms, first, std::vector<stats::LoadSlice>(slices, slice_of(10, 1))}};
}

std::int64_t requests_of(const LoadSeries& series) {
  std::int64_t requests = 0;
  for (const stats::LoadSlice& slice : series.slices.slices()) requests += slice.ended();
  return requests;
}

TEST_CASE("a stall that two shards share is in one slice") {
  LoadSeries one = series_of(0, 1, kFirst, 40);
  LoadSeries other = series_of(0, 1, kFirst - 3, 40);
  const auto stall = [](LoadSeries& series, std::size_t at) {
    std::vector<stats::LoadSlice> slices = series.slices.slices();
    slices[at] = slice_of(10, 300);
    series.slices = {series.slices.width(), series.slices.first(), std::move(slices)};
  };
  stall(one, 20);
  stall(other, 23);
  std::vector<LoadSeries> sum{one};
  add(sum, {other});
  REQUIRE(sum.size() == 1);
  CHECK(sum[0].slices.first() == kFirst - 3);
  REQUIRE(sum[0].slices.slices().size() == 43);
  const stats::LoadSlice& shared = sum[0].slices.slices()[23];
  CHECK(shared.ok.count == 20);
  CHECK(shared.ok.sum == 6000);
  CHECK(sum[0].slices.slices()[22].ok.sum == 20);
  CHECK(sum[0].slices.slices()[2].ok.count == 10);
  CHECK(requests_of(sum[0]) == 800);
}

TEST_CASE("shards with different errors, limits and caps keep what they have in common") {
  LoadSeries one = series_of(0, 1, kFirst, 1);
  one.limits = {5, 20};
  one.cap = 50;
  one.error_classes = {"connect"};
  stats::LoadSlice slice = slice_of(3, 10);
  slice.ok.above = {3, 0};
  slice.ok.capped_sum = 30;
  slice.unanswered = 1;
  slice.errors = {1};
  one.slices = {50ms, kFirst, {slice}};
  LoadSeries other = one;
  other.limits = {20, 100};
  other.cap = 60;
  other.error_classes = {"reset", "connect"};
  slice.ok.above = {2, 1};
  slice.unanswered = 4;
  slice.errors = {3, 1};
  other.slices = {50ms, kFirst, {slice}};

  std::vector<LoadSeries> sum{one};
  add(sum, {other});
  CHECK(sum[0].limits == std::vector<double>{20});
  CHECK_FALSE(sum[0].cap.has_value());
  CHECK(sum[0].error_classes == std::vector<std::string>{"connect", "reset"});
  const stats::LoadSlice& both = sum[0].slices.slices()[0];
  CHECK(both.ok.above == std::vector<std::int64_t>{2});
  CHECK(both.ok.capped_sum == 0);
  CHECK(both.ok.sum == 60);
  CHECK(both.errors == std::vector<std::int64_t>{2, 3});
}

TEST_CASE("slices of a part of the requests are none") {
  LoadSeries older = series_of(0, 1, kFirst, 10);
  older.slices = {};
  std::vector<LoadSeries> sum{series_of(0, 1, kFirst, 10)};
  add(sum, {older});
  CHECK(sum[0].slices.empty());

  LoadSeries idle = older;
  idle.blocks = {1s, {LoadBlock{}}};
  sum = {idle};
  LoadSeries part = series_of(0, 1, kFirst, 10);
  part.limits = {5};
  add(sum, {part});
  CHECK(requests_of(sum[0]) == 100);
  CHECK(sum[0].limits == std::vector<double>{5});
  add(sum, {idle});
  CHECK(requests_of(sum[0]) == 100);
}

TEST_CASE("however many iterations a loop has, its slices are bounded, equally long and never merged") {
  std::vector<LoadSeries> series;
  for (int iteration = 1; iteration <= 60; ++iteration)
    for (const std::size_t version : {0U, 1U}) {
      series.push_back(series_of(version, iteration, kFirst + iteration * 100, 80));
      limit_slices(series);
    }
  std::size_t slices = 0;
  for (const LoadSeries& each : series) {
    CHECK(each.slices.width() == series.front().slices.width());
    CHECK(requests_of(each) == 800);
    if (each.version == 0) slices += each.slices.slices().size();
  }
  CHECK(slices <= 1024);
  CHECK(series.front().slices.width() == 400ms);
}

TEST_CASE("slices of another provider stay as they are") {
  std::vector<LoadSeries> series{series_of(0, 1, kFirst, 1000), series_of(0, 2, kFirst + 1000, 1000),
                                 series_of(0, 1, kFirst, 1000)};
  series[2].provider = "http-cart";
  limit_slices(series);
  CHECK(series[0].slices.width() == 100ms);
  CHECK(series[1].slices.width() == 100ms);
  CHECK(series[2].slices.width() == 50ms);
}

TEST_CASE("of more iterations than slices each keeps one") {
  std::vector<LoadSeries> series;
  for (int iteration = 1; iteration <= 1300; ++iteration)
    series.push_back(series_of(0, iteration, kFirst + 3 * iteration, 2));
  limit_slices(series);
  for (const LoadSeries& each : series) CHECK(each.slices.slices().size() == 1);
}

}  // namespace
}  // namespace iter8::experiment
