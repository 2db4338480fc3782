#include "experiment/load_series_document.h"

#include <catch2/catch.hpp>

namespace iter8::experiment {
namespace {

LoadSeries example() {
  return {.provider = "http",
          .version = 1,
          .iteration = 2,
          .interval = 4,
          .blocks = {{.asked = 5,
                      .sent = 4,
                      .completed = 3,
                      .errors = {{"timeout", 1}},
                      .connections = 2,
                      .ended = 4,
                      .mean = 1.23456789,
                      .variance = 0.5,
                      .p50 = 1,
                      .p95 = 2.5,
                      .p99 = 3,
                      .histogram = "160:4"},
                     {.asked = 1, .connections = 2, .p50 = {}, .p95 = {}, .p99 = {}}}};
}

TEST_CASE("a series is a list a figure, and back") {
  const Json document = to_document(example());
  CHECK(document["asked"] == Json::array({5, 1}));
  CHECK(document["errors"] == Json{{"timeout", {1, 0}}});
  CHECK(document["latency"]["mean"] == Json::array({1.23457, 0.0}));
  CHECK(document["latency"]["p95"] == Json::array({2.5, nullptr}));

  const LoadSeries back = load_series_of(DocumentReader(document), 2);
  CHECK(to_document(back) == document);
  CHECK(back.blocks[0].errors == example().blocks[0].errors);
  CHECK(back.blocks[1].errors.empty());
  CHECK_FALSE(back.blocks[1].p50.has_value());
}

TEST_CASE("what is no series is refused with its place") {
  Json document = to_document(example());
  CHECK_THROWS_WITH(load_series_of(DocumentReader(document), 1), Catch::StartsWith("version: expected"));
  document["sent"] = {1};
  CHECK_THROWS_WITH(load_series_of(DocumentReader(document), 2),
                    Catch::StartsWith("sent: expected one figure for each block"));
  document = to_document(example());
  document["latency"].erase("p50");
  CHECK_THROWS_WITH(load_series_of(DocumentReader(document), 2),
                    Catch::Contains("latency: expected a map with the key 'p50'"));
}

}  // namespace
}  // namespace iter8::experiment
