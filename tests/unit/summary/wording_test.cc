#include "summary/wording.h"

#include <limits>

#include <catch2/catch.hpp>

#include "base/clock.h"
#include "summary/condition.h"
#include "summary/numbers.h"

using namespace iter8;
using namespace iter8::experiment;
using namespace iter8::summary;

namespace {

Result with_latency(std::vector<std::string> versions) {
  Result result;
  result.versions = std::move(versions);
  MetricSeries& series = result.metrics["http/latency-p95"];
  series.info = {.name = "http/latency-p95", .kind = MetricKind::gauge, .unit = "msec", .description = ""};
  series.versions.resize(result.versions.size());
  series.versions[0].push_back({.iteration = 1, .data = 12.5});
  return result;
}

}  // namespace

TEST_CASE(
    "a version goes by its name, by 'version 0' where that is a number, and by its number when unknown") {
  const Result named = with_latency({"stable", "1"});
  CHECK(version_name(named, 0) == "stable");
  CHECK(version_name(named, 1) == "1");
  CHECK(version_name(named, 5) == "5");
  CHECK(version_label(named, 0) == "stable");
  CHECK(version_label(named, 1) == "version 1");
}

TEST_CASE("a metric names its version only where there are several") {
  CHECK(metric_of_version("http/latency-p95", with_latency({"a", "b"}), 1) == "http/latency-p95 of b");
  CHECK(metric_of_version("http/latency-p95", with_latency({"a"}), 0) == "http/latency-p95");
}

TEST_CASE("a condition has its unit at the metric in tables and at the limit in sentences") {
  const Result result = with_latency({"a"});
  const Objective both{.metric = "http/latency-p95", .upper = 250, .lower = 0.5};
  CHECK(condition_text(both, result) == "0.5 <= http/latency-p95 (msec) <= 250");
  CHECK(condition_in_words(both, result) == "0.5 msec <= http/latency-p95 <= 250 msec");
  CHECK(limits_text(both) == "≤ 250, ≥ 0.5");

  const Objective shown{.metric = "http/error-rate", .upper = 0.01, .gate = false};
  CHECK(condition_text(shown, result) == "http/error-rate <= 0.01 (not gating)");
}

TEST_CASE("a relative limit says what it is relative to, wherever it is told") {
  const Result result = with_latency({"a"});
  Objective objective{.metric = "http/latency-p95", .relative_upper = "+10%"};
  CHECK(condition_text(objective, result) == "http/latency-p95 (msec) <= +10% of the baseline");
  CHECK(condition_in_words(objective, result) == "http/latency-p95 <= +10% of the baseline");
  CHECK(limits_text(objective) == "≤ +10% of the baseline");
  objective.relative_to = "previous";
  CHECK(condition_in_words(objective, result) == "http/latency-p95 <= +10% of the previous run");
  CHECK(limits_text(objective) == "≤ +10% of the previous run");
  objective.relative_to = "stable";
  CHECK(condition_in_words(objective, result) == "http/latency-p95 <= +10% of stable");
  CHECK(limits_text(objective) == "≤ +10% of stable");
}

TEST_CASE("a task goes by its kind, its name and, from the second on, its iteration") {
  Execution execution{.iteration = 1, .task = "http", .name = "cart", .message = "connection refused"};
  CHECK(execution_title(execution) == "http (cart)");
  execution.iteration = 2;
  CHECK(execution_title(execution) == "http (cart), iteration 2");
  execution.status = ExecutionStatus::failed;
  CHECK(failure_text(execution) == "http (cart): connection refused");
  execution.status = ExecutionStatus::interrupted;
  CHECK(failure_text(execution) == "http (cart): interrupted; connection refused");
}

TEST_CASE("the facts of a run are one line") {
  Result result;
  result.num_tasks = 3;
  result.num_completed_tasks = 2;
  result.num_loops = 1;
  result.start = *base::parse_rfc3339("2026-01-01T00:00:00Z");
  CHECK(run_facts(result) == "2 of 3 tasks completed, 1 loop, started 2026-01-01T00:00:00Z");
  result.end = result.start + std::chrono::seconds(20);
  result.interrupted = "SIGTERM";
  CHECK(run_facts(result) ==
        "2 of 3 tasks completed, 1 loop, started 2026-01-01T00:00:00Z, ended 2026-01-01T00:00:20Z, "
        "interrupted by SIGTERM");
}

TEST_CASE("numbers keep the digits that people read") {
  CHECK(number_text(312.44) == "312.44");
  CHECK(number_text(0.0123456) == "0.0123");
  CHECK(number_text(0) == "0.00");
  CHECK(quantity(312.44, "msec") == "312.4 msec");
  CHECK(quantity(0.0123456, "") == "0.0123");
  CHECK(quantity(12345.6, "") == "12346");
  CHECK(quantity(100, "msec") == "100 msec");
  CHECK(percent_text(0.9712) == "97.1 %");
  CHECK(change_text(0.8) == "+80 %");
  CHECK(change_text(12.999) == "+1,300 %");
  CHECK(change_text(-812345) == "-81,234,500 %");
  CHECK(change_text(-0.0325) == "-3.25 %");
}

TEST_CASE("quantities of metrics have their unit, and shares are percentages") {
  const experiment::MetricInfo latency{.name = "http/latency-p99", .unit = "msec"};
  const experiment::MetricInfo share{.name = "http/error-rate", .kind = experiment::MetricKind::proportion};
  CHECK(metric_quantity(12.345, latency) == "12.35 msec");
  CHECK(metric_quantity(0.0015, share) == "0.15 %");
  CHECK(metric_quantity(7, std::nullopt) == "7");
  CHECK(range_text({3.36, 4.304}, latency) == "3.36 to 4.30");
  CHECK(range_text({0.0004, 0.004}, share) == "0.04 % to 0.4 %");
  CHECK(range_text({3.36, std::numeric_limits<double>::infinity()}, latency) == "3.36 or more");
  CHECK(range_text({-std::numeric_limits<double>::infinity(), 4}, latency) == "4 or less");
}

TEST_CASE("counts have commas, and no chance is a certainty that it is not") {
  CHECK(grouped_count(999) == "999");
  CHECK(grouped_count(1234567) == "1,234,567");
  CHECK(grouped_count(-1000) == "-1,000");
  CHECK(chance_text(0.9712) == "97.1 %");
  CHECK(chance_text(0.99999) == "> 99.9 %");
  CHECK(chance_text(0.00001) == "< 0.1 %");
  CHECK(chance_text(1) == "100.0 %");
}
