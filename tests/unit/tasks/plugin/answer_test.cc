#include "tasks/plugin/answer.h"

#include <catch2/catch.hpp>

#include "base/error.h"

using namespace iter8;
using namespace iter8::experiment;

namespace {

Outcome parsed(const std::string& text) {
  return tasks::plugin::parse_answer(text, "shop", {"stable", "candidate"});
}

Outcome parsed_metric(const std::string& metric) {
  return parsed("{\"metrics\": [" + metric + "]}");
}

}  // namespace

TEST_CASE("an empty answer is an answer") {
  const Outcome outcome = parsed("{}");
  CHECK(outcome.message.empty());
  CHECK(outcome.observations.empty());
  CHECK_FALSE(outcome.verdict);
}

TEST_CASE("an answer may have a message and a verdict") {
  const Outcome outcome = parsed(R"({"message": "100 orders", "verdict": "inconclusive"})");
  CHECK(outcome.message == "100 orders");
  CHECK(outcome.verdict == Verdict::inconclusive);
}

TEST_CASE("a metric gets the plugin's name and belongs to the version it names") {
  const Outcome outcome = parsed_metric(
      R"({"name": "orders", "version": "candidate", "kind": "gauge", "value": 3.5, "unit": "EUR"})");
  REQUIRE(outcome.observations.size() == 1);
  const Observation& observation = outcome.observations[0];
  CHECK(observation.metric.name == "shop/orders");
  CHECK(observation.metric.kind == MetricKind::gauge);
  CHECK(observation.metric.unit == "EUR");
  CHECK(observation.version == 1);
  CHECK(std::get<double>(observation.data) == 3.5);
}

TEST_CASE("a metric may say what inference needs: its span, its window, and exact counts above limits") {
  const Outcome outcome = parsed(R"({"traffic": {"candidate": 10, "stable": 90}, "metrics": [
    {"name": "a", "version": "stable", "kind": "proportion", "count": 1, "total": 4, "span": "since-start",
     "window": 2.5},
    {"name": "b", "version": "stable", "kind": "histogram", "buckets": [{"lower": 0, "upper": 9, "count": 7}],
     "above": [{"limit": 5, "count": 2}]}]})");
  CHECK(outcome.traffic == std::vector<int>{90, 10});
  CHECK(outcome.observations[0].span == Span::since_start);
  CHECK(outcome.observations[0].window == std::chrono::milliseconds(2500));
  CHECK(outcome.observations[1].span == Span::since_last);
  const auto& above = std::get<BucketCounts>(outcome.observations[1].data).above;
  REQUIRE(above.size() == 1);
  CHECK((above[0].limit == 5 && above[0].count == 2));
}

TEST_CASE("what inference needs is checked where it stands") {
  const auto [answer, expected] = GENERATE(table<std::string, std::string>({
      {R"({"traffic": {"stable": 90}})", "traffic.candidate: missing"},
      {R"({"traffic": {"stable": 90, "candidate": 20}})", "sum to 100, found 110"},
      {R"({"traffic": {"stable": 90, "candidat": 10}})", "did you mean 'candidate'"},
      {R"({"traffic": [50, 50]})", "traffic: expected a map"},
      {R"({"metrics": [{"name": "a", "version": "0", "kind": "gauge", "value": 1, "span": "always"}]})",
       "metrics[0].span: expected since-last or since-start"},
      {R"({"metrics": [{"name": "a", "version": "0", "kind": "gauge", "value": 1, "window": -1}]})",
       "metrics[0].window"},
      {R"({"metrics": [{"name": "a", "version": "0", "kind": "histogram", "buckets": [],
           "above": [{"limit": 1, "count": 1}]}]})",
       "metrics[0].above[0].count: more than all buckets hold"},
  }));
  CHECK_THROWS_WITH(parsed(answer), Catch::Contains(expected));
}

TEST_CASE("every kind of metric is read") {
  const Outcome outcome = parsed(R"({"metrics": [
    {"name": "a", "version": "0", "kind": "counter", "value": 3},
    {"name": "b", "version": "0", "kind": "proportion", "count": 1, "total": 4},
    {"name": "c", "version": "0", "kind": "summary", "count": 4, "mean": 2, "variance": 1.5, "max": 9},
    {"name": "d", "version": "0", "kind": "histogram", "buckets": [{"lower": 0, "upper": 1, "count": 2},
      {"lower": 1, "upper": 2, "count": 0}, {"lower": 2, "upper": 3, "count": 5}]},
    {"name": "e", "version": "0", "kind": "samples", "values": [1, 2.5, -3]}]})");
  REQUIRE(outcome.observations.size() == 5);
  CHECK(std::get<double>(outcome.observations[0].data) == 3);
  CHECK(std::get<Proportion>(outcome.observations[1].data).total == 4);
  CHECK(std::get<SampleSummary>(outcome.observations[2].data).max == 9.0);
  CHECK_FALSE(std::get<SampleSummary>(outcome.observations[2].data).min);
  CHECK(std::get<BucketCounts>(outcome.observations[3].data).buckets.size() == 2);
  CHECK(std::get<Samples>(outcome.observations[4].data).values == std::vector<double>{1, 2.5, -3});
}

TEST_CASE("anything else is an error that says where") {
  const auto [text, problem] = GENERATE(values<std::pair<std::string, std::string>>({
      {"", "found nothing on standard output"},
      {"  \n", "found nothing on standard output"},
      {"done", "expected a JSON object"},
      {"[]", "expected an object"},
      {"{} {}", "expected a JSON object"},
      {R"({"metric": []})",
       "metric: unknown key, expected one of metrics, message, verdict, traffic; did you mean 'metrics'?"},
      {R"({"message": 3})", "message: expected text, found 3"},
      {R"({"verdict": "error"})", "verdict: expected pass, fail or inconclusive, found 'error'"},
      {R"({"verdict": "good"})", "verdict: expected pass, fail or inconclusive, found 'good'"},
      {R"({"metrics": {}})", "metrics: expected a list, found {}"},
      {R"({"metrics": [3]})", "metrics[0]: expected an object"},
  }));
  INFO(text);
  CHECK_THROWS_AS(parsed(text), base::Error);
  CHECK_THROWS_WITH(parsed(text), Catch::Contains(problem));
}

TEST_CASE("a wrong metric is an error that says where") {
  const auto [text, problem] = GENERATE(values<std::pair<std::string, std::string>>({
      {R"({"version": "0", "kind": "gauge", "value": 1})", "metrics[0].name: missing"},
      {R"({"name": "a", "kind": "gauge", "value": 1})", "metrics[0].version: missing"},
      {R"({"name": "a", "version": "canary", "kind": "gauge", "value": 1})", "unknown version 'canary'"},
      {R"({"name": "a", "version": "0", "value": 1})", "metrics[0].kind: missing"},
      {R"({"name": "a", "version": "0", "kind": "guage", "value": 1})", "did you mean 'gauge'?"},
      {R"({"name": "a", "version": "0", "kind": "gauge"})", "metrics[0].value: missing"},
      {R"({"name": "a", "version": "0", "kind": "gauge", "value": "1"})",
       "value: expected a number, found \"1\""},
      {R"({"name": "a", "version": "0", "kind": "gauge", "value": null})",
       "value: expected a number, found null"},
      {R"({"name": "a", "version": "0", "kind": "gauge", "value": 1, "values": [1]})", "values: unknown key"},
      {R"({"name": "a b", "version": "0", "kind": "gauge", "value": 1})", "expected a name without spaces"},
      {R"({"name": "a", "version": "0", "kind": "counter", "value": -1})", "at least 0"},
      {R"({"name": "a", "version": "0", "kind": "proportion", "count": 5, "total": 4})",
       "count: more than total"},
      {R"({"name": "a", "version": "0", "kind": "proportion", "count": 0.5, "total": 4})",
       "expected a count"},
      {R"({"name": "a", "version": "0", "kind": "proportion", "count": 18446744073709551615, "total": 4})",
       "expected a count"},
      {R"({"name": "a", "version": "0", "kind": "summary", "count": 1, "mean": 1, "variance": -1})",
       "variance"},
      {R"({"name": "a", "version": "0", "kind": "samples", "values": [1, "x"]})",
       "expected numbers, found \"x\""},
      {R"({"name": "a", "version": "0", "kind": "histogram", "buckets": [{"lower": 2, "upper": 1, "count": 1}]})",
       "metrics[0].buckets[0].lower: above upper"},
      {R"({"name": "a", "version": "0", "kind": "histogram", "buckets": [{"lower": 0, "upper": 2, "count": 1},
        {"lower": 1, "upper": 3, "count": 1}]})",
       "metrics[0].buckets[1].lower: below the upper end"},
  }));
  INFO(text);
  CHECK_THROWS_WITH(parsed_metric(text), Catch::Contains(problem));
}

TEST_CASE("a very deep answer is an error, not a crash") {
  CHECK_THROWS_AS(parsed(std::string(200'000, '[')), base::Error);
}
