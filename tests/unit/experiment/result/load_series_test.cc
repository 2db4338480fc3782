#include "experiment/result/load_series.h"

#include <catch2/catch.hpp>

namespace iter8::experiment {
namespace {

using namespace std::chrono_literals;

stats::Sketch sketch_of(std::initializer_list<std::int64_t> nanoseconds) {
  stats::Sketch::Builder builder;
  for (const std::int64_t value : nanoseconds) builder.record(value);
  return builder.take();
}

LoadBlock block(std::int64_t asked, std::int64_t connections) {
  return {.asked = asked, .connections = connections};
}

LoadSeries course(std::size_t version, int iteration, std::size_t blocks,
                  base::Duration interval = std::chrono::seconds(1)) {
  return {.provider = "http",
          .version = version,
          .iteration = iteration,
          .start = base::WallTime{100s},
          .seconds = static_cast<double>(blocks),
          .blocks = {interval, std::vector<LoadBlock>(blocks, block(10, 2))}};
}

std::size_t blocks_of(const std::vector<LoadSeries>& series) {
  std::size_t blocks = 0;
  for (const LoadSeries& each : series) blocks += each.blocks.points().size();
  return blocks;
}

TEST_CASE("blocks of two processes add up as if one had measured both") {
  LoadBlock one{.asked = 3,
                .sent = 3,
                .completed = 2,
                .errors = {{"timeout", 1}},
                .connections = 2,
                .latency = {.count = 2, .mean = 2, .variance = 2},
                .histogram = sketch_of({1'000'000, 3'000'000})};
  one.add({.asked = 4,
           .sent = 2,
           .completed = 1,
           .errors = {{"timeout", 1}, {"reset", 1}},
           .connections = 5,
           .latency = {.count = 1, .mean = 5, .variance = 0},
           .histogram = sketch_of({5'000'000})});
  CHECK(one.asked == 7);
  CHECK(one.sent == 5);
  CHECK(one.completed == 3);
  CHECK(one.errors == std::map<std::string, std::int64_t>{{"reset", 1}, {"timeout", 2}});
  CHECK(one.connections == 7);
  CHECK(one.latency.count == 3);
  CHECK(one.latency.mean == Approx(3));
  CHECK(one.latency.variance == Approx(4));
  CHECK(one.percentile(50).value() == Approx(3).epsilon(0.016));
  CHECK(one.percentile(100).value() == Approx(5).epsilon(0.016));
  CHECK_FALSE(LoadBlock{}.percentile(50).has_value());
}

TEST_CASE("of two stretches as one the connections are those at the end") {
  LoadBlock one = block(3, 8);
  one.follow(block(4, 5));
  CHECK(one.asked == 7);
  CHECK(one.connections == 5);
}

TEST_CASE("the courses of shards are added, each to its own") {
  std::vector<LoadSeries> sum{course(0, 1, 3), course(1, 1, 3), course(0, 1, 2)};
  LoadSeries late = course(1, 1, 4);
  late.start = base::WallTime{99s};
  add(sum, {course(0, 1, 3), late, course(0, 1, 2), course(0, 2, 1)});

  REQUIRE(sum.size() == 4);
  CHECK(sum[0].blocks.points()[2].asked == 20);
  CHECK(sum[0].blocks.points()[2].connections == 4);
  CHECK(sum[1].start == base::WallTime{99s});
  CHECK(sum[1].seconds == 4);
  CHECK(sum[1].blocks.points().size() == 4);
  CHECK(sum[1].blocks.points()[3].asked == 10);
  CHECK(sum[2].blocks.points().size() == 2);
  CHECK(sum[2].blocks.points()[0].asked == 20);
  CHECK(sum[3].iteration == 2);
}

TEST_CASE("a shard that ran for longer makes the sum as coarse as itself") {
  std::vector<LoadSeries> sum{course(0, 1, 5)};
  add(sum, {course(0, 1, 2, 4s)});
  CHECK(sum[0].blocks.interval() == 4s);
  REQUIRE(sum[0].blocks.points().size() == 2);
  CHECK(sum[0].blocks.points()[0].asked == 50);
  CHECK(sum[0].blocks.points()[1].asked == 20);
}

TEST_CASE("however many loads a result has, their blocks are bounded, and windows stay alike") {
  std::vector<LoadSeries> series;
  for (int iteration = 1; iteration <= 100; ++iteration)
    for (const std::size_t version : {0U, 1U}) {
      series.push_back(course(version, iteration, 60));
      limit_blocks(series);
      REQUIRE(blocks_of(series) <= 1200);
    }
  std::int64_t asked = 0;
  for (const LoadSeries& each : series)
    for (const LoadBlock& part : each.blocks.points()) asked += part.asked;
  CHECK(asked == 2 * 100 * 60 * 10);
  CHECK(series[100].blocks.interval() == series[101].blocks.interval());
}

TEST_CASE("of more loads than blocks each keeps one") {
  std::vector<LoadSeries> series;
  for (int iteration = 1; iteration <= 1300; ++iteration) series.push_back(course(0, iteration, 2));
  limit_blocks(series);
  CHECK(blocks_of(series) == 1300);
}

}  // namespace
}  // namespace iter8::experiment
