// Each code of what can be wrong with data comes up where it should, in a sentence, and not elsewhere.
#include <cmath>

#include <catch2/catch.hpp>

#include "tasks/assess/task.h"
#include "tests/unit/tasks/assess/assess_bench.h"

using namespace iter8;
using namespace iter8::experiment;
using Catch::Contains;
using tests::add_point;
using tests::assessed;
using tests::warning_of;
using tests::warns;
using tests::Workbench;

namespace {

const std::string kErrors = "{slos: [{metric: shop/errors, upper: 50%}], evidence: anytime}";
const std::string kValue = "{slos: [{metric: shop/value, upper: 1000}], evidence: anytime}";

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
  Workbench bench;
  add_point(bench, "shop/value", 0, 1, MetricKind::samples, samples);
  return assessed(bench, kValue);
}

Assessment of_summary(const SampleSummary& summary) {
  Workbench bench;
  add_point(bench, "shop/value", 0, 1, MetricKind::summary, summary);
  return assessed(bench, kValue);
}

}  // namespace

TEST_CASE("stale: a counter of everything since the start that did not move") {
  Workbench bench;
  for (const int iteration : {1, 2})
    add_point(bench, "shop/errors", 0, iteration, MetricKind::proportion,
              Proportion{.count = 1, .total = 300}, Span::since_start);
  bench.iteration = 2;
  const Assessment assessment = assessed(bench, kErrors);
  CHECK(warning_of(assessment, "stale") == "shop/errors: nothing new since the observation before");
  CHECK(assessment.objectives[0].versions[0].samples == 300);
}

TEST_CASE("simpson: all data together and data of equal times contradict each other") {
  Workbench bench({"stable", "candidate"});
  // In both halves the candidate converts better; most of its traffic came when few people buy.
  const auto add = [&](int iteration, Proportion stable, Proportion candidate) {
    add_point(bench, "shop/orders", 0, iteration, MetricKind::proportion, stable);
    add_point(bench, "shop/orders", 1, iteration, MetricKind::proportion, candidate);
  };
  add(1, {.count = 1800, .total = 9000}, {.count = 260, .total = 1000});
  add(2, {.count = 50, .total = 1000}, {.count = 630, .total = 9000});
  const std::string yaml = "{reward: {metric: shop/orders}, evidence: anytime}";
  const auto task = bench.build(tasks::assess::assess_kind(), yaml);
  bench.iterations = 2;
  bench.run(*task);
  bench.iteration = 2;
  const Assessment assessment = *bench.run(*task).assessment;
  CHECK_THAT(warning_of(assessment, "simpson"), Contains("compare the other way round"));
  REQUIRE(assessment.winner->found);
  CHECK(assessment.winner->version == 1u);
}

TEST_CASE("time-overlap: versions that were not observed over the same time") {
  Workbench bench({"stable", "candidate"});
  for (const std::size_t version : {0u, 1u}) {
    add_point(bench, "shop/errors", version, 1, MetricKind::proportion,
              Proportion{.count = 1, .total = 1000});
    bench.result.metrics["shop/errors"].versions[version][0].window =
        std::chrono::seconds(version == 0 ? 60 : 20);
  }
  CHECK(warning_of(assessed(bench, kErrors), "time-overlap") ==
        "shop/errors: 'stable' and 'candidate' were not observed over the same time");
  bench.result.metrics["shop/errors"].versions[1][0].window = std::chrono::seconds(59);
  CHECK_FALSE(warns(assessed(bench, kErrors), "time-overlap"));
}

TEST_CASE("open-loop-missed: the load was lighter than asked for") {
  Workbench bench;
  add_point(bench, "http/error-rate", 0, 1, MetricKind::proportion, Proportion{.count = 0, .total = 1000});
  add_point(bench, "http/rate-asked", 0, 1, MetricKind::gauge, 200.0);
  add_point(bench, "http/rate-achieved", 0, 1, MetricKind::gauge, 150.0);
  const std::string yaml = "{slos: [{metric: http/error-rate, upper: 1%}], evidence: fixed}";
  CHECK_THAT(warning_of(assessed(bench, yaml), "open-loop-missed"),
             Contains("150 requests a second of 200 asked for"));
  bench.result.metrics["http/rate-achieved"].versions[0][0].data = 199.0;
  CHECK_FALSE(warns(assessed(bench, yaml), "open-loop-missed"));
}

TEST_CASE("autocorrelated: neighbouring values depend on each other, and count for less") {
  const auto waves = [](int i) { return 10 + 5 * std::sin(i / 40.0) + noise(i); };
  const Assessment assessment = of_samples(1000, waves);
  CHECK_THAT(warning_of(assessment, "autocorrelated"),
             Contains("variance inflation") && Contains("approximately"));
  CHECK_FALSE(warns(of_samples(1000, noise), "autocorrelated"));
}

TEST_CASE("warmup-cut: what belongs to the warm-up is left out") {
  const auto warming = [](int i) { return 10 + noise(i) + (i < 100 ? 50.0 : 0.0); };
  const Assessment assessment = of_samples(1000, warming);
  CHECK_THAT(warning_of(assessment, "warmup-cut"), Contains("of 1000 values belong to the warm-up"));
  CHECK_FALSE(warns(of_samples(1000, noise), "warmup-cut"));
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
  CHECK(warns(assessment, "all-equal"));
  CHECK(assessment.verdict != Verdict::pass);
}

TEST_CASE("a histogram knows how skewed its values are") {
  BucketCounts buckets;
  for (int i = 0; i < 100; ++i) buckets.buckets.push_back({.lower = 1.0 * i, .upper = i + 1.0, .count = 10});
  Workbench bench;
  add_point(bench, "http/latency", 0, 1, MetricKind::histogram, buckets);
  add_point(bench, "http/latency-mean", 0, 1, MetricKind::gauge, 50.0);
  const Assessment assessment =
      assessed(bench, "{slos: [{metric: http/latency-mean, upper: 60}], evidence: anytime}");
  CHECK_FALSE(warns(assessment, "skew-unknown"));
  CHECK(assessment.verdict == Verdict::pass);
}

TEST_CASE("a counter that fell is taken to count from 0 again, and versions without data are named") {
  Workbench bench({"stable", "candidate"});
  for (const auto& [iteration, total] : {std::pair{1, 400}, std::pair{2, 100}})
    add_point(bench, "shop/errors", 0, iteration, MetricKind::proportion,
              Proportion{.count = 1, .total = total}, Span::since_start);
  bench.iteration = 2;
  const Assessment assessment = assessed(bench, kErrors);
  CHECK_THAT(warning_of(assessment, "counter-reset"), Contains("fell 1 time;"));
  CHECK_THAT(warning_of(assessment, "missing-metric"), Contains("version 'candidate'"));
  CHECK(assessment.verdict == Verdict::error);
}
