// Versions that are fast because they fail.
#include "verdict/fast_failures.h"

#include <catch2/catch.hpp>

#include "tests/unit/verdict/scene.h"

using namespace iter8;
using namespace iter8::experiment;
using tests::at_most;
using tests::reward;
using tests::Scene;
using verdict::EvidenceMode;

namespace {

/// A baseline that takes 50 ms and a candidate that takes 20 ms, with so many errors in 400 requests.
Scene fast_candidate(std::int64_t of_baseline, std::int64_t of_candidate) {
  Scene scene({"stable", "candidate"});
  const std::array<std::int64_t, 2> errors = {of_baseline, of_candidate};
  const std::array<double, 2> means = {50, 20};
  for (std::size_t version = 0; version < 2; ++version) {
    const double mean = means[version];
    scene.add("http/error-rate", version, Proportion{.count = errors[version], .total = 400});
    scene.add("http/latency-mean", version,
              SampleSummary{.count = 400, .mean = mean, .variance = 25, .skewness = 0});
    scene.add("http/latency", version,
              BucketCounts{.buckets = {{.lower = mean - 5, .upper = mean + 5, .count = 400}}});
    scene.add("http/latency-p95", version, mean + 4);
  }
  return scene;
}

Assessment rewarded(const Scene& scene, EvidenceMode evidence,
                    const std::string& metric = "http/latency-mean") {
  return scene.assessed({.rewards = {reward(metric, Direction::low)}, .evidence = evidence});
}

}  // namespace

TEST_CASE("a version of which certainly more requests fail cannot win on latency") {
  for (const EvidenceMode evidence : {EvidenceMode::point, EvidenceMode::fixed, EvidenceMode::anytime}) {
    const Assessment good = rewarded(fast_candidate(0, 0), evidence);
    CHECK(good.winner->version == 1u);
    CHECK(tests::warning_of(good, "fails-more").empty());

    const Assessment bad = rewarded(fast_candidate(0, 240), evidence);
    CHECK(bad.winner->version != 1u);
    CHECK(bad.winner->recommended == 0);
    CHECK(tests::warning_of(bad, "fails-more") ==
          "certainly more requests to 'candidate' fail than to 'stable': it cannot win on http/latency-mean");
  }
  const Assessment bad = rewarded(fast_candidate(0, 240), EvidenceMode::fixed);
  REQUIRE(bad.weights.size() == 2);
  CHECK(bad.weights[1] == 0);
  CHECK(bad.rewards[0].versions[0].probability_best.value() == Approx(1));
  CHECK(bad.rewards[0].versions[1].probability_best.value() == Approx(0).margin(1e-9));
}

TEST_CASE("a few errors more, or fewer than the baseline's, exclude nobody") {
  CHECK(rewarded(fast_candidate(4, 6), EvidenceMode::fixed).winner->version == 1u);
  CHECK(rewarded(fast_candidate(240, 0), EvidenceMode::fixed).winner->version == 1u);
}

TEST_CASE("an early look at a loop finds no more than all looks together may") {
  // Fisher's exact test of this look alone: p = 0.010, which the unluckiest of many looks often has.
  const auto early = [](std::int64_t of_candidate, EvidenceMode evidence, int iteration) {
    Scene scene = fast_candidate(3, of_candidate);
    scene.iterations = 20;
    scene.iteration = iteration;
    return rewarded(scene, evidence);
  };
  for (const EvidenceMode evidence : {EvidenceMode::hybrid, EvidenceMode::anytime, EvidenceMode::fixed}) {
    CHECK(tests::warning_of(early(13, evidence, 1), "fails-more").empty());
    CHECK_FALSE(tests::warning_of(early(240, evidence, 20), "fails-more").empty());
  }
  // What cannot be chance is said at once, but by a look that was planned.
  CHECK_FALSE(tests::warning_of(early(240, EvidenceMode::hybrid, 1), "fails-more").empty());
  CHECK_FALSE(tests::warning_of(early(240, EvidenceMode::anytime, 1), "fails-more").empty());
  CHECK(tests::warning_of(early(240, EvidenceMode::fixed, 1), "fails-more").empty());
  // One look that was planned: the same numbers are enough.
  Scene scene = fast_candidate(3, 13);
  CHECK_FALSE(tests::warning_of(rewarded(scene, EvidenceMode::fixed), "fails-more").empty());
}

TEST_CASE("errors of a load do not exclude from rewards on anything else") {
  Scene scene = fast_candidate(0, 240);
  for (std::size_t version = 0; version < 2; ++version)
    scene.add("shop/orders", version, Proportion{.count = version == 0 ? 40 : 200, .total = 400});
  const Assessment assessment =
      scene.assessed({.rewards = {reward("shop/orders")}, .evidence = EvidenceMode::fixed});
  CHECK(assessment.winner->version == 1u);
}

TEST_CASE("a limit on latency alone is not met by failures") {
  for (const EvidenceMode evidence : {EvidenceMode::point, EvidenceMode::fixed}) {
    const auto checks = [&](const Scene& scene, std::vector<verdict::ObjectiveOptions> objectives) {
      return scene.assessed({.objectives = std::move(objectives), .evidence = evidence})
          .objectives[0]
          .versions;
    };
    const auto p95 = at_most("http/latency-p95", "100");
    CHECK(checks(fast_candidate(0, 0), {p95})[1].verdict == Verdict::pass);
    const auto failing = checks(fast_candidate(0, 240), {p95});
    CHECK(failing[0].verdict == Verdict::pass);
    CHECK(failing[1].verdict == Verdict::inconclusive);
    CHECK_THAT(failing[1].reason, Catch::Contains("more requests fail than of 'stable' (60 % against 0 %)"));
    const auto all = checks(fast_candidate(400, 400), {p95});
    CHECK(all[0].verdict == Verdict::inconclusive);
    CHECK_THAT(all[0].reason, Catch::StartsWith("every request failed, and no objective limits errors"));
    // Where the file judges errors, the latency objective is about latency.
    CHECK(checks(fast_candidate(0, 240), {p95, at_most("http/error-rate", "70%")})[1].verdict ==
          Verdict::pass);
  }
}

TEST_CASE("an objective on errors is one of the same load, and one that gates") {
  auto ungated = at_most("http/error-rate", "1%");
  ungated.gate = false;
  using verdict::judges_errors;
  CHECK(judges_errors({.objectives = {at_most("http/errors-timeout", "0")}}, "http/latency-mean"));
  CHECK(judges_errors({.objectives = {at_most("http/status-503", "0")}}, "http/ok-latency-p95"));
  CHECK_FALSE(judges_errors({.objectives = {ungated}}, "http/latency-mean"));
  CHECK_FALSE(judges_errors({.objectives = {at_most("http-cart/error-rate", "1%")}}, "http/latency-mean"));
  CHECK_FALSE(judges_errors({.objectives = {at_most("http/latency-p95", "1")}}, "http/latency-mean"));
  CHECK(verdict::is_load_latency("http-cart/ok-latency-p95"));
  CHECK_FALSE(verdict::is_load_latency("http/lateness-p99"));
  CHECK_FALSE(verdict::is_load_latency("prometheus/latency"));
}
