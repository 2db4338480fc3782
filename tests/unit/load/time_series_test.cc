#include <catch2/catch.hpp>

#include "load/measurement.h"

namespace iter8::load {
namespace {

using namespace std::chrono_literals;

/// `seconds` points with one request each, and as many connections as the second's number.
Series counted(int seconds) {
  Series series;
  for (int second = 0; second < seconds; ++second) {
    SeriesPoint& point = series.at(std::chrono::seconds(second));
    point.scheduled += 1;
    point.connections = second;
  }
  return series;
}

std::int64_t scheduled(const Series& series) {
  std::int64_t sum = 0;
  for (const SeriesPoint& point : series.points()) sum += point.scheduled;
  return sum;
}

TEST_CASE("a series has a point a second") {
  const Series series = counted(240);
  CHECK(series.interval() == 1s);
  CHECK(series.points().size() == 240);
  CHECK(series.end_of(1500ms) == 2s);
  CHECK(series.end_of(2s) == 3s);
}

TEST_CASE("however long a load is, there are at most 240 points and nothing is lost") {
  const Series series = counted(100'000);
  CHECK(series.interval() == 512s);
  CHECK(series.points().size() == 196);
  CHECK(series.points()[0].scheduled == 512);
  CHECK(series.points()[0].connections == 511);
  CHECK(scheduled(series) == 100'000);
}

TEST_CASE("series add up without loss, whatever their intervals and their order") {
  Series sum = counted(10);
  sum.add(counted(1000));
  sum.add(counted(3));
  CHECK(sum.interval() == 8s);
  CHECK(sum.points().size() == 125);
  CHECK(scheduled(sum) == 1013);
  CHECK(sum.points()[0].scheduled == 8 + 8 + 3);
  CHECK(sum.points()[1].scheduled == 2 + 8);
  CHECK(sum.points()[0].connections == 7 + 7 + 2);

  Series other = counted(3);
  other.add(counted(10));
  other.add(counted(1000));
  CHECK(other.interval() == sum.interval());
  REQUIRE(other.points().size() == sum.points().size());
  for (std::size_t i = 0; i < sum.points().size(); ++i)
    CHECK(other.points()[i].scheduled == sum.points()[i].scheduled);
}

TEST_CASE("points stand for powers of two seconds") {
  CHECK(Series::is_interval(1s));
  CHECK(Series::is_interval(64s));
  for (const base::Duration wrong :
       {base::Duration{0}, base::Duration{1500ms}, base::Duration{3s}, base::Duration{-1s}})
    CHECK_FALSE(Series::is_interval(wrong));
}

}  // namespace
}  // namespace iter8::load
