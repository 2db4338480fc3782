#include <vector>

#include "load/engine.h"
#include "tests/unit/load/cases.h"

namespace iter8::load::testing {
namespace {

TEST_CASE("live numbers are there for each target, and add up") {
  const ScriptedServer good(always(response_text()));
  const ScriptedServer bad(always(response_text(503)));
  Plan plan = closed_plan(good.url(), 400);
  plan.targets.push_back(target_at(bad.url()));
  plan.arrival = Arrival::constant;
  plan.rate = 400;
  std::vector<Snapshot> seen;
  run(plan, [&](const Snapshot& snapshot) { seen.push_back(snapshot); }, {});
  REQUIRE_FALSE(seen.empty());
  const Snapshot& last = seen.back();
  REQUIRE(last.targets.size() == 2);
  CHECK(last.targets[0].requests + last.targets[1].requests == last.requests);
  CHECK(last.targets[0].errors == 0);
  CHECK(last.targets[1].errors == last.targets[1].requests);
  CHECK(last.targets[0].latency.count() + last.targets[1].latency.count() == last.latency.count());
}

}  // namespace
}  // namespace iter8::load::testing
