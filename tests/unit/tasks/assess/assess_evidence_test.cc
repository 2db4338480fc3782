#include <cmath>

#include <catch2/catch.hpp>

#include "experiment/result/result_document.h"
#include "experiment/run/record.h"
#include "tasks/assess/task.h"
#include "tests/unit/tasks/assess/assess_bench.h"

using namespace iter8;
using namespace iter8::experiment;
using tests::add_point;
using tests::assessed;
using tests::Workbench;

namespace {

Workbench errors_of(std::int64_t count, std::int64_t total) {
  Workbench bench;
  bench.record("http/error-rate", "", 0, Proportion{.count = count, .total = total});
  bench.result.metrics["http/error-rate"].info.kind = MetricKind::proportion;
  return bench;
}

}  // namespace

TEST_CASE("data of all iterations count together, and the first certified verdict stays") {
  Workbench bench = errors_of(0, 300);
  bench.iterations = 5;
  const auto task = bench.build(tasks::assess::assess_kind(),
                                "{slos: [{metric: http/error-rate, upper: 1%}], evidence: anytime}");
  REQUIRE(task);
  Assessment assessment = *bench.run(*task).assessment;
  CHECK(assessment.verdict == Verdict::inconclusive);
  bench.result.assessment = assessment;

  add_point(bench, "http/error-rate", 0, 2, MetricKind::proportion, Proportion{.count = 0, .total = 300});
  bench.iteration = 2;
  assessment = *bench.run(*task).assessment;
  CHECK(assessment.verdict == Verdict::pass);
  CHECK(assessment.objectives[0].versions[0].samples == 600);
  CHECK(assessment.objectives[0].versions[0].decided_at == 2);
  REQUIRE(assessment.looks.size() == 2);
  bench.result.assessment = assessment;

  add_point(bench, "http/error-rate", 0, 3, MetricKind::proportion, Proportion{.count = 3, .total = 300});
  bench.iteration = 3;
  assessment = *bench.run(*task).assessment;
  CHECK(assessment.verdict == Verdict::pass);
  CHECK_THAT(assessment.objectives[0].versions[0].reason, Catch::EndsWith("decided at look 2"));

  // A task that was just built, as after --resume, comes to the same by the recorded looks.
  const auto resumed = bench.build(tasks::assess::assess_kind(),
                                   "{slos: [{metric: http/error-rate, upper: 1%}], evidence: anytime}");
  Result whole = bench.result;
  bench.result = from_document(to_document(bench.result));
  Assessment again = *bench.run(*resumed).assessment;
  whole.assessment = assessment;
  Result other = bench.result;
  other.assessment = again;
  CHECK(to_document(whole)["insights"]["assessment"].dump() ==
        to_document(other)["insights"]["assessment"].dump());
}

TEST_CASE("data that contradict themselves are left out with a code, so that nothing passes by them") {
  const auto [data, kind, code] = GENERATE(table<MetricData, MetricKind, std::string>({
      {Proportion{.count = 11, .total = 10}, MetricKind::proportion, "numerator>denominator"},
      {Proportion{.count = -1, .total = 10}, MetricKind::proportion, "negative"},
      {SampleSummary{.count = 5, .mean = 1, .variance = -1}, MetricKind::summary, "negative"},
      {SampleSummary{.count = 5, .mean = std::nan(""), .variance = 1}, MetricKind::summary, "non-finite"},
      {std::nan(""), MetricKind::gauge, "non-finite"},
      {INFINITY, MetricKind::gauge, "non-finite"},
      {SampleSummary{.count = 5, .mean = 1, .variance = INFINITY}, MetricKind::summary, "non-finite"},
      {Samples{.values = {1, 2, -INFINITY}}, MetricKind::samples, "non-finite"},
  }));
  Workbench bench;
  Outcome outcome;
  outcome.observations.push_back(
      {.metric = {.name = "shop/x", .kind = kind, .unit = "", .description = ""}, .data = data});
  record({}, std::move(outcome), bench.result);
  CHECK(bench.result.metrics.empty());
  REQUIRE(bench.result.executions.back().warnings.size() == 1);
  CHECK(bench.result.executions.back().warnings[0].code == code);
  CHECK(assessed(bench, "{slos: [{metric: shop/x, upper: 100}], evidence: fixed}").verdict == Verdict::error);
}

TEST_CASE("without samples there is no verdict") {
  Workbench bench = errors_of(0, 0);
  CHECK(assessed(bench, "slos: [{metric: http/error-rate, upper: 1%}]").verdict == Verdict::error);
}
