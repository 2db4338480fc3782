#include <atomic>
#include <string>

#include <catch2/catch.hpp>

#include "tests/unit/load/cases.h"

namespace iter8::load::testing {
namespace {

using std::chrono::milliseconds;

TEST_CASE("the concurrency of a closed loop changes with time") {
  std::atomic<int> now{0};
  std::atomic<int> most_early{0};
  std::atomic<int> most{0};
  const base::MonotonicTime begin = std::chrono::steady_clock::now();
  ScriptedServer server([&](Conversation& conversation) {
    while (conversation.read_request()) {
      const int count = ++now;
      const bool is_early = std::chrono::steady_clock::now() - begin < milliseconds(150);
      if (is_early && count > most_early) most_early = count;
      if (count > most) most = count;
      conversation.wait_until(std::chrono::steady_clock::now() + milliseconds(10));
      --now;
      if (!conversation.send("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n")) return;
    }
  });
  Plan plan = closed_plan(server.url(), 60);
  plan.connections = 8;
  plan.concurrency = {{.at = {}, .limit = 1}, {.at = milliseconds(250), .limit = 4}};
  const Tally tally = run_one(plan);
  CHECK(tally.completed == 60);
  CHECK(most_early <= 1);
  CHECK(most <= 4);
  CHECK(most >= 2);
}

TEST_CASE("the first requests may be left out of what is measured") {
  ScriptedServer server([](Conversation& conversation) {
    while (conversation.read_request())
      if (!conversation.send("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n")) return;
  });
  Plan plan = closed_plan(server.url(), 10);
  plan.skip_first = 3;
  const Measurement measurement = run(plan, {}, {});
  check_accounts(measurement.targets.at(0));
  CHECK(measurement.targets.at(0).sent == 7);
  CHECK(measurement.targets.at(0).scheduled == 7);
  CHECK(measurement.warmup.at(0).sent == 3);
  CHECK(measurement.warmup.at(0).completed == 3);
}

}  // namespace
}  // namespace iter8::load::testing
