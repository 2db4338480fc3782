// Loads whose generator did not run for a while.
#include "verdict/generator_doubt.h"

#include <catch2/catch.hpp>

#include "tests/unit/verdict/scene.h"

using namespace iter8;
using namespace iter8::experiment;
using tests::at_most;
using tests::Scene;
using verdict::EvidenceMode;

namespace {

Scene scene_with(double lost, double errors) {
  Scene scene;
  scene.add("http/lost-time", 0, lost);
  scene.add("http/error-rate", 0,
            Proportion{.count = static_cast<std::int64_t>(1000 * errors), .total = 1000});
  scene.add("shop/error-rate", 0,
            Proportion{.count = static_cast<std::int64_t>(1000 * errors), .total = 1000});
  return scene;
}

ObjectiveCheck judged(const Scene& scene, const std::string& metric, EvidenceMode evidence) {
  return scene.assessed({.objectives = {at_most(metric, "0.1")}, .evidence = evidence})
      .objectives[0]
      .versions[0];
}

}  // namespace

TEST_CASE("with a generator that did not run nothing passes and nothing fails") {
  for (const EvidenceMode evidence : {EvidenceMode::point, EvidenceMode::fixed}) {
    CHECK(judged(scene_with(0.05, 0), "http/error-rate", evidence).verdict == Verdict::pass);
    CHECK(judged(scene_with(0.05, 1), "http/error-rate", evidence).verdict == Verdict::fail);
    for (const double errors : {0.0, 1.0}) {
      const ObjectiveCheck check = judged(scene_with(0.3, errors), "http/error-rate", evidence);
      CHECK(check.verdict == Verdict::inconclusive);
      CHECK_FALSE(check.satisfied);
      CHECK(
          check.reason ==
          "the generator did not run for 30 % of the load (suspended, or short of CPU time), so its figures "
          "say nothing about the version");
    }
  }
}

TEST_CASE("metrics of others do not depend on the generator") {
  CHECK(judged(scene_with(0.3, 1), "shop/error-rate", EvidenceMode::point).verdict == Verdict::fail);
}

TEST_CASE("what is missing because of the generator is inconclusive and no error") {
  Scene scene;
  scene.add("http/lost-time", 0, 0.9);
  CHECK(judged(scene, "http/error-rate", EvidenceMode::point).verdict == Verdict::inconclusive);
}

TEST_CASE("evidence of several loads is doubted by the time that they lost together") {
  Result result;
  result.versions = {"a"};
  MetricSeries series{.info = {.name = "http/lost-time"}, .versions = {{}}};
  for (const double share : {0.4, 0.0, 0.0, 0.0})
    series.versions[0].push_back({.data = share, .window = std::chrono::seconds(10)});
  result.metrics["http/lost-time"] = series;
  using verdict::doubt_about_generator;
  CHECK(doubt_about_generator(result, "http/error-rate", 0, verdict::LoadRuns::latest).empty());
  CHECK(doubt_about_generator(result, "http/error-rate", 0, verdict::LoadRuns::all)
            .starts_with("the generator did not run for 10 %"));
  CHECK(doubt_about_generator(result, "http/error-rate", 1, verdict::LoadRuns::all).empty());
}
