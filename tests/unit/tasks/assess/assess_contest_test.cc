// Rewards, winners, scores and what a verdict is relative to.
#include <catch2/catch.hpp>

#include "tasks/assess/task.h"
#include "tests/unit/tasks/assess/assess_bench.h"

using namespace iter8;
using namespace iter8::experiment;
using Catch::Contains;
using tests::add_point;
using tests::assessed;
using tests::Workbench;

namespace {

/// Versions with so many orders of 10 000 visits.
Workbench shop(const std::vector<std::int64_t>& orders) {
  const std::vector<std::string> names{"stable", "red", "green", "blue"};
  Workbench bench({names.begin(), names.begin() + static_cast<std::ptrdiff_t>(orders.size())});
  for (std::size_t version = 0; version < orders.size(); ++version)
    add_point(bench, "shop/orders", version, 1, MetricKind::proportion,
              Proportion{.count = orders[version], .total = 10'000});
  return bench;
}

void add_errors(Workbench& bench, const std::vector<std::int64_t>& errors) {
  for (std::size_t version = 0; version < errors.size(); ++version)
    add_point(bench, "shop/errors", version, 1, MetricKind::proportion,
              Proportion{.count = errors[version], .total = 10'000});
}

}  // namespace

TEST_CASE("a version that fails an objective cannot win, and gets no traffic") {
  Workbench bench = shop({500, 900, 600});
  add_errors(bench, {10, 400, 10});
  const std::string yaml =
      "{slos: [{metric: shop/errors, upper: 1%}], reward: {metric: shop/orders}, evidence: fixed";
  const Assessment cut = assessed(bench, yaml + "}");
  CHECK(cut.winner->version == 2u);
  CHECK(cut.weights == std::vector<int>{0, 0, 100});

  Workbench equal = shop({500, 900, 510});
  add_errors(equal, {10, 400, 10});
  const Assessment open = assessed(equal, yaml + "}");
  CHECK_FALSE(open.winner->found);
  REQUIRE(open.weights.size() == 3);
  CHECK(open.weights[1] == 0);
  const Assessment kept = assessed(equal, yaml + ", cutoffOnViolation: false}");
  REQUIRE(kept.weights.size() == 3);
  CHECK(kept.weights[1] > 0);
}

TEST_CASE("stopOnLoss promotes a leader that is good enough, and does not call it better") {
  Workbench bench = shop({500, 520});
  const std::string yaml = "{reward: {metric: shop/orders, mde: 0.2}, evidence: fixed";
  CHECK_FALSE(assessed(bench, yaml + "}").winner->found);
  const Assessment assessment = assessed(bench, yaml + ", stopOnLoss: 0.03}");
  REQUIRE(assessment.winner->found);
  CHECK(assessment.winner->version == 1u);
  CHECK_THAT(assessment.winner->reason, Contains("good enough, which is not to say better"));

  Workbench worse = shop({500, 400});
  CHECK(assessed(worse, yaml + ", stopOnLoss: 0.03}").winner->version == 0u);
}

TEST_CASE("candidates that are certainly better than the baseline are listed together") {
  Workbench bench = shop({500, 650, 700, 505});
  for (const char* mode : {"fixed", "anytime", "hybrid"}) {
    INFO(mode);
    const Assessment assessment =
        assessed(bench, "{reward: {metric: shop/orders}, evidence: " + std::string(mode) + "}");
    CHECK_FALSE(assessment.winner->found);  // red and green are too near to each other
    CHECK_THAT(assessment.winner->reason,
               Catch::EndsWith("; certainly better than 'stable': 'red', 'green'"));
  }
}

TEST_CASE("with direction low, less is better") {
  Workbench bench = shop({700, 500});
  const Assessment assessment =
      assessed(bench, "{reward: {metric: shop/orders, direction: low}, evidence: fixed}");
  CHECK(assessment.winner->version == 1u);
}

TEST_CASE("a key objective that fails, fails the version whatever its score") {
  Workbench bench = shop({500});
  add_errors(bench, {400});
  const auto yaml = [](const char* key) {
    return "{slos: [{metric: shop/errors, upper: 1%, key: " + std::string(key) +
           "}, {metric: shop/orders, lower: 1%, weight: 9}], evidence: fixed, score: {pass: 90, warning: "
           "50}}";
  };
  const Assessment without = assessed(bench, yaml("false"));
  CHECK(without.scores[0].value == 90);
  CHECK(without.verdict == Verdict::pass);
  const Assessment with = assessed(bench, yaml("true"));
  CHECK(with.scores[0].value == 90);
  CHECK(with.verdict == Verdict::fail);
}

TEST_CASE("relativeTo: previous compares with the run before, whatever its version was") {
  const tests::ScratchDirectory scratch;
  const auto verdict_after = [&](int day, const char* tag, std::int64_t errors) {
    Workbench bench({"app"});
    bench.directory = scratch.path();
    bench.set(0, "tag", config::Value(std::string(tag)));
    bench.result.start = base::WallTime(std::chrono::hours(24 * day));
    add_errors(bench, {errors});
    return assessed(bench,
                    "{slos: [{metric: shop/errors, upper: +20%, relativeTo: previous}], history: h.json}");
  };
  const Assessment first = verdict_after(1, "1.0", 100);
  CHECK(first.verdict == Verdict::error);
  CHECK_THAT(first.objectives[0].versions[0].reason, Contains("there is none yet"));
  CHECK(verdict_after(2, "1.1", 20).verdict == Verdict::pass);
  const Assessment third = verdict_after(3, "1.2", 200);
  CHECK(third.verdict == Verdict::fail);
  CHECK(third.objectives[0].versions[0].limit == Approx(0.0024));
}

TEST_CASE("a history holds what the assessment judges by, and nothing else") {
  const tests::ScratchDirectory scratch;
  Workbench bench = shop({500});
  bench.directory = scratch.path();
  add_errors(bench, {20});
  bench.result.series.push_back({.provider = "http", .blocks = {}});
  assessed(bench, "{slos: [{metric: shop/errors, upper: 1%}], history: h.json}");
  const std::vector<tasks::assess::HistoryRun> runs = tasks::assess::read_history(scratch.path() / "h.json");
  REQUIRE(runs.size() == 1);
  CHECK(runs[0].result.metrics.size() == 1);
  CHECK(runs[0].result.series.empty());
}

TEST_CASE("relativeTo: a named version is compared with, and left alone itself") {
  Workbench bench = shop({500, 500, 500});
  add_errors(bench, {500, 50, 500});
  const Assessment assessment =
      assessed(bench, "{slos: [{metric: shop/errors, upper: +20%, relativeTo: red}], evidence: fixed}");
  const auto& versions = assessment.objectives[0].versions;
  CHECK(versions[0].verdict == Verdict::fail);
  CHECK(versions[1].verdict == Verdict::pass);
  CHECK(versions[2].verdict == Verdict::fail);
}

TEST_CASE(
    "without a word about evidence, present spellings are judged by it and older ones by bare numbers") {
  const auto [yaml, evidence] = GENERATE(table<std::string, std::string>({
      {"{slos: [{metric: shop/errors, upper: 2%}]}", "fixed"},
      {"{slos: [{metric: shop/errors, upper: 2%}], evidence: point}", "point"},
      {"{SLOs: [{metric: shop/errors, upper: 2%}]}", "point"},
      {"{slos: [{metric: shop/errors, upperLimit: 0.02}]}", "point"},
      {"{slos: {upper: [{metric: shop/errors, limit: 0.02}]}}", "point"},
      {"{criteria: {objectives: [{metric: shop/errors, upperLimit: 0.02}]}}", "point"},
      {"{SLOs: [{metric: shop/errors, upper: 2%}], alpha: 0.1}", "fixed"},
  }));
  INFO(yaml);
  Workbench bench = shop({500});
  add_errors(bench, {100});
  CHECK(to_text(assessed(bench, yaml).objectives[0].versions[0].evidence) == evidence);
  bench.iterations = 2;
  CHECK(to_text(assessed(bench, yaml).objectives[0].versions[0].evidence) ==
        (evidence == "fixed" ? "hybrid" : "point"));
}
