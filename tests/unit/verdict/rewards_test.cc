// Rewards, winners and weights by evidence.
#include "verdict/rewards.h"

#include <catch2/catch.hpp>

#include "tests/unit/verdict/scene.h"

using namespace iter8;
using namespace iter8::experiment;
using Catch::Contains;
using tests::at_least;
using tests::at_most;
using tests::reward;
using tests::Scene;
using verdict::Criteria;
using verdict::EvidenceMode;

namespace {

/// Versions with so many orders, and errors where given, of 10 000 visits.
Scene shop(const std::vector<std::int64_t>& orders, const std::vector<std::int64_t>& errors = {}) {
  const std::vector<std::string> names{"stable", "red", "green", "blue"};
  Scene scene({names.begin(), names.begin() + static_cast<std::ptrdiff_t>(orders.size())});
  for (std::size_t version = 0; version < orders.size(); ++version)
    scene.add("shop/orders", version, Proportion{.count = orders[version], .total = 10'000});
  for (std::size_t version = 0; version < errors.size(); ++version)
    scene.add("shop/errors", version, Proportion{.count = errors[version], .total = 10'000});
  return scene;
}

Criteria orders_by(EvidenceMode mode) {
  return {.rewards = {reward("shop/orders")}, .evidence = mode};
}

}  // namespace

TEST_CASE("A/B: a clear difference has a winner, equal versions have none") {
  const Assessment clear = shop({500, 650}).assessed(orders_by(EvidenceMode::fixed));
  CHECK(clear.verdict == Verdict::pass);
  CHECK(clear.winner->version == 1u);
  CHECK(clear.rewards[0].evidence == EvidenceMode::fixed);
  CHECK(clear.rewards[0].versions[1].probability_beats_baseline.value() > 0.999);
  CHECK(clear.rewards[0].versions[1].lift.value() == Approx(0.3).margin(0.01));
  CHECK(clear.weights == std::vector<int>{0, 100});

  const Assessment open = shop({500, 500}).assessed(orders_by(EvidenceMode::fixed));
  CHECK(open.verdict == Verdict::inconclusive);
  CHECK_FALSE(open.winner->found);
  CHECK(open.rewards[0].versions[0].probability_best.value() == Approx(0.5));
  CHECK(open.weights == std::vector<int>{50, 50});
}

TEST_CASE("a reward without sampling information is compared by its values, and says so") {
  Scene scene({"stable", "candidate"});
  scene.add("shop/revenue", 0, 10.0);
  scene.add("shop/revenue", 1, 12.0);
  const Assessment assessment =
      scene.assessed({.rewards = {reward("shop/revenue")}, .evidence = EvidenceMode::fixed});
  CHECK(assessment.rewards[0].evidence == EvidenceMode::none);
  CHECK(assessment.rewards[0].best == std::vector<std::size_t>{1});
  CHECK(assessment.winner->version == 1u);
}

TEST_CASE("a version that fails an objective cannot win, and gets no traffic") {
  Criteria criteria = orders_by(EvidenceMode::fixed);
  criteria.objectives = {at_most("shop/errors", "1%")};
  const Assessment cut = shop({500, 900, 600}, {10, 400, 10}).assessed(criteria);
  CHECK(cut.winner->version == 2u);
  CHECK(cut.weights == std::vector<int>{0, 0, 100});

  const Scene equal = shop({500, 900, 510}, {10, 400, 10});
  const Assessment open = equal.assessed(criteria);
  CHECK_FALSE(open.winner->found);
  REQUIRE(open.weights.size() == 3);
  CHECK(open.weights[1] == 0);
  criteria.cutoff_on_violation = false;
  const Assessment kept = equal.assessed(criteria);
  REQUIRE(kept.weights.size() == 3);
  CHECK(kept.weights[1] > 0);
}

TEST_CASE("stopOnLoss promotes a leader that is good enough, and does not call it better") {
  Criteria criteria = orders_by(EvidenceMode::fixed);
  criteria.rewards[0].mde = 0.2;
  CHECK_FALSE(shop({500, 520}).assessed(criteria).winner->found);
  criteria.stop_on_loss = 0.03;
  const Assessment assessment = shop({500, 520}).assessed(criteria);
  REQUIRE(assessment.winner->found);
  CHECK(assessment.winner->version == 1u);
  CHECK_THAT(assessment.winner->reason, Contains("good enough, which is not to say better"));
  CHECK(shop({500, 400}).assessed(criteria).winner->version == 0u);
}

TEST_CASE("candidates that are certainly better than the baseline are listed together") {
  const EvidenceMode mode = GENERATE(EvidenceMode::fixed, EvidenceMode::anytime, EvidenceMode::hybrid);
  INFO(to_text(mode));
  const Assessment assessment = shop({500, 650, 700, 505}).assessed(orders_by(mode));
  CHECK_FALSE(assessment.winner->found);  // red and green are too near to each other
  CHECK_THAT(assessment.winner->reason, Catch::EndsWith("; certainly better than 'stable': 'red', 'green'"));
}

TEST_CASE("with direction low, less is better") {
  Criteria criteria{.rewards = {reward("shop/orders", Direction::low)}, .evidence = EvidenceMode::fixed};
  CHECK(shop({700, 500}).assessed(criteria).winner->version == 1u);
}

TEST_CASE("a key objective that fails, fails the version whatever its score") {
  Criteria criteria{.objectives = {at_most("shop/errors", "1%"), at_least("shop/orders", "1%")},
                    .evidence = EvidenceMode::fixed,
                    .score = verdict::ScoreOptions{.pass = 90, .warning = 50}};
  criteria.objectives[1].weight = 9;
  const Scene scene = shop({500}, {400});
  CHECK(scene.assessed(criteria).scores[0].value == 90);
  CHECK(scene.assessed(criteria).verdict == Verdict::pass);
  criteria.objectives[0].key = true;
  CHECK(scene.assessed(criteria).scores[0].value == 90);
  CHECK(scene.assessed(criteria).verdict == Verdict::fail);
}

TEST_CASE("relativeTo: a named version is compared with, and left alone itself") {
  Criteria criteria{.objectives = {at_most("shop/errors", "+20%")}, .evidence = EvidenceMode::fixed};
  criteria.objectives[0].relative_to = {.value = "red", .position = {}};
  const Assessment assessment = shop({500, 500, 500}, {500, 50, 500}).assessed(criteria);
  const auto& versions = assessment.objectives[0].versions;
  CHECK(versions[0].verdict == Verdict::fail);
  CHECK(versions[1].verdict == Verdict::pass);
  CHECK(versions[2].verdict == Verdict::fail);
}
