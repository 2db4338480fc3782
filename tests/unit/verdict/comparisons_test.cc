// How versions compare in the metrics of objectives and indicators.
#include "verdict/comparisons.h"

#include <catch2/catch.hpp>

#include "tests/unit/verdict/scene.h"

using namespace iter8;
using namespace iter8::experiment;
using tests::at_least;
using tests::at_most;
using tests::reward;
using tests::Scene;
using verdict::Criteria;
using verdict::EvidenceMode;

namespace {

/// Two versions; the candidate has fewer errors, more users, and about the same latencies.
Scene shop() {
  Scene scene({"stable", "candidate"});
  scene.add("shop/errors", 0, Proportion{.count = 90, .total = 1000});
  scene.add("shop/errors", 1, Proportion{.count = 30, .total = 1000});
  scene.add("shop/users", 0, SampleSummary{.count = 400, .mean = 10, .variance = 4, .skewness = 0.1});
  scene.add("shop/users", 1, SampleSummary{.count = 400, .mean = 11, .variance = 4, .skewness = 0.1});
  for (const std::size_t version : {std::size_t{0}, std::size_t{1}})
    scene.add("shop/latency", version,
              BucketCounts{.buckets = {{.lower = 0, .upper = 50, .count = 700},
                                       {.lower = 50, .upper = 60, .count = 200},
                                       {.lower = 60, .upper = 70, .count = 100}}});
  scene.add("shop/load", 0, 0.5);
  scene.add("shop/load", 1, 0.6);
  return scene;
}

Criteria criteria_with(std::vector<verdict::ObjectiveOptions> objectives,
                       const std::vector<std::string>& indicators = {}) {
  Criteria criteria{.objectives = std::move(objectives), .evidence = EvidenceMode::fixed};
  for (const std::string& indicator : indicators) criteria.indicators.push_back({indicator, {}});
  return criteria;
}

}  // namespace

TEST_CASE("an objective's metric is compared in the direction of its limit") {
  const Assessment most = shop().assessed(criteria_with({at_most("shop/errors", "5%")}));
  REQUIRE(most.comparisons.size() == 1);
  CHECK(most.comparisons[0].direction == Direction::low);
  const RewardCheck& candidate = most.comparisons[0].versions[1];
  CHECK(candidate.value == Approx(0.03));
  CHECK(candidate.interval->first < 0.03);
  CHECK(candidate.interval->second > 0.03);
  CHECK(candidate.probability_best.value() > 0.999);
  CHECK(candidate.probability_beats_baseline.value() > 0.999);
  CHECK(candidate.lift.value() < -0.5);

  const Assessment least = shop().assessed(criteria_with({at_least("shop/errors", "1%")}));
  CHECK(least.comparisons[0].direction == Direction::high);
  CHECK(least.comparisons[0].versions[1].probability_best.value() < 0.001);
}

TEST_CASE("where no direction is known there are intervals and no probabilities") {
  verdict::ObjectiveOptions both = at_most("shop/users", "20");
  both.lower = verdict::parse_limit("5");
  for (const Criteria& criteria : {criteria_with({both}), criteria_with({}, {"shop/users"})}) {
    const Assessment assessment = shop().assessed(criteria);
    REQUIRE(assessment.comparisons.size() == 1);
    CHECK_FALSE(assessment.comparisons[0].direction);
    CHECK(assessment.comparisons[0].versions[1].interval);
    CHECK_FALSE(assessment.comparisons[0].versions[1].probability_best);
  }
}

TEST_CASE("an indicator that is a latency or an error is better when it is low") {
  const Assessment assessment =
      shop().assessed(criteria_with({}, {"shop/errors", "shop/latency-p90", "shop/load"}));
  REQUIRE(assessment.comparisons.size() == 2);  // a gauge says nothing about chance
  CHECK(assessment.comparisons[0].versions[1].probability_beats_baseline.value() > 0.999);
  CHECK(assessment.comparisons[1].metric == "shop/latency-p90");
  CHECK(assessment.comparisons[1].versions[1].probability_best.value() == Approx(0.5).margin(0.001));
}

TEST_CASE("a metric is compared once, and a reward is not compared again") {
  Criteria criteria = criteria_with({at_most("shop/errors", "5%")}, {"shop/errors", "shop/users"});
  criteria.rewards = {reward("shop/users")};
  const Assessment assessment = shop().assessed(criteria);
  REQUIRE(assessment.comparisons.size() == 1);
  CHECK(assessment.comparisons[0].metric == "shop/errors");
}

TEST_CASE("a version without data has no chances, and leaves none to the others") {
  Scene scene({"stable", "candidate"});
  scene.add("shop/errors", 0, Proportion{.count = 3, .total = 1000});
  const Assessment assessment = scene.assessed(criteria_with({at_most("shop/errors", "1%")}));
  REQUIRE(assessment.comparisons.size() == 1);
  for (const RewardCheck& check : assessment.comparisons[0].versions) CHECK_FALSE(check.probability_best);
  CHECK_FALSE(assessment.comparisons[0].versions[1].value);
}

TEST_CASE("of one version, only indicators are told: their intervals stand nowhere else") {
  Scene scene;
  scene.add("shop/errors", 0, Proportion{.count = 3, .total = 1000});
  scene.add("shop/bad", 0, Proportion{.count = 5, .total = 1000});
  const Assessment assessment = scene.assessed(criteria_with({at_most("shop/errors", "1%")}, {"shop/bad"}));
  REQUIRE(assessment.comparisons.size() == 1);
  CHECK(assessment.comparisons[0].metric == "shop/bad");
  CHECK(assessment.comparisons[0].versions[0].interval);
}

TEST_CASE("bare values are not compared") {
  Criteria criteria = criteria_with({at_most("shop/errors", "5%")}, {"shop/users"});
  criteria.evidence = EvidenceMode::point;
  CHECK(shop().assessed(criteria).comparisons.empty());
}

TEST_CASE("the probability of all criteria is the product over those that gate") {
  Assessment assessment;
  assessment.objectives = {{.versions = {{.probability = 0.9}, {.probability = 0.5}}},
                           {.versions = {{.probability = 0.8}, {}}},
                           {.gate = false, .versions = {{.probability = 0.1}, {.probability = 0.1}}}};
  CHECK(probability_all_met(assessment, 0).value() == Approx(0.72));
  CHECK_FALSE(probability_all_met(assessment, 1));
  assessment.objectives.push_back({.relative_upper = "+10%", .versions = {{}, {.probability = 0.5}}});
  CHECK(probability_all_met(assessment, 0).value() == Approx(0.72));  // it is not limited by itself
  assessment.objectives.pop_back();
  assessment.objectives.erase(assessment.objectives.begin(), assessment.objectives.begin() + 2);
  CHECK_FALSE(probability_all_met(assessment, 0));
}
