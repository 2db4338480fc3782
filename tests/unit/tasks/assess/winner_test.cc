#include <catch2/catch.hpp>

#include "experiment/assessment.h"
#include "tasks/assess/task.h"
#include "tests/unit/tasks/workbench.h"

using namespace iter8;
using namespace iter8::experiment;
using tests::Workbench;

namespace {

/// Versions v0, v1, … with these latencies and orders.
Workbench versions_with(const std::vector<double>& latencies, const std::vector<double>& orders) {
  std::vector<std::string> names;
  for (std::size_t i = 0; i < latencies.size(); ++i) names.push_back("v" + std::to_string(i));
  Workbench bench(names);
  for (std::size_t i = 0; i < latencies.size(); ++i) bench.record("a/latency", "msec", i, latencies[i]);
  for (std::size_t i = 0; i < orders.size(); ++i) bench.record("a/orders", "", i, orders[i]);
  return bench;
}

Winner winner(Workbench& bench, const std::string& more = "") {
  const std::string yaml = "{slos: [{metric: a/latency, upper: 100}]" + more + "}";
  return *bench.run(tasks::assess::assess_kind(), yaml).assessment->winner;
}

const std::string kReward = ", reward: {metric: a/orders}";

}  // namespace

TEST_CASE("conformance: the only version wins when it satisfies every objective") {
  Workbench good = versions_with({50}, {});
  CHECK(winner(good).version == 0u);
  Workbench bad = versions_with({150}, {});
  CHECK_FALSE(winner(bad).found);
  CHECK(winner(bad).recommended == 0);
}

TEST_CASE("canary: a candidate that satisfies every objective wins, even over a better baseline") {
  Workbench bench = versions_with({10, 99}, {});
  CHECK(winner(bench).version == 1u);
  CHECK(winner(bench).recommended == 1);
}

TEST_CASE("canary: the baseline wins when only it satisfies every objective") {
  Workbench bench = versions_with({10, 101}, {});
  CHECK(winner(bench).version == 0u);
}

TEST_CASE("canary: nobody wins when no version satisfies every objective") {
  Workbench bench = versions_with({101, 101}, {});
  const Winner none = winner(bench);
  CHECK_FALSE(none.found);
  CHECK_FALSE(none.version);
  CHECK(none.recommended == 0);
  CHECK(none.reason == "no version satisfies every objective");
}

TEST_CASE("A/B: the version with the best reward wins") {
  Workbench bench = versions_with({10, 20}, {3, 5});
  CHECK(winner(bench, kReward).version == 1u);
  CHECK(winner(bench, ", reward: {metric: a/orders, direction: low}").version == 0u);
  CHECK(winner(bench, ", rewards: {min: [a/orders]}").version == 0u);
  CHECK(winner(bench, ", criteria: {rewards: [{metric: a/orders, preferredDirection: High}]}").version == 1u);
}

TEST_CASE("A/B/n: a version that violates an objective cannot win") {
  Workbench bench = versions_with({10, 20, 200}, {3, 5, 9});
  CHECK(winner(bench, kReward).version == 1u);
}

TEST_CASE("A/B/n: several best versions are a tie without a winner") {
  Workbench bench = versions_with({10, 20, 30}, {3, 5, 5});
  const Winner tie = winner(bench, kReward);
  CHECK_FALSE(tie.found);
  CHECK(tie.best == std::vector<std::size_t>{1, 2});
  CHECK(tie.recommended == 0);
  CHECK_THAT(tie.reason, Catch::StartsWith("no unique winner: 'v1' and 'v2'"));
}

TEST_CASE("A/B/n: versions without a value of the reward take no part") {
  Workbench bench = versions_with({10, 20, 30}, {3});
  CHECK(winner(bench, kReward).version == 0u);
  Workbench nothing = versions_with({10, 20, 30}, {});
  CHECK_FALSE(winner(nothing, kReward).found);
  CHECK_THAT(winner(nothing, kReward).reason, Catch::Contains("has a value of a/orders"));
}

TEST_CASE("several versions and no reward have no winner") {
  Workbench bench = versions_with({10, 20, 30}, {});
  CHECK_FALSE(winner(bench).found);
}

TEST_CASE("rewards without objectives decide, and missing rewards are an error") {
  Workbench bench = versions_with({10, 20}, {3, 5});
  const auto assessment = *bench.run(tasks::assess::assess_kind(), "reward: {metric: a/orders}").assessment;
  CHECK(assessment.verdict == Verdict::pass);
  CHECK(assessment.winner->version == 1u);
  CHECK(assessment.rewards[0].best == std::vector<std::size_t>{1});

  Workbench missing = versions_with({10, 20}, {3});
  CHECK(missing.run(tasks::assess::assess_kind(), "reward: {metric: a/orders}").assessment->verdict ==
        Verdict::error);
}

TEST_CASE("the pattern is inferred, or given in new and classic spelling") {
  Workbench bench = versions_with({10, 20}, {3, 5});
  const auto pattern = [&](const std::string& more) {
    return bench.run(tasks::assess::assess_kind(), "{slos: [{metric: a/latency, upper: 100}]" + more + "}")
        .assessment->pattern;
  };
  CHECK(pattern("") == "canary");
  CHECK(pattern(kReward) == "ab");
  CHECK(pattern(", pattern: abn" + kReward) == "abn");
  CHECK(pattern(", pattern: A/B/N" + kReward) == "abn");
  CHECK(pattern(", pattern: Conformance") == "conformance");
}
