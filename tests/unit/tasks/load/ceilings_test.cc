#include "tasks/load/ceilings.h"

#include <catch2/catch.hpp>

#include "base/error.h"

using namespace iter8;
using namespace iter8::tasks;
using namespace std::chrono_literals;

namespace {

Ceilings ceilings(std::map<std::string, std::string> variables) {
  return Ceilings::of(base::Environment(std::move(variables)));
}

load::Plan plan_of(std::size_t targets) {
  load::Plan plan;
  plan.targets.resize(targets);
  plan.rate = 50;
  plan.requests = 1000;
  return plan;
}

std::string option_in_excess(const load::Plan& plan, const Ceilings& limits) {
  const auto found = excess(plan, limits);
  return found ? found->option : "";
}

}  // namespace

TEST_CASE("without variables nothing is limited") {
  CHECK_FALSE(excess(plan_of(100), ceilings({})));
  CHECK_FALSE(excess(plan_of(100), ceilings({{"ITER8_MAX_QPS", ""}})));
}

TEST_CASE("a ceiling is a positive number or duration") {
  for (const char* text : {"0", "-1", "many", "1e999", "inf"})
    CHECK_THROWS_AS(ceilings({{"ITER8_MAX_REQUESTS", text}}), base::UsageError);
  CHECK_THROWS_AS(ceilings({{"ITER8_MAX_DURATION", "10"}}), base::UsageError);
  CHECK(ceilings({{"ITER8_MAX_DURATION", "90s"}}).duration == 90s);
}

TEST_CASE("targets count together, up to the ceiling itself") {
  const Ceilings limits = ceilings({{"ITER8_MAX_QPS", "100"}});
  CHECK_FALSE(excess(plan_of(2), limits));
  REQUIRE(excess(plan_of(3), limits));
  CHECK(excess(plan_of(3), limits)->message ==
        "found 150 requests per second (3 targets), ITER8_MAX_QPS allows 100");
}

TEST_CASE("stages count by their highest rate, a trace by its busiest second") {
  const Ceilings limits = ceilings({{"ITER8_MAX_QPS", "60"}});
  load::Plan staged = plan_of(1);
  staged.stages = {{.duration = 1s, .rate = 61}, {.duration = 1s, .rate = 1}};
  CHECK(option_in_excess(staged, limits) == "stages");
  staged.stages[0].rate = 60;
  CHECK(option_in_excess(staged, limits).empty());

  load::Plan trace = plan_of(1);
  for (int i = 0; i < 61; ++i) trace.trace.push_back(10s + i * 16ms);
  CHECK(option_in_excess(trace, limits) == "trace");
  trace.trace.back() = 11s;  // the second before holds 60
  CHECK(option_in_excess(trace, limits).empty());
}

TEST_CASE("a closed loop has no rate, and no end but a duration") {
  load::Plan plan = plan_of(1);
  plan.arrival = load::Arrival::closed;
  CHECK(option_in_excess(plan, ceilings({{"ITER8_MAX_QPS", "100"}})) == "arrival");
  CHECK(option_in_excess(plan, ceilings({{"ITER8_MAX_DURATION", "1h"}})) == "numRequests");
  CHECK(option_in_excess(plan, ceilings({{"ITER8_MAX_REQUESTS", "1000"}})).empty());
  plan.requests.reset();
  plan.duration = 10s;
  CHECK(option_in_excess(plan, ceilings({{"ITER8_MAX_DURATION", "10s"}})).empty());
  CHECK(option_in_excess(plan, ceilings({{"ITER8_MAX_REQUESTS", "1000000"}})) == "duration");
}

TEST_CASE("requests and time follow from each other") {
  load::Plan plan = plan_of(2);  // 1000 requests at 50 a second: 20 s
  CHECK(option_in_excess(plan, ceilings({{"ITER8_MAX_DURATION", "20s"}})).empty());
  CHECK(option_in_excess(plan, ceilings({{"ITER8_MAX_DURATION", "19s"}})) == "numRequests");
  plan.warmup = 5s;
  CHECK(option_in_excess(plan, ceilings({{"ITER8_MAX_DURATION", "20s"}})) == "numRequests");
  plan.requests.reset();
  plan.duration = 20s;
  CHECK(option_in_excess(plan, ceilings({{"ITER8_MAX_REQUESTS", "2000"}})).empty());
  CHECK(option_in_excess(plan, ceilings({{"ITER8_MAX_REQUESTS", "1999"}})) == "duration");
}

TEST_CASE("connections count up to where they may grow") {
  load::Plan plan = plan_of(2);
  CHECK(option_in_excess(plan, ceilings({{"ITER8_MAX_CONNECTIONS", "8"}})).empty());
  plan.max_connections = 5;
  CHECK(option_in_excess(plan, ceilings({{"ITER8_MAX_CONNECTIONS", "8"}})) == "maxConnections");
}
