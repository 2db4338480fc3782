#include "experiment/result/result.h"

#include <catch2/catch.hpp>

using namespace iter8::experiment;

namespace {

/// Two versions; http/latency is a histogram of the first only, shop/orders a gauge of both.
Result sample_result() {
  Result result;
  result.versions = {"stable", "candidate"};
  MetricSeries latency{.info = {"http/latency", MetricKind::histogram, "msec", "Latency"},
                       .versions = {{}, {}}};
  latency.versions[0].push_back({.iteration = 1, .data = BucketCounts{{{0, 10, 50}, {10, 20, 50}}}});
  result.metrics.emplace("http/latency", latency);

  MetricSeries orders{.info = {"shop/orders", MetricKind::gauge, "", "Orders"}, .versions = {{}, {}}};
  orders.versions[0] = {{.iteration = 1, .data = 3.0}, {.iteration = 2, .data = 5.0}};
  orders.versions[1] = {{.iteration = 1, .data = 4.0}};
  result.metrics.emplace("shop/orders", orders);
  return result;
}

Objective objective(bool stable, bool candidate) {
  Objective made{.metric = "shop/orders"};
  made.versions = {ObjectiveCheck{.satisfied = stable}, ObjectiveCheck{.satisfied = candidate}};
  return made;
}

}  // namespace

TEST_CASE("The latest value of a metric is the last one observed for the version") {
  const Result result = sample_result();
  CHECK(latest_value(result, "shop/orders", 0) == 5.0);
  CHECK(latest_value(result, "shop/orders", 1) == 4.0);
}

TEST_CASE("A metric that was not observed for a version is missing") {
  const Result result = sample_result();
  CHECK_FALSE(latest_value(result, "shop/visits", 0));
  CHECK_FALSE(latest_value(result, "http/latency-p50", 1));
  CHECK_FALSE(latest_value(result, "shop/orders", 2));
}

TEST_CASE("A percentile that was not recorded itself comes from the histogram, under both spellings") {
  const Result result = sample_result();
  CHECK(latest_value(result, "http/latency-p75", 0) == 15.0);
  CHECK(latest_value(result, "http/latency/p75", 0) == 15.0);
  CHECK(latest_value(result, "http/latency-p75.0", 0) == 15.0);
}

TEST_CASE("A derived metric has the unit of its base and says what it is") {
  const std::optional<MetricInfo> info = metric_info(sample_result(), "http/latency-p75");
  REQUIRE(info);
  CHECK(info->kind == MetricKind::gauge);
  CHECK(info->unit == "msec");
  CHECK(info->description == "75-th percentile value of http/latency");
  CHECK_FALSE(metric_info(sample_result(), "shop/orders-p75"));
}

TEST_CASE("With no objective declared the objectives are satisfied") {
  Result result = sample_result();
  CHECK(slos_satisfied(result));
  CHECK(slos_satisfied(result, 1));
}

TEST_CASE("In a native file, where nothing was judged no objective is satisfied") {
  Result result = sample_result();
  result.spelling = FileSpelling::native;
  CHECK_FALSE(slos_satisfied(result));
  result.assessment.emplace();
  CHECK_FALSE(slos_satisfied(result));
  result.assessment->verdict = Verdict::pass;
  CHECK(slos_satisfied(result));
}

TEST_CASE("Objectives that were declared and not assessed are not satisfied") {
  Result result = sample_result();
  result.declared_objectives = 2;
  CHECK_FALSE(slos_satisfied(result));

  result.assessment.emplace().objectives = {objective(true, true)};
  CHECK_FALSE(slos_satisfied(result));
  result.assessment->objectives.push_back(objective(true, true));
  CHECK(slos_satisfied(result));
}

TEST_CASE("Objectives can be satisfied by one version and not by another") {
  Result result = sample_result();
  result.declared_objectives = 1;
  result.assessment.emplace().objectives = {objective(true, false)};
  CHECK(slos_satisfied(result, 0));
  CHECK_FALSE(slos_satisfied(result, 1));
  CHECK_FALSE(slos_satisfied(result));
}
