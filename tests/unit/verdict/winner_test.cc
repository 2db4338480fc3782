// Winners by bare values.
#include "verdict/winner.h"

#include <catch2/catch.hpp>

#include "tests/unit/verdict/scene.h"

using namespace iter8;
using namespace iter8::experiment;
using tests::at_most;
using tests::reward;
using tests::Scene;
using verdict::Criteria;
using verdict::EvidenceMode;
using verdict::Pattern;

namespace {

/// Versions v0, v1, … with these latencies and orders.
Scene versions_with(const std::vector<double>& latencies, const std::vector<double>& orders) {
  std::vector<std::string> names;
  for (std::size_t i = 0; i < latencies.size(); ++i) names.push_back("v" + std::to_string(i));
  Scene scene(names);
  for (std::size_t i = 0; i < latencies.size(); ++i) scene.add("a/latency", i, latencies[i]);
  for (std::size_t i = 0; i < orders.size(); ++i) scene.add("a/orders", i, orders[i]);
  return scene;
}

Assessment assessed(const Scene& scene, const std::vector<verdict::RewardOptions>& rewards = {}) {
  return scene.assessed(
      {.objectives = {at_most("a/latency", "100")}, .rewards = rewards, .evidence = EvidenceMode::point});
}

Winner winner(const Scene& scene, const std::vector<verdict::RewardOptions>& rewards = {}) {
  return *assessed(scene, rewards).winner;
}

const verdict::RewardOptions kReward = reward("a/orders");

}  // namespace

TEST_CASE("conformance: the only version wins when it satisfies every objective") {
  const Scene good = versions_with({50}, {});
  CHECK(winner(good).version == 0u);
  const Scene bad = versions_with({150}, {});
  CHECK_FALSE(winner(bad).found);
  CHECK(winner(bad).recommended == 0);
}

TEST_CASE("canary: a candidate that satisfies every objective wins, even over a better baseline") {
  const Scene scene = versions_with({10, 99}, {});
  CHECK(winner(scene).version == 1u);
  CHECK(winner(scene).recommended == 1);
}

TEST_CASE("canary: the baseline wins when only it satisfies every objective") {
  const Scene scene = versions_with({10, 101}, {});
  CHECK(winner(scene).version == 0u);
}

TEST_CASE("canary: nobody wins when no version satisfies every objective") {
  const Scene scene = versions_with({101, 101}, {});
  const Winner none = winner(scene);
  CHECK_FALSE(none.found);
  CHECK_FALSE(none.version);
  CHECK(none.recommended == 0);
  CHECK(none.reason == "no version satisfies every objective");
}

TEST_CASE("A/B: the version with the best reward wins") {
  const Scene scene = versions_with({10, 20}, {3, 5});
  CHECK(winner(scene, {kReward}).version == 1u);
  CHECK(winner(scene, {reward("a/orders", Direction::low)}).version == 0u);
}

TEST_CASE("A/B/n: a version that violates an objective cannot win") {
  const Scene scene = versions_with({10, 20, 200}, {3, 5, 9});
  CHECK(winner(scene, {kReward}).version == 1u);
}

TEST_CASE("A/B/n: several best versions are a tie without a winner") {
  const Scene scene = versions_with({10, 20, 30}, {3, 5, 5});
  const Winner tie = winner(scene, {kReward});
  CHECK_FALSE(tie.found);
  CHECK(tie.best == std::vector<std::size_t>{1, 2});
  CHECK(tie.recommended == 0);
  CHECK_THAT(tie.reason, Catch::StartsWith("no unique winner: 'v1' and 'v2'"));
}

TEST_CASE("A/B/n: versions without a value of the reward take no part") {
  const Scene scene = versions_with({10, 20, 30}, {3});
  CHECK(winner(scene, {kReward}).version == 0u);
  const Scene nothing = versions_with({10, 20, 30}, {});
  CHECK_FALSE(winner(nothing, {kReward}).found);
  CHECK_THAT(winner(nothing, {kReward}).reason, Catch::Contains("has a value of a/orders"));
}

TEST_CASE("several versions and no reward have no winner") {
  const Scene scene = versions_with({10, 20, 30}, {});
  CHECK_FALSE(winner(scene).found);
}

TEST_CASE("rewards without objectives decide, and missing rewards are an error") {
  const Criteria criteria{.rewards = {kReward}, .evidence = EvidenceMode::point};
  const Assessment assessment = versions_with({10, 20}, {3, 5}).assessed(criteria);
  CHECK(assessment.verdict == Verdict::pass);
  CHECK(assessment.winner->version == 1u);
  CHECK(assessment.rewards[0].best == std::vector<std::size_t>{1});
  CHECK(assessment.rewards[0].evidence == EvidenceMode::point);
  CHECK(versions_with({10, 20}, {3}).assessed(criteria).verdict == Verdict::error);
}

TEST_CASE("the pattern is inferred from versions and rewards, or given") {
  const Scene scene = versions_with({10, 20}, {3, 5});
  CHECK(assessed(scene).pattern == "canary");
  CHECK(assessed(scene, {kReward}).pattern == "ab");
  CHECK(assessed(versions_with({10, 20, 30}, {})).pattern == "abn");
  CHECK(assessed(versions_with({10}, {})).pattern == "conformance");
  CHECK(scene.assessed({.rewards = {kReward}, .pattern = Pattern::abn}).pattern == "abn");
}

TEST_CASE("a pattern that does not fit the versions or the rewards is objected to") {
  CHECK(objection_to(Pattern::canary, 3, 0) == "pattern canary compares two versions, the experiment has 3");
  CHECK(objection_to(Pattern::ab, 2, 0) == "pattern ab needs a reward");
  CHECK(objection_to(Pattern::canary, 2, 1) ==
        "pattern canary decides by objectives alone and takes no reward");
  CHECK_FALSE(objection_to(Pattern::abn, 3, 1));
}
