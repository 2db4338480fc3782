#include "experiment/run/condition.h"

#include <catch2/catch.hpp>

#include "base/error.h"
#include "tests/unit/experiment/scene.h"

using namespace iter8;
using namespace iter8::experiment;

namespace {

bool holds(const std::string& text, const Result& result, int iteration = 0) {
  return test::condition(text).holds(ResultScope(result, iteration));
}

/// Two versions, one objective that the candidate misses by its verdict, and a winner.
Result judged(Verdict candidate, std::optional<std::size_t> winner) {
  Result result;
  result.versions = {"stable", "candidate"};
  result.declared_objectives = 1;
  Assessment& assessment = result.assessment.emplace();
  assessment.verdict = candidate;
  assessment.objectives.push_back({.metric = "http/error-rate"});
  assessment.objectives[0].versions = {{.satisfied = true, .verdict = Verdict::pass},
                                       {.satisfied = candidate == Verdict::pass, .verdict = candidate}};
  assessment.winner = Winner{.found = winner.has_value(), .version = winner};
  assessment.weights = {30, 70};
  return result;
}

}  // namespace

TEST_CASE("SLOs and SLOsBy tell whether objectives are satisfied, by name or number") {
  const Result result = judged(Verdict::fail, std::nullopt);
  CHECK_FALSE(holds("SLOs()", result));
  CHECK(holds("SLOsBy(0) and SLOsBy('stable') and not SLOsBy('candidate') and not SLOsBy(1)", result));
  CHECK(holds("SLOs()", judged(Verdict::pass, std::nullopt)));
  CHECK(holds("SLOs()", Result{}));
}

TEST_CASE("SLOs asks for every version, and in a native file for something that was judged") {
  Result result = judged(Verdict::pass, 1);
  result.assessment->objectives[0].versions[0] = {.verdict = Verdict::fail, .gate = false};
  CHECK_FALSE(holds("SLOs()", result));
  CHECK_FALSE(holds("SLOs()", Result{.spelling = FileSpelling::native}));
}

TEST_CASE("Verdict is the verdict so far") {
  CHECK(holds("Verdict() == 'pass'", judged(Verdict::pass, 1)));
  CHECK(holds("Verdict() == 'fail'", judged(Verdict::fail, std::nullopt)));
  CHECK(holds("Verdict() not in ['pass', 'fail']", judged(Verdict::inconclusive, std::nullopt)));
  CHECK(holds("Verdict() == 'skipped'", Result{}));

  Result partial = judged(Verdict::pass, 1);
  partial.declared_objectives = 2;
  CHECK(holds("Verdict() == 'inconclusive'", partial));
  Result failed = judged(Verdict::pass, 1);
  failed.failure = true;
  CHECK(holds("Verdict() == 'error'", failed));
}

TEST_CASE("An unknown version in a condition is an error that names the nearest") {
  CHECK_THROWS_WITH(holds("SLOsBy('canddate')", judged(Verdict::fail, std::nullopt)),
                    Catch::Contains("unknown version 'canddate'") && Catch::Contains("'candidate'"));
}

TEST_CASE("The winner is known by WinnerFound, Winner and CandidateWon") {
  CHECK(holds("WinnerFound() and CandidateWon() and Winner() == 'candidate'", judged(Verdict::pass, 1)));
  CHECK(holds("WinnerFound() and not CandidateWon() and Winner() == 'stable'", judged(Verdict::pass, 0)));
  CHECK(holds("not WinnerFound() and not CandidateWon() and Winner() == ''",
              judged(Verdict::pass, std::nullopt)));
  CHECK(holds("not WinnerFound() and not Inconclusive() and not Rollback()", Result{}));
}

TEST_CASE("Rollback is a decided failure of a candidate; missing data is inconclusive") {
  CHECK(holds("Rollback() and not Inconclusive()", judged(Verdict::fail, std::nullopt)));
  CHECK(holds("not Rollback() and Inconclusive()", judged(Verdict::error, std::nullopt)));
  CHECK(holds("not Rollback() and Inconclusive()", judged(Verdict::inconclusive, std::nullopt)));

  Result baseline_failed = judged(Verdict::pass, std::nullopt);
  baseline_failed.assessment->objectives[0].versions[0].verdict = Verdict::fail;
  CHECK_FALSE(holds("Rollback()", baseline_failed));
}

TEST_CASE("Metric is the latest number of the first version, or of the one that is named") {
  Result result = judged(Verdict::pass, std::nullopt);
  MetricSeries series{.info = {"shop/orders", MetricKind::gauge, "", ""}, .versions = {{}, {}}};
  series.versions[0].push_back({.iteration = 1, .data = 2.0});
  series.versions[1].push_back({.iteration = 1, .data = 3.0});
  result.metrics.emplace("shop/orders", series);

  CHECK(holds("Metric('shop/orders') == 2 and Metric('shop/orders', 'candidate') == 3", result));
  CHECK(holds("Metric('shop/visits') == nil and (Metric('shop/visits') ?? 0) == 0", result));
  CHECK_THROWS_AS(holds("Metric('shop/visits') > 1", result), base::Error);
}

TEST_CASE("A duration is compared in the unit of the metric") {
  Result result = judged(Verdict::pass, std::nullopt);
  const auto add = [&result](const std::string& name, const std::string& unit, double value) {
    MetricSeries series{.info = {.name = name, .kind = MetricKind::gauge, .unit = unit},
                        .versions = {{}, {}}};
    series.versions[0].push_back({.iteration = 1, .data = value});
    result.metrics.emplace(name, series);
  };
  add("http/latency-p99", "msec", 120);
  add("db/wait", "seconds", 0.12);
  add("db/rows", "", 3);
  CHECK(holds("Metric('http/latency-p99') > 100ms and Metric('http/latency-p99') < 1s", result));
  CHECK(holds("500ms > Metric('http/latency-p99') and Metric('http/latency-p99') == 120ms", result));
  CHECK(holds("(Metric('http/latency-p99') ?? 0) - 20 < 2 * 60ms", result));
  CHECK(holds("Metric('db/wait') > 100ms and not (Metric('db/wait') > 1s)", result));
  CHECK(holds("Metric('db/rows') > 2s and 250ms == 0.25", result));
}

TEST_CASE("Weight is the recommended share of a version in percent") {
  CHECK(holds("Weight('candidate') == 70 and Weight(0) == 30", judged(Verdict::pass, 1)));
}

TEST_CASE("The fields of older files mean what they meant") {
  Result result = judged(Verdict::pass, 1);
  result.num_loops = 2;
  result.num_tasks = 3;
  result.num_completed_tasks = 3;
  result.iter8_version = "1.0.0";
  CHECK(holds("Result.NumLoops == 2 and Result.NumCompletedTasks == 3 and Result.Failure == false", result));
  CHECK(holds("Result.Insights.NumVersions == 2 and 'stable' in Result.Insights.VersionNames", result));
  CHECK(holds("Result.Iter8Version == '1.0.0' and Result.StartTime startsWith '1970-'", result));
  CHECK(holds("Completed() and NoFailure()", result));
  CHECK(holds("Result.NumLoops == 3", result, 3));
}

TEST_CASE("A run that was stopped did not go without failure") {
  Result result;
  result.interrupted = "SIGTERM";
  CHECK_FALSE(holds("NoFailure()", result));
}
