#include "experiment/result/load_series_document.h"

#include <catch2/catch.hpp>

namespace iter8::experiment {
namespace {

using namespace std::chrono_literals;

LoadSeries example() {
  return {.provider = "http",
          .version = 1,
          .iteration = 2,
          .start = base::WallTime{1767225600s + 250ms},
          .seconds = 7.5,
          .blocks = {4s,
                     {{.asked = 5,
                       .sent = 4,
                       .completed = 3,
                       .errors = {{"timeout", 1}},
                       .connections = 2,
                       .latency = {.count = 4, .mean = 1.23456789, .variance = 0.5},
                       .histogram = *stats::Sketch::parse("509:3,1")},
                      {.asked = 1, .connections = 2}}}};
}

TEST_CASE("a series is a list a figure, and back") {
  const Json document = to_document(example());
  CHECK(document["startTime"] == "2026-01-01T00:00:00.250Z");
  CHECK(document["interval"] == 4);
  CHECK(document["asked"] == Json::array({5, 1}));
  CHECK(document["errors"] == Json{{"timeout", {1, 0}}});
  CHECK(document["latency"]["count"] == Json::array({4, 0}));
  CHECK(document["latency"]["mean"] == Json::array({1.23457, 0.0}));
  CHECK(document["latency"]["p50"][0].get<double>() == Approx(2).epsilon(0.016));
  CHECK(document["latency"]["p95"][1].is_null());
  CHECK(document["latency"]["histogram"] == Json::array({"509:3,1", ""}));

  const LoadSeries back = load_series_of(DocumentReader(document), 2);
  CHECK(to_document(back) == document);
  CHECK(back.blocks.points()[0].errors == example().blocks.points()[0].errors);
  CHECK(back.blocks.points()[1].errors.empty());
  CHECK_FALSE(back.blocks.points()[1].percentile(50).has_value());
}

TEST_CASE("what is not a series is refused with its place") {
  const auto refused = [](auto change, const char* why) {
    Json document = to_document(example());
    change(document);
    CHECK_THROWS_WITH(load_series_of(DocumentReader(document), 2), Catch::Contains(why));
  };
  refused([](Json& it) { it["version"] = 2; }, "version: expected");
  refused([](Json& it) { it["sent"] = {1}; }, "sent: expected one figure for each block");
  refused([](Json& it) { it["latency"].erase("mean"); }, "latency: expected a map with the key 'mean'");
  refused([](Json& it) { it["interval"] = 3; }, "interval: expected a power of two");
  refused([](Json& it) { it["startTime"] = "today"; }, "startTime: expected a time");
  refused([](Json& it) { it["completed"][1] = -1; }, "expected a count");
  refused([](Json& it) { it["latency"]["histogram"][0] = "509"; }, "expected counts of buckets");
  refused([](Json& it) { it["asked"] = Json(std::vector<int>(241)); }, "asked: expected at most 240");
}

}  // namespace
}  // namespace iter8::experiment
