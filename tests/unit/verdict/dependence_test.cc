#include <cmath>
#include <random>

#include <catch2/catch.hpp>

#include "experiment/assessment.h"
#include "tests/unit/verdict/scene.h"
#include "verdict/judge.h"

using namespace iter8;
using namespace iter8::tests;
using namespace iter8::verdict;
using Catch::Contains;
using experiment::Verdict;

namespace {

/// Requests by a Poisson process, latency about 5 ms; one that meets a pause waits for its end.
struct Service {
  double rate = 200;
  double seconds = 10;
  double pauses = 0;     // a second
  double pause = 0.05;   // seconds
  double outages = 0;    // a second: requests within fail
  double outage = 0.05;  // seconds
  double faster = 1;     // latencies times this
};

double exponential(std::mt19937_64& random, double rate) {
  return -std::log1p(-static_cast<double>(random() >> 11) * 0x1p-53) / rate;
}

std::vector<LoadRequest> load_of(const Service& service, std::uint64_t seed) {
  std::mt19937_64 random(seed);
  const auto moments = [&](double rate) {
    std::vector<double> times;
    for (double at = exponential(random, std::max(rate, 1e-9)); at < service.seconds;
         at += exponential(random, rate))
      times.push_back(at);
    return times;
  };
  const std::vector<double> pauses = moments(service.pauses);
  const std::vector<double> outages = moments(service.outages);
  const auto is_within = [](const std::vector<double>& starts, double at, double length) {
    for (const double start : starts)
      if (at >= start && at < start + length) return start;
    return -1.0;
  };
  std::vector<LoadRequest> requests;
  for (const double due : moments(service.rate)) {
    LoadRequest request{.due = due, .latency = service.faster * (4 + exponential(random, 1))};
    const double pause = is_within(pauses, due, service.pause);
    if (pause >= 0) request.latency += (pause + service.pause - due) * 1e3;
    request.latency = std::round(request.latency * 20) / 20;  // fewer cells
    request.is_error = is_within(outages, due, service.outage) >= 0;
    requests.push_back(request);
  }
  return requests;
}

Scene scene_of(const Service& baseline, const Service& candidate, std::uint64_t seed) {
  Scene scene({"stable", "candidate"});
  scene.add_load(0, load_of(baseline, 2 * seed));
  scene.add_load(1, load_of(candidate, 2 * seed + 1));
  return scene;
}

const experiment::ObjectiveCheck& candidate_of(const experiment::Assessment& assessment) {
  return assessment.objectives.at(0).versions.at(1);
}

constexpr int kRuns = 100;

}  // namespace

TEST_CASE("dependence: two equal versions with pauses of their own are hardly ever told apart") {
  for (const char* metric : {"http/latency-mean", "http/latency-p99", "http/latency-p90"}) {
    int decided = 0;
    int independent = 0;
    for (std::uint64_t seed = 1; seed <= kRuns; ++seed) {
      Scene scene = scene_of({.pauses = .8}, {.pauses = .8}, seed);
      Criteria criteria{.objectives = {at_most(metric, "+0%")}, .alpha = {.pass = .01, .fail = .01}};
      decided += candidate_of(scene.assessed(criteria)).verdict != Verdict::inconclusive;
      scene.result.series.clear();
      independent += candidate_of(scene.assessed(criteria)).verdict != Verdict::inconclusive;
    }
    CAPTURE(metric, decided, independent);
    CHECK(decided <= 8);               // 2 expected on both sides
    CHECK(independent > 2 * decided);  // what the slices are for
  }
}

TEST_CASE("dependence: a true difference is found, and pauses that both share cost nothing") {
  int found = 0;
  for (std::uint64_t seed = 1; seed <= 20; ++seed) {
    const Scene scene = scene_of({}, {.faster = 1.2}, seed);
    const auto assessment = scene.assessed({.objectives = {at_most("http/latency-mean", "+0%")}});
    found += candidate_of(assessment).verdict == Verdict::fail;
    CHECK(candidate_of(assessment).effective.has_value());
  }
  CHECK(found == 20);
}

TEST_CASE("dependence: errors that come in outages count as many as there were outages") {
  int passed = 0;
  for (std::uint64_t seed = 1; seed <= kRuns; ++seed) {
    Scene scene({"candidate"});
    scene.add_load(0, load_of({.seconds = 60, .outages = .4}, seed));  // about 2 % in all
    const auto assessment = scene.assessed({.objectives = {at_most("http/error-rate", "2%")}});
    passed += assessment.objectives.at(0).versions.at(0).verdict == Verdict::pass;
  }
  CAPTURE(passed);
  CHECK(passed <= 13);  // 5 expected
}

TEST_CASE("dependence: a pass says what it is worth, and which stalls it excludes") {
  Scene scene({"candidate"});
  scene.add_load(0, load_of({}, 7));
  const auto assessment = scene.assessed({.objectives = {at_most("http/error-rate", "1%")}});
  const auto& check = assessment.objectives.at(0).versions.at(0);
  CHECK(check.verdict == Verdict::pass);
  REQUIRE(check.excluded_stall);
  CHECK(*check.excluded_stall == Approx(10 * 0.01 / std::log(20)).epsilon(0.02));  // 33 ms
  CHECK_THAT(check.reason, Contains("excludes stalls longer than 33 ms"));
}

TEST_CASE("dependence: a mean that one stall has raised says so, and how much longer a run it takes") {
  auto requests = load_of({}, 7);
  for (LoadRequest& request : requests)
    if (request.due >= 3 && request.due < 3.3) request.latency += (3.3 - request.due) * 1e3;
  Scene scene({"candidate"});
  scene.add_load(0, requests);
  const auto check =
      scene.assessed({.objectives = {at_most("http/latency-mean", "100")}}).objectives.at(0).versions.at(0);
  CHECK(check.verdict == Verdict::inconclusive);
  CHECK(check.probability.value_or(0) > 0.999);
  CHECK_THAT(check.reason, Contains("stall") && Contains("a pass takes 4"));
  REQUIRE(check.needed);
  CHECK(*check.needed > static_cast<double>(*check.samples));
}

TEST_CASE("dependence: a declared stall asks for as long a run as it takes to meet one") {
  Criteria criteria{.objectives = {at_most("http/error-rate", "1%")}, .stall = std::chrono::milliseconds(50)};
  Scene brief({"candidate"});
  brief.add_load(0, load_of({.seconds = 10}, 3));
  const auto undecided = brief.assessed(criteria).objectives.at(0).versions.at(0);
  CHECK(undecided.verdict == Verdict::inconclusive);
  REQUIRE(undecided.needed_seconds);
  CHECK(*undecided.needed_seconds == Approx(15).epsilon(0.02));
  Scene whole({"candidate"});
  whole.add_load(0, load_of({.seconds = 15.5}, 3));
  CHECK(whole.assessed(criteria).objectives.at(0).versions.at(0).verdict == Verdict::pass);
}

TEST_CASE("dependence: a short load decides nothing, except where every request says the same") {
  const auto verdict = [](double seconds, double outages) {
    Scene scene({"candidate"});
    auto requests = load_of({.rate = 400, .seconds = seconds}, 5);
    for (std::size_t i = 0; i < requests.size(); ++i)
      requests[i].is_error = static_cast<double>(i % 10) < outages;
    scene.add_load(0, requests);
    return scene.assessed({.objectives = {at_most("http/error-rate", "5%")}}).objectives.at(0).versions.at(0);
  };
  CHECK(verdict(1, 0).verdict == Verdict::inconclusive);
  CHECK(verdict(1, 3).verdict == Verdict::inconclusive);
  CHECK_THAT(verdict(1, 3).reason, Contains("cannot tell chance from a pause"));
  CHECK(verdict(1, 10).verdict == Verdict::fail);
  CHECK(verdict(2, 0).verdict == Verdict::pass);
  CHECK(verdict(2, 3).verdict == Verdict::fail);
}

TEST_CASE("dependence: what no pause explains fails a version in a short load and at every look") {
  const auto verdict = [](double seconds, std::size_t errors, const std::string& limit, int iterations) {
    Scene scene({"candidate"});
    auto requests = load_of({.rate = 100, .seconds = seconds}, 5);
    for (std::size_t i = 0; i < std::min(errors, requests.size()); ++i) requests[i].is_error = true;
    scene.add_load(0, requests);
    scene.iterations = iterations;
    return scene.assessed({.objectives = {at_most("http/error-rate", limit)}})
        .objectives.at(0)
        .versions.at(0)
        .verdict;
  };
  for (const int iterations : {1, 10})
    for (const double seconds : {0.2, 1.0, 2.0, 5.0}) {
      CAPTURE(iterations, seconds);
      CHECK(verdict(seconds, 1, "0", iterations) == Verdict::fail);
      CHECK(verdict(seconds, 0, "0", iterations) == Verdict::pass);
      CHECK(verdict(seconds, 1000, "5%", iterations) == Verdict::fail);
    }
}

TEST_CASE("dependence: the reason says what a look waits for") {
  Scene scene = scene_of({.seconds = 2}, {.seconds = 2, .faster = .5}, 3);
  Criteria criteria{.objectives = {at_most("http/latency-mean", "+50%")},
                    .rewards = {reward("http/latency-mean", experiment::Direction::low)}};
  scene.iterations = 10;
  const auto early = scene.assessed(criteria);
  CHECK(candidate_of(early).verdict == Verdict::inconclusive);
  CHECK_THAT(candidate_of(early).reason, Contains("2 s of load; evidence at any look begins after 4 s"));
  REQUIRE(candidate_of(early).needed_seconds);
  CHECK(*candidate_of(early).needed_seconds >= 4);
  REQUIRE(early.winner);
  CHECK_THAT(early.winner->reason, Contains("'candidate' leads"));
  CHECK_THAT(early.winner->reason, Contains("evidence at any look begins after 4 s"));

  scene.iteration = 10;  // the last look has an exact test besides
  CHECK(candidate_of(scene.assessed(criteria)).verdict == Verdict::pass);
}

TEST_CASE("dependence: noise that is slower than the groups leaves a comparison open") {
  Scene scene({"stable", "candidate"});
  auto slow = load_of({}, 11);
  for (LoadRequest& request : slow) request.latency += request.due < 5 ? 0 : 10;
  scene.add_load(0, load_of({}, 12));
  scene.add_load(1, slow);
  const auto check = candidate_of(scene.assessed({.objectives = {at_most("http/latency-mean", "+0%")}}));
  CHECK(check.verdict == Verdict::inconclusive);
  CHECK_THAT(check.reason, Contains("the noise is slower"));
}

TEST_CASE("dependence: loads one after the other are compared without pairing") {
  Scene scene({"stable", "candidate"});
  scene.add_load(0, load_of({}, 21), 0);
  scene.add_load(1, load_of({.faster = 1.5}, 22), 30);
  const auto check = candidate_of(scene.assessed({.objectives = {at_most("http/latency-p50", "+10%")}}));
  CHECK(check.verdict == Verdict::fail);
  CHECK(check.effective);
}

TEST_CASE("dependence: at any time, looks do not find what is not there") {
  int decided = 0;
  for (std::uint64_t seed = 1; seed <= 60; ++seed) {
    Scene scene({"stable", "candidate"});
    scene.iterations = 10;
    PastLooks past;
    bool is_decided = false;
    for (int iteration = 1; iteration <= 10; ++iteration) {
      const std::uint64_t number = seed * 1000 + 2 * static_cast<std::uint64_t>(iteration);
      scene.add_load(0, load_of({.seconds = 4, .pauses = .8}, number), 10 * iteration, iteration);
      scene.add_load(1, load_of({.seconds = 4, .pauses = .8}, number + 1), 10 * iteration, iteration);
      auto judgement = judge({.objectives = {at_most("http/latency-mean", "+0%")}}, scene.result,
                             {.iteration = iteration,
                              .iterations = 10,
                              .look = iteration < 10 ? stats::Look::interim : stats::Look::last},
                             std::move(past));
      past = std::move(judgement.looks);
      is_decided = is_decided || candidate_of(judgement.assessment).verdict != Verdict::inconclusive;
    }
    decided += is_decided;
  }
  CAPTURE(decided);
  CHECK(decided <= 12);  // 10 % on both sides are 6
}

TEST_CASE("dependence: a reward is won by a true difference only") {
  int won = 0;
  for (std::uint64_t seed = 1; seed <= kRuns; ++seed) {
    const Scene scene = scene_of({.pauses = .8}, {.pauses = .8}, seed);
    const auto assessment =
        scene.assessed({.rewards = {reward("http/latency-mean", experiment::Direction::low)}});
    won += assessment.winner && assessment.winner->found;
  }
  CAPTURE(won);
  CHECK(won <= 20);  // 5 % for either version are 10
  const Scene better = scene_of({}, {.faster = 0.8}, 1);
  const auto assessment =
      better.assessed({.rewards = {reward("http/latency-mean", experiment::Direction::low)}});
  REQUIRE(assessment.winner);
  CHECK(assessment.winner->version == std::optional<std::size_t>(1));
}

TEST_CASE("dependence: without slices independence is assumed, and said") {
  Scene scene = scene_of({}, {}, 4);
  const Criteria criteria{.objectives = {at_most("http/latency-mean", "+0%")}};
  CHECK(warning_of(scene.assessed(criteria), "independence-assumed").empty());
  scene.result.series.pop_back();
  CHECK_THAT(warning_of(scene.assessed(criteria), "independence-assumed"), Contains("independence assumed"));
  CHECK_FALSE(candidate_of(scene.assessed(criteria)).effective);
}

TEST_CASE("dependence: what a short load keeps against a version is nothing in its favour") {
  Scene scene({"stable", "candidate"});
  auto failing = load_of({.rate = 400, .seconds = 1}, 6);
  for (LoadRequest& request : failing) request.is_error = true;
  scene.add_load(0, load_of({.rate = 400, .seconds = 1}, 5));
  scene.add_load(1, failing);
  const auto verdict = [&](const ObjectiveOptions& objective) {
    return candidate_of(scene.assessed({.objectives = {objective}})).verdict;
  };
  CHECK(verdict(at_most("http/error-rate", "+0%")) == Verdict::fail);
  CHECK(verdict(at_least("http/error-rate", "+0%")) == Verdict::inconclusive);
}
