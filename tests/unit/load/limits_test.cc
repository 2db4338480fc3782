// Loads that ask for more than there is, change or end by themselves.
#include <algorithm>
#include <mutex>

#include "load/engine.h"
#include "tests/unit/load/cases.h"

namespace iter8::load::testing {
namespace {

using namespace std::chrono_literals;

base::MonotonicTime process_now() {
  return std::chrono::steady_clock::now();
}

TEST_CASE("when more wait than may, the one that has waited for longest overflows") {
  const auto never = [](Conversation& conversation) { conversation.wait_for_client(); };
  const ScriptedServer server(never);
  Plan plan = closed_plan(server.url(), 100);
  plan.arrival = Arrival::constant;
  plan.rate = 1000;
  plan.connections = 3;
  plan.queue = 20;
  plan.timeout = 600ms;

  const Tally tally = run_one(plan);
  CHECK(errors_of(tally, ErrorClass::overflow) == 77);
  CHECK(errors_of(tally, ErrorClass::timeout) == 23);
  CHECK(base::Duration(tally.latency.min()) >= 600ms);
}

TEST_CASE("more connections are opened while the line is full, up to the limit") {
  const auto slow = [](Conversation& conversation) {
    while (conversation.read_request()) {
      conversation.wait_until(process_now() + 400ms);
      if (!conversation.send(response_text())) return;
    }
  };
  const ScriptedServer server(slow);
  Plan plan = closed_plan(server.url(), 40);
  plan.arrival = Arrival::constant;
  plan.rate = 400;
  plan.connections = 2;
  plan.max_connections = 60;
  plan.queue = 5;

  const Tally tally = run_one(plan);
  CHECK(tally.completed == 40);
  CHECK(tally.connects >= 30);  // a slow machine may need fewer
  CHECK(tally.connects <= 35);  // five of the forty wait for the first two
  CHECK(tally.queued.count() >= 30);
}

TEST_CASE("cut ends the load with its time, and accounts for what was in in_flight and what waited") {
  const auto never = [](Conversation& conversation) { conversation.wait_for_client(); };
  const ScriptedServer server(never);
  const Arrival arrival = GENERATE(Arrival::closed, Arrival::constant);
  Plan plan = closed_plan(server.url(), 0);
  plan.requests.reset();
  plan.arrival = arrival;
  plan.rate = 100;
  plan.connections = 3;
  plan.duration = 200ms;
  plan.timeout = 60s;
  plan.drain = Drain::cut;

  const base::MonotonicTime before = process_now();
  const Tally tally = run_one(plan);
  CHECK(process_now() - before < 10s);
  CHECK(tally.in_flight == 3);
  CHECK(tally.sent == 3);
  CHECK(tally.cut_short.count() == tally.scheduled);
  CHECK(base::Duration(tally.cut_short.max()) >=
        190ms);  // connections of a closed loop are opened one by one
  CHECK(tally.scheduled == (arrival == Arrival::closed ? 3 : 20));
}

TEST_CASE("connections of a closed loop pause between requests") {
  const ScriptedServer server(always(response_text()));
  Plan plan = closed_plan(server.url(), 12);
  plan.connections = 3;
  plan.think_min = 50ms;
  plan.think_max = 60ms;

  const Measurement measurement = run(plan, {}, {});
  CHECK(measurement.targets[0].completed == 12);
  CHECK(measurement.targets[0].connects == 3);
  CHECK(measurement.elapsed >= 150ms);  // three pauses of a connection
  CHECK(base::Duration(measurement.targets[0].latency.percentile(50)) <
        50ms);  // which is not part of the latency
}

TEST_CASE("a stop rule ends the sending and is recorded; responses in flight are waited for") {
  const ScriptedServer server(always(response_text(500)));
  Plan plan = closed_plan(server.url(), 0);
  plan.requests.reset();
  plan.duration = 1h;
  plan.arrival = GENERATE(Arrival::closed, Arrival::constant);
  plan.rate = 1000;
  const StopRule rule = [](const Snapshot& snapshot) -> std::optional<std::string> {
    if (snapshot.requests == 0 || snapshot.errors < snapshot.requests) return std::nullopt;
    return "all failed";
  };
  const Measurement measurement = run(plan, {}, {}, rule);
  CHECK(measurement.end == EndReason::stop_rule);
  CHECK(measurement.end_text == "all failed");
  CHECK(measurement.targets[0].in_flight == 0);
  CHECK(measurement.targets[0].completed > 0);
  check_accounts(measurement.targets[0]);
}

// The connection whose response exceeded the budget begins one more request before the worker notices.
TEST_CASE("the error budget is hard: the sending ends with the error that exceeds it") {
  const ScriptedServer server(always(response_text(500)));
  Plan plan = closed_plan(server.url(), 0);
  plan.requests.reset();
  plan.duration = 1h;
  plan.error_budget = 10;
  const Measurement measurement = run(plan, {}, {});
  CHECK(measurement.end == EndReason::error_budget);
  CHECK(errors_of(measurement.targets[0], ErrorClass::status) == 12);
  CHECK(measurement.targets[0].sent == 12);
}

TEST_CASE("connections of a closed loop are opened one after the other") {
  base::MonotonicTime first{};
  base::MonotonicTime last{};
  std::mutex mutex;
  const auto hold = [&](Conversation& conversation) {
    const base::MonotonicTime opened = process_now();
    {
      const std::lock_guard lock(mutex);
      last = std::max(last, opened);
      if (first == base::MonotonicTime{}) first = opened;
    }
    conversation.read_request();
    conversation.wait_until(opened + 200ms);
    conversation.send(response_text());
  };
  const ScriptedServer server(hold);
  Plan plan = closed_plan(server.url(), 100);
  plan.connections = 100;
  plan.keep_alive = KeepAlive::off;
  CHECK(run_one(plan).completed == 100);
  CHECK(last - first >= 4ms);  // 99 gaps of 50 µs, less what the server was late
}

TEST_CASE("the workers say how they fared") {
  const ScriptedServer server(always(response_text()));
  Plan plan = closed_plan(server.url(), 500);
  plan.precision = GENERATE(Precision::normal, Precision::high);
  plan.arrival = Arrival::constant;
  plan.rate = 2000;
  const Measurement measurement = run(plan, {}, {});
  REQUIRE(measurement.workers.size() == 1);
  CHECK(measurement.workers[0].cpu_share >= 0);
  CHECK(measurement.workers[0].cpu_share < 1.05);
  CHECK(measurement.workers[0].involuntary_switches >= 0);
  CHECK(measurement.targets[0].lateness.count() == 500);
}

}  // namespace
}  // namespace iter8::load::testing
