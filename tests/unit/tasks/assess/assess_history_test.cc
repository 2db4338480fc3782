// What a history carries from run to run, and by what rule a file is judged that names none.
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

void add_errors(Workbench& bench, const std::vector<std::int64_t>& errors) {
  for (std::size_t version = 0; version < errors.size(); ++version)
    add_point(bench, "shop/errors", version, 1, MetricKind::proportion,
              Proportion{.count = errors[version], .total = 10'000});
}

}  // namespace

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
  CHECK(first.verdict == Verdict::inconclusive);
  CHECK_THAT(first.objectives[0].versions[0].reason, Contains("there is none yet"));
  CHECK(verdict_after(2, "1.1", 20).verdict == Verdict::pass);
  const Assessment third = verdict_after(3, "1.2", 200);
  CHECK(third.verdict == Verdict::fail);
  CHECK(third.objectives[0].versions[0].limit == Approx(0.0024));
}

TEST_CASE(
    "relativeTo: previous compares with the run before and not with the mean of all, whatever the evidence") {
  const auto [kind, evidence] = GENERATE(table<MetricKind, std::string>({{MetricKind::summary, "anytime"},
                                                                         {MetricKind::summary, "point"},
                                                                         {MetricKind::gauge, "anytime"},
                                                                         {MetricKind::gauge, "point"}}));
  INFO(to_text(kind) << " " << evidence);
  const tests::ScratchDirectory scratch;
  const auto night = [&, kind = kind, evidence = evidence](int number, double mean) {
    Workbench bench;
    bench.directory = scratch.path();
    bench.result.start = base::WallTime(std::chrono::hours(24 * number));
    const bool is_gauge = kind == MetricKind::gauge;
    add_point(
        bench, "app/latency", 0, 1, kind,
        is_gauge ? MetricData(mean) : MetricData(SampleSummary{.count = 200, .mean = mean, .variance = 100}));
    return assessed(bench,
                    "{slos: [{metric: app/latency, upper: +20%, relativeTo: previous}], history: h.json, "
                    "evidence: " +
                        evidence + "}");
  };
  const Assessment first = night(0, 100);
  CHECK(first.verdict == Verdict::inconclusive);
  CHECK_THAT(first.objectives[0].versions[0].reason, Contains("there is none yet"));
  for (int number = 1; number <= 10; ++number) CHECK(night(number, 100).verdict == Verdict::pass);
  const Assessment last = night(11, 200);
  CHECK(last.verdict == Verdict::fail);
  CHECK(last.objectives[0].versions[0].value == 200);
  CHECK(last.objectives[0].versions[0].limit == Approx(120));
  CHECK(night(12, 200).verdict == Verdict::pass);
}

TEST_CASE("a previous run without a value is nothing to compare with, and noData says what that means") {
  const auto [no_data, verdict] = GENERATE(table<std::string, Verdict>(
      {{"", Verdict::inconclusive}, {", noData: fail", Verdict::fail}, {", noData: pass", Verdict::pass}}));
  const tests::ScratchDirectory scratch;
  const std::string yaml =
      "{slos: [{metric: app/latency, upper: +20%, relativeTo: previous}], history: h.json" + no_data + "}";
  Workbench empty;
  empty.directory = scratch.path();
  assessed(empty, yaml);
  Workbench bench;
  bench.directory = scratch.path();
  bench.result.start = base::WallTime(std::chrono::hours(24));
  add_point(bench, "app/latency", 0, 1, MetricKind::gauge, 100.0);
  CHECK(assessed(bench, yaml).verdict == verdict);
}

TEST_CASE("a history holds what the assessment judges by, and nothing else") {
  const tests::ScratchDirectory scratch;
  Workbench bench;
  bench.directory = scratch.path();
  add_errors(bench, {20});
  bench.result.series.push_back({.provider = "http", .blocks = {}});
  assessed(bench, "{slos: [{metric: shop/errors, upper: 1%}], history: h.json}");
  const std::vector<tasks::assess::HistoryRun> runs = tasks::assess::read_history(scratch.path() / "h.json");
  REQUIRE(runs.size() == 1);
  CHECK(runs[0].result.metrics.size() == 1);
  CHECK(runs[0].result.series.empty());
}

TEST_CASE(
    "a history holds the slices of the loads that it judges by, of all its runs together at most 1024") {
  const tests::ScratchDirectory scratch;
  for (int night = 1; night <= 5; ++night) {
    Workbench bench;
    bench.directory = scratch.path();
    bench.result.start = base::WallTime(std::chrono::hours(24 * night));
    add_point(bench, "http/error-rate", 0, 1, MetricKind::proportion, Proportion{.count = 0, .total = 3'000});
    stats::SliceLatencies ok{.count = 10, .sum = 10, .squares = 10};
    for (int i = 0; i < 10; ++i) ok.histogram.record(1'000'000);
    const stats::LoadSlices slices(std::chrono::milliseconds(50), night * 24 * 3600 * 20,
                                   std::vector<stats::LoadSlice>(300, {.ok = ok}));
    bench.result.series.push_back(
        {.provider = "http", .blocks = {std::chrono::seconds(1), {{.sent = 3'000}}}, .slices = slices});
    bench.result.series.push_back({.provider = "http-other", .blocks = {}, .slices = slices});
    assessed(bench, "{slos: [{metric: http/error-rate, upper: 1%}], history: h.json}");
    CHECK(bench.result.series[0].slices.width() == std::chrono::milliseconds(50));
  }
  const std::vector<tasks::assess::HistoryRun> runs = tasks::assess::read_history(scratch.path() / "h.json");
  REQUIRE(runs.size() == 5);
  for (const tasks::assess::HistoryRun& run : runs) {
    REQUIRE(run.result.series.size() == 1);
    CHECK(run.result.series[0].blocks.points().empty());
    CHECK(run.result.series[0].slices.width() == std::chrono::milliseconds(100));
    CHECK(run.result.series[0].slices.slices().size() == 150);
    CHECK(run.result.series[0].slices.slices()[0].ok.count == 20);
  }
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
  Workbench bench;
  add_errors(bench, {100});
  CHECK(to_text(assessed(bench, yaml).objectives[0].versions[0].evidence) == evidence);
  bench.iterations = 2;
  CHECK(to_text(assessed(bench, yaml).objectives[0].versions[0].evidence) ==
        (evidence == "fixed" ? "hybrid" : "point"));
}
