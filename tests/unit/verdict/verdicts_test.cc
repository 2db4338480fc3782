// Whose verdict it is, once objectives and winner are there.
#include "verdict/verdicts.h"

#include <catch2/catch.hpp>

#include "tests/unit/verdict/scene.h"

using namespace iter8;
using namespace iter8::experiment;
using tests::at_most;
using tests::reward;
using tests::Scene;
using verdict::Criteria;
using verdict::EvidenceMode;
using verdict::Judged;

namespace {

struct Counts {
  std::int64_t errors = 0;
  std::int64_t orders = 0;
};

/// Versions v0, v1, … of 2000 requests each; v0 is the baseline.
Scene versions_of(const std::vector<Counts>& versions) {
  std::vector<std::string> names;
  for (std::size_t i = 0; i < versions.size(); ++i) names.push_back("v" + std::to_string(i));
  Scene scene(names);
  for (std::size_t i = 0; i < versions.size(); ++i) {
    scene.add("a/errors", i, Proportion{.count = versions[i].errors, .total = 2000});
    scene.add("a/orders", i, Proportion{.count = versions[i].orders, .total = 2000});
  }
  return scene;
}

Criteria canary(Judged judged = Judged::candidates) {
  return {.objectives = {at_most("a/errors", "1%")}, .evidence = EvidenceMode::fixed, .judged = judged};
}

Criteria contest(Judged judged = Judged::candidates) {
  Criteria criteria = canary(judged);
  criteria.rewards = {reward("a/orders")};
  return criteria;
}

constexpr Counts kGood{.errors = 0};
constexpr Counts kBad{.errors = 200};
constexpr Counts kOpen{.errors = 18};

}  // namespace

TEST_CASE("a canary's verdict is the candidate's, however the baseline does") {
  for (const Counts& baseline : {kGood, kBad, kOpen}) {
    CHECK(versions_of({baseline, kGood}).assessed(canary()).verdict == Verdict::pass);
    CHECK(versions_of({baseline, kBad}).assessed(canary()).verdict == Verdict::fail);
    CHECK(versions_of({baseline, kOpen}).assessed(canary()).verdict == Verdict::inconclusive);
  }
}

TEST_CASE("a broken baseline is a remark with its numbers, and a faultless candidate wins over it") {
  const Assessment assessment = versions_of({kBad, kGood}).assessed(canary());
  const auto& checks = assessment.objectives[0].versions;
  CHECK(checks[0].verdict == Verdict::fail);
  CHECK(checks[0].value == Approx(0.1));
  CHECK_FALSE(checks[0].gate);
  CHECK(checks[1].gate);
  CHECK(assessment.winner->version == 1U);
  CHECK_FALSE(gates(assessment.objectives[0], 0));
}

TEST_CASE("judgeBaseline brings the gate back") {
  const Criteria criteria = canary(Judged::candidates_and_baseline);
  CHECK(versions_of({kBad, kGood}).assessed(criteria).verdict == Verdict::fail);
  CHECK(versions_of({kOpen, kGood}).assessed(criteria).verdict == Verdict::inconclusive);
  CHECK(versions_of({kGood, kGood}).assessed(criteria).verdict == Verdict::pass);
  CHECK(versions_of({kGood, kBad}).assessed(criteria).verdict == Verdict::fail);
  CHECK(versions_of({kBad, kGood}).assessed(criteria).objectives[0].versions[0].gate);
}

TEST_CASE("where every version decides, a broken baseline fails the run") {
  const Assessment assessment = versions_of({kBad, kGood}).assessed(canary(Judged::every_version));
  CHECK(assessment.verdict == Verdict::fail);
  CHECK(assessment.objectives[0].versions[0].gate);
}

TEST_CASE("conformance is asked of every version, as the file says") {
  Criteria criteria = canary();
  criteria.pattern = verdict::Pattern::conformance;
  CHECK(versions_of({kBad, kGood}).assessed(criteria).verdict == Verdict::fail);
  CHECK(versions_of({kBad, kGood}).assessed(criteria).objectives[0].versions[0].gate);
}

TEST_CASE("one version is judged itself") {
  CHECK(versions_of({kGood}).assessed(canary()).verdict == Verdict::pass);
  CHECK(versions_of({kBad}).assessed(canary()).verdict == Verdict::fail);
  CHECK(versions_of({kBad}).assessed(canary()).objectives[0].versions[0].gate);
}

TEST_CASE("a candidate without data is an error, a baseline without data is not") {
  Scene scene({"stable", "candidate"});
  scene.add("a/errors", 0, Proportion{.count = 0, .total = 2000});
  CHECK(scene.assessed(canary()).verdict == Verdict::error);
  Scene other({"stable", "candidate"});
  other.add("a/errors", 1, Proportion{.count = 0, .total = 2000});
  CHECK(other.assessed(canary()).verdict == Verdict::pass);
}

TEST_CASE("A/B: a candidate that wins passes, and a baseline that certainly is the best fails the run") {
  CHECK(versions_of({{0, 100}, {0, 200}}).assessed(contest()).verdict == Verdict::pass);
  CHECK(versions_of({{0, 200}, {0, 100}}).assessed(contest()).verdict == Verdict::fail);
  CHECK(versions_of({{0, 100}, {0, 101}}).assessed(contest()).verdict == Verdict::inconclusive);
}

TEST_CASE("A/B: every candidate misses an objective: fail; the better one is not decided yet: inconclusive") {
  CHECK(versions_of({{0, 100}, {200, 200}}).assessed(contest()).verdict == Verdict::fail);
  CHECK(versions_of({{200, 100}, {200, 200}}).assessed(contest()).verdict == Verdict::fail);
  CHECK(versions_of({{0, 100}, {18, 200}}).assessed(contest()).verdict == Verdict::inconclusive);
}

TEST_CASE("A/B/n: beside a winner, those that fail or lose are remarks") {
  const Assessment assessment = versions_of({{0, 100}, {200, 150}, {0, 200}, {0, 90}}).assessed(contest());
  CHECK(assessment.winner->version == 2U);
  CHECK(assessment.verdict == Verdict::pass);
  std::vector<bool> are_gates;
  for (const ObjectiveCheck& check : assessment.objectives[0].versions) are_gates.push_back(check.gate);
  CHECK(are_gates == std::vector<bool>{false, false, true, false});
}

TEST_CASE("A/B/n: without a winner, one failing candidate of several leaves the verdict open") {
  const Assessment assessment = versions_of({{0, 100}, {200, 100}, {0, 101}}).assessed(contest());
  CHECK(assessment.verdict == Verdict::inconclusive);
  CHECK(assessment.objectives[0].versions[1].gate);
}

TEST_CASE("a reward without a value for somebody cannot decide") {
  Scene scene({"stable", "candidate"});
  scene.add("a/orders", 0, Proportion{.count = 100, .total = 2000});
  Criteria criteria = contest();
  criteria.objectives.clear();
  CHECK(scene.assessed(criteria).verdict == Verdict::error);
  Scene other({"stable", "candidate"});
  other.add("a/orders", 1, 3.0);  // it wins by default, against nobody
  CHECK(other.assessed(criteria).winner->version == 1U);
  CHECK(other.assessed(criteria).verdict == Verdict::error);
}

TEST_CASE("bare values: the candidate's, the baseline's and nobody's best") {
  Criteria criteria = contest();
  criteria.evidence = EvidenceMode::point;
  CHECK(versions_of({{200, 100}, {0, 200}}).assessed(criteria).verdict == Verdict::pass);
  CHECK(versions_of({{0, 200}, {0, 100}}).assessed(criteria).verdict == Verdict::fail);
  CHECK(versions_of({{0, 100}, {0, 100}}).assessed(criteria).verdict == Verdict::inconclusive);
}

TEST_CASE("several candidates and no reward: all of them must pass") {
  CHECK(versions_of({kBad, kGood, kGood}).assessed(canary()).verdict == Verdict::pass);
  CHECK(versions_of({kGood, kGood, kBad}).assessed(canary()).verdict == Verdict::fail);
  CHECK(versions_of({kGood, kGood, kOpen}).assessed(canary()).verdict == Verdict::inconclusive);
}
