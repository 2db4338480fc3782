// One look at recorded data, from criteria to the assessment.
#include "verdict/judge.h"

#include <catch2/catch.hpp>

#include "base/error.h"
#include "tests/unit/verdict/scene.h"

using namespace iter8;
using namespace iter8::experiment;
using tests::at_least;
using tests::at_most;
using tests::reward;
using tests::Scene;
using verdict::Criteria;
using verdict::EvidenceMode;
using verdict::ObjectiveOptions;

namespace {

Scene errors_of(std::int64_t count, std::int64_t total) {
  Scene scene;
  scene.add("http/error-rate", 0, Proportion{.count = count, .total = total});
  return scene;
}

Criteria errors_by(EvidenceMode mode) {
  return {.objectives = {at_most("http/error-rate", "1%")}, .evidence = mode};
}

ObjectiveCheck check_of(const Scene& scene, EvidenceMode mode) {
  return scene.assessed(errors_by(mode)).objectives[0].versions[0];
}

ObjectiveOptions with(ObjectiveOptions objective, EvidenceMode mode) {
  objective.evidence = mode;
  return objective;
}

}  // namespace

TEST_CASE("point is one rule among four: each objective of one look is judged by its own") {
  Scene scene = errors_of(8, 1000);
  scene.add("shop/load", 0, 0.5);
  const ObjectiveOptions objective = at_most("http/error-rate", "1%");
  const Assessment assessment = scene.assessed(
      {.objectives = {with(objective, EvidenceMode::point), with(objective, EvidenceMode::fixed),
                      with(objective, EvidenceMode::anytime), with(objective, EvidenceMode::hybrid),
                      at_most("shop/load", "1")},
       .evidence = EvidenceMode::anytime});
  std::vector<std::pair<EvidenceMode, Verdict>> checks;
  for (const Objective& each : assessment.objectives)
    checks.emplace_back(each.versions[0].evidence, each.versions[0].verdict);
  CHECK(checks ==
        std::vector<std::pair<EvidenceMode, Verdict>>{{EvidenceMode::point, Verdict::pass},
                                                      {EvidenceMode::fixed, Verdict::inconclusive},
                                                      {EvidenceMode::anytime, Verdict::inconclusive},
                                                      {EvidenceMode::hybrid, Verdict::inconclusive},
                                                      {EvidenceMode::none, Verdict::pass}});
}

TEST_CASE("a limit relative to the version itself is judged by no evidence, and met") {
  Scene scene({"stable", "candidate"});
  scene.add("shop/errors", 0, Proportion{.count = 100, .total = 10000});
  scene.add("shop/errors", 1, Proportion{.count = 200, .total = 10000});
  for (const EvidenceMode mode : {EvidenceMode::point, EvidenceMode::fixed}) {
    const Assessment assessment =
        scene.assessed({.objectives = {at_most("shop/errors", "+20%")}, .evidence = mode});
    const std::vector<ObjectiveCheck>& checks = assessment.objectives[0].versions;
    CHECK(checks[0].verdict == Verdict::pass);
    CHECK(checks[0].evidence == (mode == EvidenceMode::point ? EvidenceMode::point : EvidenceMode::none));
    CHECK_FALSE(checks[0].reason.empty());
    CHECK(checks[1].verdict == Verdict::fail);
    CHECK(checks[1].evidence == mode);
    CHECK(checks[1].limit.value() == Approx(0.012));
  }
}

TEST_CASE("no data: the same error under every rule, and one warning") {
  const EvidenceMode mode =
      GENERATE(EvidenceMode::point, EvidenceMode::fixed, EvidenceMode::anytime, EvidenceMode::hybrid);
  const Assessment assessment =
      errors_of(0, 100).assessed({.objectives = {at_most("http/latncy-p95", "110")}, .evidence = mode});
  CHECK(assessment.verdict == Verdict::error);
  CHECK(assessment.objectives[0].versions[0].evidence == EvidenceMode::point);
  CHECK(assessment.objectives[0].versions[0].reason == "no task recorded the metric http/latncy-p95");
  REQUIRE(assessment.warnings.size() == 1);
  CHECK(assessment.warnings[0].code == "missing-metric");
}

TEST_CASE("an objective that does not gate is judged and changes nothing, under every rule") {
  const EvidenceMode mode =
      GENERATE(EvidenceMode::point, EvidenceMode::fixed, EvidenceMode::anytime, EvidenceMode::hybrid);
  Criteria criteria = errors_by(mode);
  criteria.objectives[0].gate = false;
  const Assessment assessment = errors_of(50, 1000).assessed(criteria);
  CHECK(assessment.objectives[0].versions[0].verdict == Verdict::fail);
  CHECK(assessment.verdict == Verdict::pass);
  CHECK(satisfies_all(assessment, 0));
}

TEST_CASE("the past is a value: judging a look leaves the past it was given as it was") {
  const Criteria criteria = errors_by(EvidenceMode::anytime);
  Scene scene = errors_of(0, 300);
  const verdict::LookAt first{.iteration = 1, .iterations = 3, .look = stats::Look::interim};
  const verdict::Judgement one = judge(criteria, scene.result, first, {});
  CHECK(one.assessment.verdict == Verdict::inconclusive);

  scene.add("http/error-rate", 0, Proportion{.count = 0, .total = 300}, 2);
  const verdict::LookAt second{.iteration = 2, .iterations = 3, .look = stats::Look::interim};
  for (int again = 0; again < 2; ++again) {
    const verdict::Judgement two = judge(criteria, scene.result, second, one.looks);
    CHECK(two.assessment.objectives[0].versions[0].samples == 600);
    CHECK(two.assessment.objectives[0].versions[0].decided_at == 2);
    REQUIRE(two.assessment.looks.size() == 1);
    CHECK(two.assessment.looks[0].iteration == 2);
  }
}

TEST_CASE("bare numbers need no past and leave no look") {
  const verdict::Judgement judgement =
      judge(errors_by(EvidenceMode::point), errors_of(0, 300).result, {}, {});
  CHECK(judgement.assessment.looks.empty());
  CHECK(judgement.looks.store.looks() == 0);
}

TEST_CASE("what is known about the past stands in the next assessment, and only there") {
  verdict::PastLooks past;
  past.warnings = {{.code = "history-other-versions", .message = "other versions"}};
  const Criteria criteria = errors_by(EvidenceMode::anytime);
  const Scene scene = errors_of(0, 300);
  const verdict::Judgement one = judge(criteria, scene.result, {}, past);
  CHECK(tests::warning_of(one.assessment, "history-other-versions") == "other versions");
  CHECK(one.looks.warnings.empty());
}

TEST_CASE("a relativeTo that names no version is an error") {
  Criteria criteria{.objectives = {at_most("http/error-rate", "+10%")}};
  criteria.objectives[0].relative_to = {.value = "canary", .position = {}};
  CHECK_THROWS_AS(errors_of(0, 10).assessed(criteria), base::Error);
}

// 0.99^299 = 0.0495: the rule of three made exact.
TEST_CASE("299 clean requests certify at most 1 %, and 298 do not") {
  CHECK(check_of(errors_of(0, 299), EvidenceMode::fixed).verdict == Verdict::pass);
  const ObjectiveCheck check = check_of(errors_of(0, 298), EvidenceMode::fixed);
  CHECK(check.verdict == Verdict::inconclusive);
  CHECK_FALSE(check.satisfied);
  CHECK(check.reason == "0 in 298: cannot certify <= 1 %; needs 299 samples without one");
}

TEST_CASE("with peeking allowed 377 clean requests are needed") {
  CHECK(check_of(errors_of(0, 377), EvidenceMode::anytime).verdict == Verdict::pass);
  CHECK(check_of(errors_of(0, 376), EvidenceMode::anytime).verdict == Verdict::inconclusive);
}

TEST_CASE("no errors in 4500 requests never fail") {
  for (const EvidenceMode mode : {EvidenceMode::fixed, EvidenceMode::anytime, EvidenceMode::hybrid})
    CHECK(check_of(errors_of(0, 4500), mode).verdict == Verdict::pass);
}

TEST_CASE("many errors fail, and the sentence says how many, how sure and how far") {
  const ObjectiveCheck check = check_of(errors_of(50, 1000), EvidenceMode::fixed);
  CHECK(check.verdict == Verdict::fail);
  CHECK(check.samples == 1000);
  CHECK(check.value == 0.05);
  CHECK(check.probability.value() < 1e-6);
  CHECK(check.interval->first < 0.05);
  CHECK(check.interval->second > 0.05);
  CHECK_THAT(check.reason, Catch::StartsWith("5 % (1000 samples) violates <= 1 %; P(met) "));
}

TEST_CASE("near the limit nothing is decided, and it is said what would") {
  const ObjectiveCheck check = check_of(errors_of(8, 1000), EvidenceMode::fixed);
  CHECK(check.verdict == Verdict::inconclusive);
  CHECK(check.needed.value() > 1000);
  CHECK_THAT(check.reason, Catch::Contains("samples in all would settle it"));
}

TEST_CASE("a limit of no errors passes with what clean requests do show, and fails with the first error") {
  const Criteria criteria{.objectives = {at_most("http/error-rate", "0")}, .evidence = EvidenceMode::fixed};
  const ObjectiveCheck check = errors_of(0, 100).assessed(criteria).objectives[0].versions[0];
  CHECK(check.verdict == Verdict::pass);
  CHECK(check.evidence == EvidenceMode::point);
  CHECK_THAT(check.reason, Catch::Contains("no number of samples shows that it is 0"));
  CHECK(errors_of(1, 100).assessed(criteria).objectives[0].versions[0].verdict == Verdict::fail);
}

TEST_CASE("a percentile is exact by the count above its limit") {
  Scene scene;
  scene.add("http/latency", 0,
            BucketCounts{{{.lower = 1, .upper = 200, .count = 1000}}, {{.limit = 100, .count = 2}}});
  scene.add("http/latency-p99", 0, 90.0);
  const auto by = [&](const char* limit) {
    return scene.assessed(
        {.objectives = {at_most("http/latency-p99", limit)}, .evidence = EvidenceMode::fixed});
  };
  CHECK(by("100").objectives[0].versions[0].verdict == Verdict::pass);
  CHECK(tests::warning_of(by("100"), "bucket-resolution").empty());
  CHECK(by("150").objectives[0].versions[0].verdict == Verdict::inconclusive);
  CHECK_FALSE(tests::warning_of(by("150"), "bucket-resolution").empty());
}

TEST_CASE("fixed evidence in a loop decides at the last iteration only") {
  Scene scene = errors_of(0, 300);
  scene.iterations = 2;
  CHECK(check_of(scene, EvidenceMode::fixed).reason == "the one planned look is iteration 2");
}

TEST_CASE("counters since the start are not counted twice, and a reset is noticed") {
  Scene scene;
  for (const auto& [iteration, total] : {std::pair{1, 200}, std::pair{2, 400}})
    scene.add("http/error-rate", 0, Proportion{.count = 0, .total = total}, iteration, Span::since_start);
  scene.iteration = 2;
  CHECK(check_of(scene, EvidenceMode::fixed).samples == 400);
  scene.add("http/error-rate", 0, Proportion{.count = 0, .total = 10}, 2, Span::since_start);
  const Assessment reset = scene.assessed(errors_by(EvidenceMode::fixed));
  CHECK(reset.objectives[0].versions[0].samples == 410);
  CHECK_FALSE(tests::warning_of(reset, "counter-reset").empty());
}

TEST_CASE("traffic that does not follow the weights lets nothing pass") {
  Scene scene({"stable", "candidate"});
  for (const std::size_t version : {0u, 1u}) {
    const std::int64_t total = version == 0 ? 9000 : 3000;
    scene.add("shop/errors", version, Proportion{.count = 0, .total = total});
    scene.result.metrics["shop/errors"].versions[version][0].weights = {50, 50};
  }
  const Assessment assessment =
      scene.assessed({.objectives = {at_most("shop/errors", "1%")}, .evidence = EvidenceMode::fixed});
  CHECK_FALSE(tests::warning_of(assessment, "srm").empty());
  CHECK(assessment.verdict == Verdict::inconclusive);
  CHECK_FALSE(assessment.winner->found);
}

TEST_CASE("a rare event is judged by the exact test at one planned look") {
  const auto verdict_of = [](std::int64_t baseline, std::int64_t candidate) {
    Scene scene({"stable", "candidate"});
    scene.add("shop/errors", 0, Proportion{.count = baseline, .total = 1000});
    scene.add("shop/errors", 1, Proportion{.count = candidate, .total = 1000});
    const Criteria criteria{.objectives = {at_most("shop/errors", "+200%")}, .evidence = EvidenceMode::fixed};
    return scene.assessed(criteria).objectives[0].versions[1].verdict;
  };
  CHECK(verdict_of(0, 20) == Verdict::fail);
  CHECK(verdict_of(0, 2) == Verdict::inconclusive);
  CHECK(verdict_of(5, 15) == Verdict::inconclusive);
  CHECK(verdict_of(10, 5) == Verdict::pass);
}

TEST_CASE("a relative limit is judged by both versions' chance") {
  Scene same({"stable", "candidate"});
  for (const std::size_t version : {0u, 1u})
    same.add("shop/errors", version, Proportion{.count = 5000, .total = 100000});
  const Assessment assessment =
      same.assessed({.objectives = {at_most("shop/errors", "+20%"), at_least("shop/errors", "-20%")},
                     .evidence = EvidenceMode::fixed});
  CHECK(assessment.objectives[0].versions[1].verdict == Verdict::pass);
  CHECK(assessment.objectives[1].versions[1].verdict == Verdict::pass);
}

TEST_CASE("a score weighs objectives") {
  Scene scene = errors_of(50, 1000);
  scene.add("shop/load", 0, 0.5);
  Criteria criteria{.objectives = {at_most("http/error-rate", "1%"), at_most("shop/load", "1")},
                    .score = verdict::ScoreOptions{.pass = 75, .warning = 50}};
  criteria.objectives[1].weight = 3;
  const Assessment assessment = scene.assessed(criteria);
  CHECK(assessment.scores[0].value == 75);
  CHECK(assessment.verdict == Verdict::pass);
  CHECK(satisfies_all(assessment, 0));
  criteria.score->pass = 90;
  CHECK(scene.assessed(criteria).verdict == Verdict::inconclusive);
}
