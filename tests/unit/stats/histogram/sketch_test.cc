#include "stats/histogram/sketch.h"

#include <cmath>

#include <catch2/catch.hpp>

namespace iter8::stats {
namespace {

Sketch sketch_of(std::initializer_list<std::int64_t> values) {
  Sketch::Builder builder;
  for (const std::int64_t value : values) builder.record(value);
  return builder.take();
}

TEST_CASE("every duration from 1 microsecond to 1 hour is kept within 1.6 %") {
  for (double value = 1'000; value < 3.6e12; value *= 1.0037) {
    const Sketch sketch = sketch_of({static_cast<std::int64_t>(value)});
    REQUIRE(sketch.percentile(50) == Approx(value).epsilon(0.016));
  }
  CHECK(sketch_of({0}) == sketch_of({1'000}));
  CHECK(sketch_of({INT64_MAX}) == sketch_of({3'600'000'000'000}));
}

TEST_CASE("percentiles have the rank of the histogram's") {
  const Sketch sketch = sketch_of({1'000'000, 2'000'000, 4'000'000, 8'000'000});
  CHECK(sketch.count() == 4);
  CHECK(sketch.percentile(50) == Approx(2e6).epsilon(0.016));
  CHECK(sketch.percentile(51) == Approx(4e6).epsilon(0.016));
  CHECK(sketch.percentile(100) == Approx(8e6).epsilon(0.016));
  CHECK(Sketch().percentile(50) == 0);
}

TEST_CASE("merging is what recording everything at once would have been") {
  Sketch merged = sketch_of({5'000, 70'000, 70'000});
  merged.add(sketch_of({70'000, 1'000'000}));
  merged.add({});
  CHECK(merged == sketch_of({5'000, 70'000, 70'000, 70'000, 1'000'000}));

  Sketch::Builder builder;
  Sketch::Builder sum;
  CHECK(builder.take_into(sum) == Sketch());
  for (const std::int64_t value : {1'000'000, 70'000}) builder.record(value);
  CHECK(builder.take_into(sum) == sketch_of({70'000, 1'000'000}));
  sum.record(5'000);
  for (const std::int64_t value : {70'000, 70'000}) builder.record(value);
  builder.take_into(sum);
  CHECK(builder.take() == Sketch());
  CHECK(sum.take() == merged);
}

TEST_CASE("a builder is empty again when it was taken from") {
  Sketch::Builder builder;
  builder.record(5'000);
  CHECK(builder.take().count() == 1);
  CHECK(builder.take() == Sketch());
  builder.record(6'000);
  CHECK(builder.take().count() == 1);
}

TEST_CASE("a sketch is text and back") {
  const Sketch sketch = sketch_of({1'000, 1'000, 2'000'000});
  CHECK(Sketch::parse(sketch.to_text()) == sketch);
  CHECK(sketch_of({1'024}).to_text() == "160:1");
  CHECK(sketch_of({1'024, 1'024, 1'056, 1'088, 2'000'000}).to_text() == "160:2,1,1 509:1");
  CHECK(Sketch::parse("") == Sketch());
  for (const char* wrong : {"1", "1:", "1:0", ":1", "1:1 ", "2:1 1:1", "1:1 1:1", "9999:1", "1:-1", "a:1",
                            "1:1,2:1", "1:1,", "1:1,0", "1:1,1 3:1", "1:1  3:1", "1215:1,1"}) {
    INFO(wrong);
    CHECK_FALSE(Sketch::parse(wrong).has_value());
  }
}

TEST_CASE("a sketch counts what is above a value, evenly within a bucket") {
  Sketch sketch;
  for (const std::int64_t value : {1'000'000, 2'000'000, 4'000'000, 4'000'000}) sketch.record(value);
  CHECK(sketch.count() == 4);
  CHECK(sketch.count_above(0) == 4);
  CHECK(sketch.count_above(3e6) == 2);
  CHECK(sketch.count_above(1e9) == 0);
  Sketch::Builder builder;
  for (const std::int64_t value : {4'000'000, 1'000'000, 4'000'000, 2'000'000}) builder.record(value);
  CHECK(builder.take() == sketch);
  CHECK(sketch.sum_of_logarithms() == Approx(std::log(1e6) + std::log(2e6) + 2 * std::log(4e6)).margin(0.07));
  // A bucket of 2^5 in a power of two: at a quarter of its width, three quarters are above.
  Sketch one;
  for (int i = 0; i < 4; ++i) one.record(1 << 20);
  CHECK(one.count_above((1 << 20) + 0.25 * (1 << 15)) == Approx(3));
}

}  // namespace
}  // namespace iter8::stats
