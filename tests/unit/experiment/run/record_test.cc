#include "experiment/run/record.h"

#include <limits>

#include <catch2/catch.hpp>

#include "base/error.h"
#include "tests/unit/experiment/scene.h"

using namespace iter8;
using namespace iter8::experiment;

namespace {

Result two_versions() {
  Result result;
  result.versions = {"stable", "candidate"};
  return result;
}

Execution execution(std::size_t index, int iteration = 1) {
  Execution made;
  made.index = index;
  made.iteration = iteration;
  made.task = "fake";
  return made;
}

Outcome decided(Verdict verdict, int line, const std::string& metric) {
  Outcome outcome;
  outcome.assessment.emplace().verdict = verdict;
  outcome.assessment->objectives.push_back({.metric = metric, .line = line});
  return outcome;
}

Outcome observed(Observation observation) {
  Outcome outcome;
  outcome.observations.push_back(std::move(observation));
  return outcome;
}

}  // namespace

TEST_CASE("An observation is stored under the canonical name, with its iteration") {
  Result result = two_versions();
  record(execution(0, 3), observed(test::gauge("built-in/http-latency-p95", 1, 7)), result);

  REQUIRE(result.metrics.count("http/latency-p95") == 1);
  const MetricSeries& series = result.metrics.at("http/latency-p95");
  CHECK(series.info.name == "http/latency-p95");
  REQUIRE(series.versions.size() == 2);
  CHECK(series.versions[0].empty());
  REQUIRE(series.versions[1].size() == 1);
  CHECK(series.versions[1][0].iteration == 3);
}

TEST_CASE("What is not finite number is left out with a warning") {
  Result result = two_versions();
  record(execution(0), observed(test::gauge("shop/orders", 0, std::numeric_limits<double>::quiet_NaN())),
         result);

  CHECK(result.metrics.empty());
  REQUIRE(result.executions.size() == 1);
  REQUIRE(result.executions[0].warnings.size() == 1);
  CHECK(result.executions[0].warnings[0].message ==
        "shop/orders of version 'stable' is not a finite number; left out");
}

TEST_CASE("An observation that does not fit the experiment changes nothing") {
  Result result = two_versions();
  record(execution(0), observed(test::gauge("shop/orders", 0, 1)), result);

  CHECK_THROWS_AS(record(execution(1), observed(test::gauge("orders", 0, 1)), result), base::Error);
  CHECK_THROWS_AS(record(execution(1), observed(test::gauge("shop/orders", 2, 1)), result), base::Error);
  Observation proportion = test::gauge("shop/orders", 0, 1);
  proportion.metric.kind = MetricKind::proportion;
  CHECK_THROWS_WITH(record(execution(1), observed(proportion), result),
                    "metric 'shop/orders' is a proportion here and was recorded as a gauge");
  CHECK(result.executions.size() == 1);
}

TEST_CASE("Versions whose values are in different units or of different kinds are not mixed") {
  Result result = two_versions();
  Outcome outcome = observed(test::gauge("shop/latency", 0, 1));
  outcome.observations.push_back(test::gauge("shop/latency", 1, 1));
  outcome.observations[1].metric.unit = "sec";
  CHECK_THROWS_WITH(record(execution(0), outcome, result), Catch::Contains("values in different units"));
  outcome.observations[1].metric.unit = outcome.observations[0].metric.unit;
  outcome.observations[1].metric.kind = MetricKind::counter;
  CHECK_THROWS_WITH(record(execution(0), outcome, result), Catch::Contains("is a counter here"));
  CHECK(result.metrics.empty());
}

TEST_CASE("A later assessment by the same task replaces the earlier one") {
  Result result = two_versions();
  record(execution(0, 1), decided(Verdict::fail, 10, "a/x"), result);
  record(execution(0, 2), decided(Verdict::pass, 10, "a/x"), result);

  CHECK(result.assessment->objectives.size() == 1);
  CHECK(result.assessment->verdict == Verdict::pass);
}

TEST_CASE("Assessments by several tasks are one, with all objectives and the worst of the latest verdicts") {
  Result result = two_versions();
  record(execution(0, 1), decided(Verdict::fail, 10, "a/x"), result);
  record(execution(1, 1), decided(Verdict::pass, 20, "a/x"), result);
  CHECK(result.assessment->objectives.size() == 2);
  CHECK(result.assessment->verdict == Verdict::fail);

  record(execution(0, 2), decided(Verdict::pass, 10, "a/x"), result);
  CHECK(result.assessment->objectives.size() == 2);
  CHECK(result.assessment->verdict == Verdict::pass);
}

TEST_CASE("A plugin's verdict counts with those of assess, whichever comes last") {
  Result result = two_versions();
  Outcome plugin;
  plugin.verdict = Verdict::inconclusive;
  record(execution(0), plugin, result);
  CHECK(result.assessment->verdict == Verdict::inconclusive);

  record(execution(1), decided(Verdict::pass, 10, "a/x"), result);
  CHECK(result.assessment->verdict == Verdict::inconclusive);
}

TEST_CASE("Completed are setup, the latest iteration and finally; a tolerated failure counts") {
  Result result = two_versions();
  const auto add = [&result](Section section, std::size_t index, int iteration, ExecutionStatus status) {
    Execution made = execution(index, iteration);
    made.section = section;
    made.status = status;
    result.executions.push_back(made);
  };
  add(Section::setup, 0, 0, ExecutionStatus::completed);
  add(Section::tasks, 0, 1, ExecutionStatus::completed);
  add(Section::tasks, 1, 1, ExecutionStatus::completed);
  add(Section::tasks, 0, 2, ExecutionStatus::skipped);
  add(Section::tasks, 1, 2, ExecutionStatus::failed);

  CHECK(count_completed(result, 2, [](const Execution&) { return false; }) == 2);
  CHECK(count_completed(result, 2, [](const Execution&) { return true; }) == 3);
}

TEST_CASE("A metric that is awaited has no data, until it has some") {
  Result result = two_versions();
  Outcome outcome;
  outcome.awaited.push_back({.metric = {.name = "shop/latency", .kind = MetricKind::histogram},
                             .version = 1,
                             .reason = "the answer is empty"});
  record(execution(0, 1), outcome, result);
  CHECK(awaited_reason(result, "shop/latency", 1) == "the answer is empty");
  CHECK(awaited_reason(result, "shop/latency-p95", 1) == "the answer is empty");
  CHECK_FALSE(awaited_reason(result, "shop/latency", 0));
  CHECK_FALSE(awaited_reason(result, "shop/orders", 1));
  CHECK(latest(result, "shop/latency", 1) == nullptr);

  record(execution(0, 2),
         observed({.metric = {.name = "shop/latency", .kind = MetricKind::histogram},
                   .version = 1,
                   .data = BucketCounts{{{0, 1, 7}}}}),
         result);
  CHECK_FALSE(awaited_reason(result, "shop/latency", 1));

  outcome.awaited[0].version = 2;
  CHECK_THROWS_AS(record(execution(0, 3), outcome, result), base::Error);
}

TEST_CASE("The same objective of two assess tasks, written once and used by both, is judged twice") {
  Result result = two_versions();
  const auto decided_by = [](int task_line, Verdict verdict) {
    Outcome outcome = decided(verdict, 10, "a/x");
    outcome.assessment->objectives[0].task_line = task_line;
    return outcome;
  };
  record(execution(0), decided_by(12, Verdict::pass), result);
  record(execution(1), decided_by(14, Verdict::pass), result);
  CHECK(result.assessment->objectives.size() == 2);

  record(execution(1, 2), decided_by(14, Verdict::pass), result);
  CHECK(result.assessment->objectives.size() == 2);
}
