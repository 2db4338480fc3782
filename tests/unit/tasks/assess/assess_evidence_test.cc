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
using tests::warns;
using tests::Workbench;

namespace {

Workbench errors_of(std::int64_t count, std::int64_t total) {
  Workbench bench;
  bench.record("http/error-rate", "", 0, Proportion{.count = count, .total = total});
  bench.result.metrics["http/error-rate"].info.kind = MetricKind::proportion;
  return bench;
}

ObjectiveCheck check_of(Workbench& bench, const std::string& more = "evidence: fixed") {
  return assessed(bench, "{slos: [{metric: http/error-rate, upper: 1%}], " + more + "}")
      .objectives[0]
      .versions[0];
}

}  // namespace

// 0.99^299 = 0.0495: the rule of three made exact (statistics, 2.1).
TEST_CASE("299 clean requests certify at most 1 %, and 298 do not") {
  Workbench enough = errors_of(0, 299);
  CHECK(check_of(enough).verdict == Verdict::pass);
  Workbench short_by_one = errors_of(0, 298);
  const ObjectiveCheck check = check_of(short_by_one);
  CHECK(check.verdict == Verdict::inconclusive);
  CHECK_FALSE(check.satisfied);
  CHECK(check.reason == "0 in 298: cannot certify <= 1 %; needs 299 samples without one");
}

TEST_CASE("with peeking allowed 377 clean requests are needed") {
  Workbench enough = errors_of(0, 377);
  CHECK(check_of(enough, "evidence: anytime").verdict == Verdict::pass);
  Workbench too_few = errors_of(0, 376);
  CHECK(check_of(too_few, "evidence: anytime").verdict == Verdict::inconclusive);
}

TEST_CASE("no errors in 4500 requests never fail") {
  Workbench bench = errors_of(0, 4500);
  for (const char* mode : {"fixed", "anytime", "hybrid"})
    CHECK(check_of(bench, std::string("evidence: ") + mode).verdict == Verdict::pass);
}

TEST_CASE("many errors fail, and the sentence says how many, how sure and how far") {
  Workbench bench = errors_of(50, 1000);
  const ObjectiveCheck check = check_of(bench);
  CHECK(check.verdict == Verdict::fail);
  CHECK(check.samples == 1000);
  CHECK(check.value == 0.05);
  CHECK(check.probability.value() < 1e-6);
  CHECK(check.interval->first < 0.05);
  CHECK(check.interval->second > 0.05);
  CHECK_THAT(check.reason, Catch::StartsWith("5 % (1000 samples) violates <= 1 %; P(met) "));
}

TEST_CASE("near the limit nothing is decided, and it is said what would") {
  Workbench bench = errors_of(8, 1000);
  const ObjectiveCheck check = check_of(bench);
  CHECK(check.verdict == Verdict::inconclusive);
  CHECK(check.needed.value() > 1000);
  CHECK_THAT(check.reason, Catch::Contains("samples in all would settle it"));
}

TEST_CASE("onInconclusive acts at the last look only") {
  Workbench bench = errors_of(8, 1000);
  CHECK(check_of(bench, "evidence: fixed, onInconclusive: pass").verdict == Verdict::pass);
  CHECK(check_of(bench, "evidence: fixed, onInconclusive: point").verdict == Verdict::pass);
  CHECK(check_of(bench, "evidence: fixed, onInconclusive: point").evidence == EvidenceMode::point);
}

TEST_CASE("a limit of no errors passes with what clean requests do show, and fails with the first error") {
  Workbench clean = errors_of(0, 100);
  const std::string yaml = "{slos: [{metric: http/error-rate, upper: 0}], evidence: fixed}";
  const ObjectiveCheck check = assessed(clean, yaml).objectives[0].versions[0];
  CHECK(check.verdict == Verdict::pass);
  CHECK_THAT(check.reason, Catch::Contains("no number of samples shows that it is 0"));
  Workbench one = errors_of(1, 100);
  CHECK(assessed(one, yaml).objectives[0].versions[0].verdict == Verdict::fail);
}

TEST_CASE("an objective that does not gate is judged and changes nothing") {
  Workbench bench = errors_of(50, 1000);
  const Assessment assessment =
      assessed(bench, "{slos: [{metric: http/error-rate, upper: 1%, gate: false}], evidence: fixed}");
  CHECK(assessment.objectives[0].versions[0].verdict == Verdict::fail);
  CHECK(assessment.verdict == Verdict::pass);
  CHECK(satisfies_all(assessment, 0));
}

TEST_CASE("a percentile is exact by the count above its limit") {
  Workbench bench;
  add_point(bench, "http/latency", 0, 1, MetricKind::histogram,
            BucketCounts{{{.lower = 1, .upper = 200, .count = 1000}}, {{.limit = 100, .count = 2}}});
  add_point(bench, "http/latency-p99", 0, 1, MetricKind::gauge, 90.0);
  const Assessment exact =
      assessed(bench, "{slos: [{metric: http/latency-p99, upper: 100}], evidence: fixed}");
  CHECK(exact.objectives[0].versions[0].verdict == Verdict::pass);
  CHECK_FALSE(warns(exact, "bucket-resolution"));
  const Assessment wide =
      assessed(bench, "{slos: [{metric: http/latency-p99, upper: 150}], evidence: fixed}");
  CHECK(wide.objectives[0].versions[0].verdict == Verdict::inconclusive);
  CHECK(warns(wide, "bucket-resolution"));
}

TEST_CASE("a number without sampling information is compared bare, and says so") {
  Workbench bench;
  add_point(bench, "shop/load", 0, 1, MetricKind::gauge, 0.5);
  const ObjectiveCheck check =
      assessed(bench, "{slos: [{metric: shop/load, upper: 1}], evidence: anytime}").objectives[0].versions[0];
  CHECK(check.verdict == Verdict::pass);
  CHECK(check.evidence == EvidenceMode::none);
}

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

TEST_CASE("fixed evidence in a loop decides at the last iteration only") {
  Workbench bench = errors_of(0, 300);
  bench.iterations = 2;
  CHECK(check_of(bench).reason == "the one planned look is iteration 2");
}

TEST_CASE("counters since the start are not counted twice, and a reset is noticed") {
  Workbench bench;
  for (const auto& [iteration, total] : {std::pair{1, 200}, std::pair{2, 400}})
    add_point(bench, "shop/errors", 0, iteration, MetricKind::proportion,
              Proportion{.count = 0, .total = total}, Span::since_start);
  bench.iteration = 2;
  const std::string yaml = "{slos: [{metric: shop/errors, upper: 1%}], evidence: fixed}";
  CHECK(assessed(bench, yaml).objectives[0].versions[0].samples == 400);
  add_point(bench, "shop/errors", 0, 2, MetricKind::proportion, Proportion{.count = 0, .total = 10},
            Span::since_start);
  const Assessment reset = assessed(bench, yaml);
  CHECK(reset.objectives[0].versions[0].samples == 410);
  CHECK(warns(reset, "counter-reset"));
}

TEST_CASE("A/B: a clear difference has a winner, equal versions have none") {
  Workbench bench({"stable", "candidate"});
  add_point(bench, "shop/conversion", 0, 1, MetricKind::proportion, Proportion{.count = 500, .total = 10000});
  add_point(bench, "shop/conversion", 1, 1, MetricKind::proportion, Proportion{.count = 650, .total = 10000});
  const std::string yaml = "{reward: {metric: shop/conversion}, evidence: fixed}";
  const Assessment clear = assessed(bench, yaml);
  CHECK(clear.verdict == Verdict::pass);
  CHECK(clear.winner->version == 1u);
  CHECK(clear.rewards[0].versions[1].probability_beats_baseline.value() > 0.999);
  CHECK(clear.rewards[0].versions[1].lift.value() == Approx(0.3).margin(0.01));
  CHECK(clear.weights == std::vector<int>{0, 100});

  Workbench equal({"stable", "candidate"});
  for (const std::size_t version : {0u, 1u})
    add_point(equal, "shop/conversion", version, 1, MetricKind::proportion,
              Proportion{.count = 500, .total = 10000});
  const Assessment open = assessed(equal, yaml);
  CHECK(open.verdict == Verdict::inconclusive);
  CHECK_FALSE(open.winner->found);
  CHECK(open.rewards[0].versions[0].probability_best.value() == Approx(0.5));
  CHECK(open.weights == std::vector<int>{50, 50});
}

TEST_CASE("traffic that does not follow the weights lets nothing pass") {
  Workbench bench({"stable", "candidate"});
  for (const std::size_t version : {0u, 1u}) {
    const std::int64_t total = version == 0 ? 9000 : 3000;
    add_point(bench, "shop/errors", version, 1, MetricKind::proportion,
              Proportion{.count = 0, .total = total});
    bench.result.metrics["shop/errors"].versions[version][0].weights = {50, 50};
  }
  const Assessment assessment =
      assessed(bench, "{slos: [{metric: shop/errors, upper: 1%}], evidence: fixed}");
  CHECK(warns(assessment, "srm"));
  CHECK(assessment.verdict == Verdict::inconclusive);
  CHECK_FALSE(assessment.winner->found);
}

TEST_CASE("a relative limit is judged by both versions' chance") {
  Workbench bench({"stable", "candidate"});
  add_point(bench, "shop/errors", 0, 1, MetricKind::proportion, Proportion{.count = 100, .total = 10000});
  add_point(bench, "shop/errors", 1, 1, MetricKind::proportion, Proportion{.count = 200, .total = 10000});
  const std::string yaml = "{slos: [{metric: shop/errors, upper: +20%}], evidence: fixed}";
  CHECK(assessed(bench, yaml).objectives[0].versions[1].verdict == Verdict::fail);
  Workbench same({"stable", "candidate"});
  for (const std::size_t version : {0u, 1u})
    add_point(same, "shop/errors", version, 1, MetricKind::proportion,
              Proportion{.count = 5000, .total = 100000});
  CHECK(assessed(same, yaml).objectives[0].versions[1].verdict == Verdict::pass);
}

TEST_CASE("a score weighs objectives") {
  Workbench bench = errors_of(50, 1000);
  add_point(bench, "shop/load", 0, 1, MetricKind::gauge, 0.5);
  const std::string slos =
      "slos: [{metric: http/error-rate, upper: 1%, weight: 1}, {metric: shop/load, upper: 1, weight: 3}]";
  const Assessment assessment = assessed(bench, "{" + slos + ", score: {pass: 75, warning: 50}}");
  CHECK(assessment.scores[0].value == 75);
  CHECK(assessment.verdict == Verdict::pass);
  CHECK(satisfies_all(assessment, 0));
  CHECK(assessed(bench, "{" + slos + ", score: {pass: 90, warning: 50}}").verdict == Verdict::inconclusive);
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

TEST_CASE("no samples are no verdict") {
  Workbench bench = errors_of(0, 0);
  CHECK(check_of(bench).verdict == Verdict::error);
}
