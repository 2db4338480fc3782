// Each code of what can be wrong with data comes up where it should, in a sentence, and not elsewhere.
#include <cmath>

#include <catch2/catch.hpp>

#include "tests/unit/verdict/scene.h"
#include "verdict/judge.h"

using namespace iter8;
using namespace iter8::experiment;
using Catch::Contains;
using tests::at_most;
using tests::Scene;
using tests::warning_of;
using verdict::Criteria;
using verdict::EvidenceMode;

namespace {

Criteria by(EvidenceMode mode, const std::string& metric, const std::string& limit) {
  return {.objectives = {at_most(metric, limit)}, .evidence = mode};
}

const Criteria kErrors = by(EvidenceMode::anytime, "shop/errors", "50%");
const Criteria kValue = by(EvidenceMode::anytime, "shop/value", "1000");

/// Numbers without order that are always the same: the fractional parts of multiples of the golden ratio.
double noise(int i) {
  const double product = 0.6180339887498949 * (i + 1);
  return product - std::floor(product);
}

/// One version whose values come from `value`, one a number from 0.
template <typename Value>
Assessment of_samples(int count, Value value) {
  Samples samples;
  for (int i = 0; i < count; ++i) samples.values.push_back(value(i));
  Scene scene;
  scene.add("shop/value", 0, samples);
  return scene.assessed(kValue);
}

Assessment of_summary(const SampleSummary& summary) {
  Scene scene;
  scene.add("shop/value", 0, summary);
  return scene.assessed(kValue);
}

}  // namespace

TEST_CASE("stale: a counter of everything since the start that did not move") {
  Scene scene;
  for (const int iteration : {1, 2})
    scene.add("shop/errors", 0, Proportion{.count = 1, .total = 300}, iteration, Span::since_start);
  scene.iteration = 2;
  const Assessment assessment = scene.assessed(kErrors);
  CHECK(warning_of(assessment, "stale") == "shop/errors: nothing new since the observation before");
  CHECK(assessment.objectives[0].versions[0].samples == 300);
}

TEST_CASE("simpson: all data together and data of equal times contradict each other") {
  Scene scene({"stable", "candidate"});
  // In both halves the candidate converts better; most of its traffic came when few people buy.
  const auto add = [&](int iteration, Proportion stable, Proportion candidate) {
    scene.add("shop/orders", 0, stable, iteration);
    scene.add("shop/orders", 1, candidate, iteration);
  };
  add(1, {.count = 1800, .total = 9000}, {.count = 260, .total = 1000});
  add(2, {.count = 50, .total = 1000}, {.count = 630, .total = 9000});
  const Criteria criteria{.rewards = {tests::reward("shop/orders")}, .evidence = EvidenceMode::anytime};
  const auto first =
      judge(criteria, scene.result, {.iteration = 1, .iterations = 2, .look = stats::Look::interim}, {});
  const Assessment assessment =
      judge(criteria, scene.result, {.iteration = 2, .iterations = 2}, first.looks).assessment;
  CHECK_THAT(warning_of(assessment, "simpson"), Contains("compare the other way round"));
  REQUIRE(assessment.winner->found);
  CHECK(assessment.winner->version == 1u);
}

TEST_CASE("time-overlap: versions that were not observed over the same time") {
  Scene scene({"stable", "candidate"});
  for (const std::size_t version : {0u, 1u}) {
    scene.add("shop/errors", version, Proportion{.count = 1, .total = 1000});
    scene.result.metrics["shop/errors"].versions[version][0].window =
        std::chrono::seconds(version == 0 ? 60 : 20);
  }
  CHECK(warning_of(scene.assessed(kErrors), "time-overlap") ==
        "shop/errors: 'stable' and 'candidate' were not observed over the same time");
  scene.result.metrics["shop/errors"].versions[1][0].window = std::chrono::seconds(59);
  CHECK(warning_of(scene.assessed(kErrors), "time-overlap").empty());
}

TEST_CASE("open-loop-missed: the load was lighter than asked for") {
  Scene scene;
  scene.add("http/error-rate", 0, Proportion{.count = 0, .total = 1000});
  scene.add("http/rate-asked", 0, 200.0);
  scene.add("http/rate-achieved", 0, 150.0);
  const Criteria criteria = by(EvidenceMode::fixed, "http/error-rate", "1%");
  CHECK_THAT(warning_of(scene.assessed(criteria), "open-loop-missed"),
             Contains("150 requests a second of 200 asked for"));
  scene.result.metrics["http/rate-achieved"].versions[0][0].data = 199.0;
  CHECK(warning_of(scene.assessed(criteria), "open-loop-missed").empty());
}

TEST_CASE("autocorrelated: neighbouring values depend on each other, and count for less") {
  const auto waves = [](int i) { return 10 + 5 * std::sin(i / 40.0) + noise(i); };
  const Assessment assessment = of_samples(1000, waves);
  CHECK_THAT(warning_of(assessment, "autocorrelated"), Contains("1000 values are worth"));
  CHECK(warning_of(of_samples(1000, noise), "autocorrelated").empty());
}

TEST_CASE("warmup-cut: what belongs to the warm-up is left out") {
  const auto warming = [](int i) { return 10 + noise(i) + (i < 100 ? 50.0 : 0.0); };
  const Assessment assessment = of_samples(1000, warming);
  CHECK_THAT(warning_of(assessment, "warmup-cut"), Contains("of 1000 values belong to the warm-up"));
  CHECK(warning_of(of_samples(1000, noise), "warmup-cut").empty());
}

TEST_CASE("skew-unknown, skew-high, too-few: evidence about means waits, and says for what") {
  const Assessment unknown = of_summary({.count = 500, .mean = 10, .variance = 4});
  CHECK_THAT(warning_of(unknown, "skew-unknown"), Contains("not known"));
  const Assessment high = of_summary({.count = 500, .mean = 10, .variance = 4, .skewness = 6});
  CHECK_THAT(warning_of(high, "skew-high"), Contains("from 1800 values on"));
  CHECK(high.verdict == Verdict::inconclusive);
  const Assessment few = of_summary({.count = 50, .mean = 10, .variance = 4, .skewness = 0.1});
  CHECK_THAT(warning_of(few, "too-few"), Contains("from 100 values on"));
  CHECK(few.verdict == Verdict::inconclusive);
  const Assessment enough = of_summary({.count = 500, .mean = 10, .variance = 4, .skewness = 0.1});
  CHECK(enough.warnings.empty());
  CHECK(enough.verdict == Verdict::pass);
}

TEST_CASE("all-equal: values without spread have no measurable uncertainty, and decide nothing") {
  const Assessment assessment = of_summary({.count = 500, .mean = 10, .variance = 0, .skewness = 0});
  CHECK_FALSE(warning_of(assessment, "all-equal").empty());
  CHECK(assessment.verdict != Verdict::pass);
}

TEST_CASE("a histogram knows how skewed its values are") {
  BucketCounts buckets;
  for (int i = 0; i < 100; ++i) buckets.buckets.push_back({.lower = 1.0 * i, .upper = i + 1.0, .count = 10});
  Scene scene;
  scene.add("http/latency", 0, buckets);
  scene.add("http/latency-mean", 0, 50.0);
  const Assessment assessment = scene.assessed(by(EvidenceMode::anytime, "http/latency-mean", "60"));
  CHECK(warning_of(assessment, "skew-unknown").empty());
  CHECK(assessment.verdict == Verdict::pass);
}

TEST_CASE("a counter that fell is taken to count from 0 again, and versions without data are named") {
  Scene scene({"stable", "candidate"});
  for (const auto& [iteration, total] : {std::pair{1, 400}, std::pair{2, 100}})
    scene.add("shop/errors", 0, Proportion{.count = 1, .total = total}, iteration, Span::since_start);
  scene.iteration = 2;
  const Assessment assessment = scene.assessed(kErrors);
  CHECK_THAT(warning_of(assessment, "counter-reset"), Contains("fell 1 time;"));
  CHECK_THAT(warning_of(assessment, "missing-metric"), Contains("version 'candidate'"));
  CHECK(assessment.verdict == Verdict::error);
}
