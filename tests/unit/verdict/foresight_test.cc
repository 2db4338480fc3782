#include "verdict/foresight.h"

#include <catch2/catch.hpp>

#include "stats/posterior/planning.h"
#include "tests/unit/verdict/scene.h"

using namespace iter8;
using namespace iter8::verdict;
using experiment::Foresight;
using experiment::PlannedLoad;
using experiment::Version;

namespace {

const std::vector<Version> kOne{{.name = "a", .values = {}}};
const std::vector<Version> kTwo{{.name = "a", .values = {}}, {.name = "b", .values = {}}};

PlannedLoad load(double requests, double seconds) {
  return {.provider = "http", .requests = requests, .seconds = seconds};
}

Foresight one_load(double requests, double seconds, const std::vector<Version>& versions = kOne) {
  return {.versions = versions, .iterations = 1, .once = {}, .repeated = {load(requests, seconds)}};
}

Criteria criteria_with(const ObjectiveOptions& objective) {
  Criteria criteria;
  criteria.objectives = {objective};
  return criteria;
}

std::vector<Shortage> shortages(const ObjectiveOptions& objective, const Foresight& foresight) {
  return shortages_of(criteria_with(objective), foresight);
}

}  // namespace

TEST_CASE("100 requests cannot certify 1 %, and 299 can: the rule of three, exactly") {
  const auto objective = tests::at_most("http/error-rate", "1%");
  const auto found = shortages(objective, one_load(100, 10));
  REQUIRE(found.size() == 1);
  CHECK(found[0].needed == stats::clean_units(0.01, 0.05, stats::Mode::fixed));
  CHECK(to_text(found[0], criteria_with(objective), 1) ==
        "100 requests to a version cannot certify http/error-rate <= 1%, even if all are good; it takes 299");

  CHECK(shortages(objective, one_load(298, 10)).size() == 1);
  CHECK(shortages(tests::at_most("http/error-rate", "0.001%"), one_load(300'000, 60)).empty());
  CHECK(shortages(tests::at_most("http/error-rate", "0.001%"), one_load(200'000, 60))[0].needed == 299'572);
  CHECK(shortages(objective, one_load(299, 10)).empty());
}

TEST_CASE("a latency percentile needs as many requests as the share that may be above it") {
  const auto found = shortages(tests::at_most("http/latency-p99", "200ms"), one_load(200, 10));
  REQUIRE(found.size() == 1);
  CHECK(found[0].needed == 299);
  CHECK(shortages(tests::at_most("http/latency-p99", "200ms"), one_load(299, 10)).empty());
  CHECK(shortages(tests::at_most("http/latency-p95", "200ms"), one_load(59, 10)).empty());
  CHECK(shortages(tests::at_most("http/latency-p95", "200ms"), one_load(58, 10)).size() == 1);
  CHECK(shortages(tests::at_least("http/latency-p99", "1ms"), one_load(100, 10)).empty());
}

TEST_CASE("confidence asks for more, and alpha for less") {
  auto objective = tests::at_most("http/error-rate", "1%");
  objective.confidence = 0.99;
  REQUIRE(shortages(objective, one_load(400, 10)).size() == 1);
  CHECK(shortages(objective, one_load(400, 10))[0].needed == 459);

  Criteria criteria = criteria_with(tests::at_most("http/error-rate", "1%"));
  criteria.alpha = {.pass = 0.2, .fail = 0.2};
  CHECK(shortages_of(criteria, one_load(161, 10)).empty());
}

TEST_CASE("iterations of a loop count together, and a loop is judged as one") {
  const auto objective = tests::at_most("http/error-rate", "1%");
  Foresight foresight = one_load(100, 5);
  foresight.iterations = 3;
  REQUIRE(shortages(objective, foresight).size() == 1);
  CHECK(shortages(objective, foresight)[0].requests == 300);
  foresight.iterations = 5;
  CHECK(shortages(objective, foresight).empty());
  foresight.iterations = 2000;
  CHECK(shortages(objective, foresight).empty());
}

TEST_CASE("a load that is too short cannot be told from a pause, however many requests it has") {
  const auto objective = tests::at_most("http/error-rate", "1%");
  const auto found = shortages(objective, one_load(1000, 1));
  REQUIRE(found.size() == 1);
  CHECK_FALSE(found[0].needed);
  const std::string text = to_text(found[0], criteria_with(objective), 1);
  CHECK(text ==
        "1 s of load on a version cannot certify http/error-rate <= 1%, however good it is; it takes "
        "about 4 s");
}

TEST_CASE("a stall that is declared asks for enough load to have met one") {
  Criteria criteria = criteria_with(tests::at_most("http/error-rate", "1%"));
  criteria.stall = std::chrono::seconds(1);
  const auto found = shortages_of(criteria, one_load(1000, 10));
  REQUIRE(found.size() == 1);
  CHECK_FALSE(found[0].needed);
  CHECK(found[0].needed_seconds.value() == Approx(300).epsilon(0.01));
  CHECK(shortages_of(criteria, one_load(31'000, 310)).empty());
}

TEST_CASE("means and relative limits can be met by enough load") {
  CHECK(shortages(tests::at_most("http/latency-mean", "100ms"), one_load(500, 5)).empty());
  CHECK(shortages(tests::at_least("http/latency-mean", "1ms"), one_load(500, 5)).empty());
  CHECK(shortages(tests::at_most("http/latency-mean", "+10%"), one_load(500, 5, kTwo)).empty());
  CHECK(shortages(tests::at_most("http/latency-p99", "+10%"), one_load(2000, 20, kTwo)).empty());
  CHECK(shortages(tests::at_most("http/error-rate", "+10%"), one_load(500, 5, kTwo)).empty());
  CHECK(shortages(tests::at_most("http/latency-mean", "+10%"), one_load(20, 2, kTwo)).size() == 1);
}

TEST_CASE("what the file does not limit, or does not measure itself, cannot be foreseen") {
  CHECK(shortages(tests::at_most("shop/errors", "1%"), one_load(1, 1)).empty());
  CHECK(shortages(tests::at_most("http-cart/error-rate", "1%"), one_load(1, 1)).empty());
  CHECK(shortages(tests::at_most("http/error-rate", "0%"), one_load(10, 5)).empty());
  Foresight unknown = one_load(1, 1);
  unknown.repeated[0].requests.reset();
  CHECK(shortages(tests::at_most("http/error-rate", "1%"), unknown).empty());

  Criteria criteria = criteria_with(tests::at_most("http/error-rate", "1%"));
  criteria.history = "history.yaml";
  CHECK(shortages_of(criteria, one_load(10, 5)).empty());
  criteria.history.clear();
  criteria.evidence = EvidenceMode::point;
  CHECK(shortages_of(criteria, one_load(10, 5)).empty());
}
