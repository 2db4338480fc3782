#include "experiment/metric/unit.h"

#include <catch2/catch.hpp>

using namespace iter8::experiment;
using Catch::Contains;

TEST_CASE("a unit is recognised in its usual spellings") {
  const auto [text, kind, size] = GENERATE(table<std::string, UnitKind, double>({
      {"msec", UnitKind::time, 1e6},
      {"Milliseconds", UnitKind::time, 1e6},
      {"\u00b5s", UnitKind::time, 1e3},
      {"\u03bcs", UnitKind::time, 1e3},
      {" s ", UnitKind::time, 1e9},
      {"hours", UnitKind::time, 3600e9},
      {"ratio", UnitKind::share, 1},
      {"%", UnitKind::share, 100},
      {"Percent", UnitKind::share, 100},
      {"bytes", UnitKind::other, 1},
      {"", UnitKind::none, 1},
  }));
  INFO(text);
  CHECK(unit_of(text).kind == kind);
  CHECK(unit_of(text).size == size);
}

TEST_CASE("a proportion is a share whatever its unit says, and so are two figures of a load") {
  CHECK(unit_of(MetricInfo{.name = "shop/errors", .kind = MetricKind::proportion, .unit = "%"}).size == 1);
  CHECK(unit_of(MetricInfo{.name = "http/rate-ratio"}).kind == UnitKind::share);
  CHECK(unit_of(MetricInfo{.name = "shop/rate-ratio"}).kind == UnitKind::none);
}

TEST_CASE("a limit that a metric's unit does not fit is told how to give one") {
  const MetricInfo bare{.name = "app/latency"};
  CHECK_THAT(unit_objection("250ms", UnitKind::time, bare).value(),
             Contains("the limit 250ms is a time, but app/latency has no unit") && Contains("unit: msec"));
  CHECK_THAT(unit_objection("1%", UnitKind::share, bare).value(), Contains("unit: percent"));
  CHECK(unit_objection("1s", UnitKind::time, {.name = "shop/orders", .unit = "orders"}) ==
        "the limit 1s is a time, but the unit of shop/orders is orders");
  CHECK(unit_objection("1s", UnitKind::time, {.name = "shop/errors", .kind = MetricKind::proportion}) ==
        "the limit 1s is a time, but shop/errors is a share");
  CHECK_FALSE(unit_objection("1s", UnitKind::time, {.name = "app/latency", .unit = "us"}));
  CHECK_FALSE(unit_objection("1", UnitKind::none, bare));
}
