// Latencies that are not known: what passes, and what does not.
#include "verdict/latency_doubt.h"

#include <catch2/catch.hpp>

#include "tests/unit/verdict/scene.h"

using namespace iter8;
using namespace iter8::experiment;
using tests::at_least;
using tests::at_most;
using tests::Scene;
using verdict::EvidenceMode;

namespace {

/// 400 requests that took 10 ms, and what else is counted.
Scene quick_scene(const std::vector<std::pair<std::string, double>>& counts) {
  Scene scene;
  scene.add("http/latency", 0, BucketCounts{.buckets = {{.lower = 9, .upper = 10, .count = 400}}});
  scene.add("http/latency-p95", 0, 10.0);
  scene.add("http/latency-mean", 0, SampleSummary{.count = 400, .mean = 10, .variance = 1});
  scene.add("http/latency-max", 0, 10.0);
  scene.add("http/latency-min", 0, 9.0);
  for (const auto& [name, count] : counts) scene.add("http/" + name, 0, count);
  return scene;
}

Verdict judged(const Scene& scene, const verdict::ObjectiveOptions& objective, EvidenceMode evidence) {
  return scene.assessed({.objectives = {objective}, .evidence = evidence}).objectives[0].versions[0].verdict;
}

}  // namespace

TEST_CASE("a percentile passes only if it would with every unknown latency above the limit") {
  for (const EvidenceMode evidence : {EvidenceMode::point, EvidenceMode::fixed}) {
    const auto p95 = [&](double unknown) {
      const Scene scene = quick_scene({{"unknown-latency-count", unknown}, {"no-answer-count", unknown}});
      return judged(scene, at_most("http/latency-p95", "100"), evidence);
    };
    CHECK(p95(0) == Verdict::pass);
    CHECK(p95(21) == Verdict::pass);  // of 421: 5 %
    CHECK(p95(22) == Verdict::inconclusive);
    CHECK(p95(400) == Verdict::inconclusive);
  }
}

TEST_CASE("of first bytes and first tokens, too, those that never came are unknown") {
  for (const char* name : {"ttfb", "ttft"}) {
    const auto p95 = [&](double unknown, bool has_histogram) {
      Scene scene = quick_scene({{"unknown-latency-count", unknown}, {"no-answer-count", unknown}});
      if (has_histogram)
        scene.add("http/" + std::string(name), 0,
                  BucketCounts{.buckets = {{.lower = 4, .upper = 5, .count = 400}}});
      scene.add("http/" + std::string(name) + "-p95", 0, 5.0);
      return judged(scene, at_most("http/" + std::string(name) + "-p95", "100"), EvidenceMode::point);
    };
    CHECK(p95(21, true) == Verdict::pass);
    CHECK(p95(22, true) == Verdict::inconclusive);
  }
  Scene scene = quick_scene({{"unknown-latency-count", 22}, {"no-answer-count", 22}});
  scene.add("http/ttfb-p95", 0, 5.0);
  CHECK(judged(scene, at_most("http/ttfb-p95", "100"), EvidenceMode::point) == Verdict::inconclusive);
}

TEST_CASE("the reason says how many latencies are not known") {
  const Scene scene = quick_scene({{"unknown-latency-count", 200}, {"no-answer-count", 100}});
  const auto check =
      scene.assessed({.objectives = {at_most("http/latency-p95", "100")}}).objectives[0].versions[0];
  CHECK(
      check.reason ==
      "200 of 500 requests have no known latency (no answer, or none in time): with them, it could be above "
      "the limit");
}

TEST_CASE("what is open for want of requests says that some have no known latency, too") {
  const Scene scene = quick_scene({{"unknown-latency-count", 200}, {"no-answer-count", 100}});
  const auto check =
      scene.assessed({.objectives = {at_most("http/latency-p99.9", "100")}}).objectives[0].versions[0];
  CHECK(check.verdict == experiment::Verdict::inconclusive);
  CHECK_THAT(check.reason, Catch::Contains("needs 2995") && Catch::Contains("; 200 of 500 requests have no"));
}

TEST_CASE("a limit that is missed is missed, and a lower limit has no doubt") {
  const Scene scene = quick_scene({{"unknown-latency-count", 400}, {"no-answer-count", 400}});
  CHECK(judged(scene, at_most("http/latency-p95", "5"), EvidenceMode::point) == Verdict::fail);
  CHECK(judged(scene, at_least("http/latency-p95", "5"), EvidenceMode::point) == Verdict::pass);
  CHECK(judged(scene, at_most("http/latency-min", "50"), EvidenceMode::point) == Verdict::pass);
}

TEST_CASE("a mean bears a few unknown latencies, a maximum none") {
  const Scene few = quick_scene({{"unknown-latency-count", 4}, {"no-answer-count", 4}});
  CHECK(judged(few, at_most("http/latency-mean", "50"), EvidenceMode::point) == Verdict::pass);
  CHECK(judged(few, at_most("http/latency-max", "50"), EvidenceMode::point) == Verdict::inconclusive);
  const Scene many = quick_scene({{"unknown-latency-count", 40}, {"no-answer-count", 40}});
  CHECK(judged(many, at_most("http/latency-mean", "50"), EvidenceMode::point) == Verdict::inconclusive);
  CHECK(judged(many, at_most("http/latency-mean", "50"), EvidenceMode::fixed) == Verdict::inconclusive);
}

TEST_CASE("a cap does not make unknown latencies known") {
  const auto scene = [](double unknown) {
    Scene capped = quick_scene({{"unknown-latency-count", unknown}, {"no-answer-count", unknown}});
    capped.add("http/latency-mean-capped", 0, SampleSummary{.count = 400, .mean = 9, .variance = 1});
    capped.add("http/latency-above-cap", 0, Proportion{.count = 4, .total = 400});
    return capped;
  };
  const auto mean = at_most("http/latency-mean-capped", "50");
  const auto share = at_most("http/latency-above-cap", "0.05");
  CHECK(judged(scene(4), mean, EvidenceMode::point) == Verdict::pass);
  CHECK(judged(scene(40), mean, EvidenceMode::point) == Verdict::inconclusive);
  CHECK(judged(scene(0), share, EvidenceMode::point) == Verdict::pass);
  CHECK(judged(scene(16), share, EvidenceMode::point) == Verdict::pass);
  CHECK(judged(scene(18), share, EvidenceMode::point) == Verdict::inconclusive);
  CHECK(
      verdict::doubt_about(scene(100).result, "http/latency-above-cap", 0, 0.05) ==
      "100 of 500 requests have no known latency (no answer, or none in time): with them, it could be above "
      "the limit");
}

TEST_CASE("a timeout says nothing about a limit beyond it") {
  const Scene scene = quick_scene({{"errors-timeout", 40}});
  CHECK(judged(scene, at_most("http/latency-p95", "100"), EvidenceMode::point) == Verdict::inconclusive);
  CHECK(verdict::doubt_about(scene.result, "http/latency-p95", 0, 9.5).empty());
}

TEST_CASE("latencies without errors are doubted like those of all, and by timeouts") {
  Scene scene = quick_scene({{"unknown-latency-count", 0}, {"errors-timeout", 40}});
  scene.add("http/ok-latency", 0, BucketCounts{.buckets = {{.lower = 9, .upper = 10, .count = 360}}});
  scene.add("http/ok-latency-p95", 0, 10.0);
  scene.add("http/ok-latency-p50", 0, 10.0);
  CHECK(judged(scene, at_most("http/ok-latency-p95", "9.95"), EvidenceMode::point) == Verdict::fail);
  CHECK(judged(scene, at_most("http/ok-latency-p95", "100"), EvidenceMode::point) == Verdict::inconclusive);
  CHECK(judged(scene, at_most("http/ok-latency-p50", "100"), EvidenceMode::point) == Verdict::pass);
  CHECK(verdict::doubt_about(scene.result, "http/ok-latency-p95", 0, 100) ==
        "40 of 400 requests have no known latency (no answer, or none in time): with them, it could be above "
        "the "
        "limit");
}

TEST_CASE("metrics of other providers have no doubt") {
  const Scene scene = quick_scene({{"unknown-latency-count", 400}});
  CHECK(verdict::doubt_about(scene.result, "shop/latency-p95", 0, 100).empty());
  CHECK(verdict::doubt_about(scene.result, "http/error-rate", 0, 0.1).empty());
  CHECK(verdict::doubt_about(scene.result, "http/latency", 0, 100).empty());
}
