#include "load/engine.h"

#include <filesystem>
#include <mutex>
#include <set>

#include <fmt/format.h>
#include <unistd.h>

#include "base/error.h"
#include "load/request/request.h"
#include "tests/unit/load/cases.h"

namespace iter8::load::testing {
namespace {

using namespace std::chrono_literals;

base::MonotonicTime now() {
  return std::chrono::steady_clock::now();
}

TEST_CASE("a closed loop sends exactly the requested number over one connection") {
  const ScriptedServer server(always(response_text()));
  const Tally tally = run_one(closed_plan(server.url(), 100));
  CHECK(tally.scheduled == 100);
  CHECK(tally.completed == 100);
  CHECK(tally.statuses == std::vector<std::pair<int, std::int64_t>>{{200, 100}});
  CHECK(tally.error_count() == 0);
  CHECK(tally.connects == 1);
  CHECK(tally.bytes_received == 100 * static_cast<std::int64_t>(response_text().size()));
  CHECK(tally.lateness.count() == 0);
  CHECK(server.requests() == 100);
  CHECK(server.connections() == 1);
}

TEST_CASE("requests are shared exactly among targets, workers and connections") {
  const Arrival arrival = GENERATE(Arrival::closed, Arrival::constant, Arrival::poisson);
  const ScriptedServer first(always(response_text()));
  const ScriptedServer second(always(response_text(503)));
  Plan plan = closed_plan(first.url(), 101);
  plan.targets.push_back(target_at(second.url()));
  plan.arrival = arrival;
  plan.rate = 5000;
  plan.connections = 4;
  plan.workers = 3;

  const Measurement measurement = run(plan, {}, {});
  CHECK(measurement.workers.size() == 3);
  CHECK(measurement.requested_rate == (arrival == Arrival::closed ? 0 : 5000));
  for (const Tally& tally : measurement.targets) {
    check_accounts(tally);
    CHECK(tally.sent == 101);
    CHECK(tally.completed == 101);
    CHECK(tally.connects <= 4);
  }
  CHECK(first.requests() == 101);
  CHECK(second.requests() == 101);
  CHECK(errors_of(measurement.targets[0], ErrorClass::status) == 0);
  CHECK(errors_of(measurement.targets[1], ErrorClass::status) == 101);
  CHECK(measurement.targets[1].first_error.empty());
}

TEST_CASE("shards send exactly the requested number together") {
  const ScriptedServer server(always(response_text()));
  Plan plan = closed_plan(server.url(), 100);
  plan.arrival = GENERATE(Arrival::closed, Arrival::constant, Arrival::poisson);
  plan.rate = 10'000;
  plan.connections = 2;
  plan.workers = 2;
  std::int64_t completed = 0;
  for (int shard = 0; shard < 3; ++shard) {
    plan.shard = {.index = shard, .count = 3};
    const std::int64_t part = run_one(plan).completed;
    CHECK(part == (shard == 0 ? 34 : 33));
    completed += part;
  }
  CHECK(completed == 100);
}

TEST_CASE("stages and traces end the load by themselves") {
  const ScriptedServer server(always(response_text()));
  Plan plan = closed_plan(server.url(), 0);
  plan.requests.reset();
  plan.arrival = Arrival::constant;
  plan.rate = 0;
  plan.stages = {{.duration = 100ms, .rate = 1000}, {.duration = 50ms, .rate = 1000}};
  plan.connections = 8;
  CHECK(run_one(plan).completed == 100);

  plan.stages.clear();
  plan.trace = {0ms, 1ms, 1ms, 50ms};
  const Measurement measurement = run(plan, {}, {});
  CHECK(measurement.targets[0].completed == 4);
  CHECK(measurement.elapsed >= 50ms);
}

TEST_CASE("an open loop keeps its rate and says how late it sent") {
  const ScriptedServer server(always(response_text()));
  Plan plan = closed_plan(server.url(), 100);
  plan.arrival = Arrival::constant;
  plan.rate = 500;
  plan.connections = 8;

  const Measurement measurement = run(plan, {}, {});
  CHECK(measurement.targets[0].completed == 100);
  CHECK(measurement.targets[0].lateness.count() == 100);
  CHECK(measurement.elapsed >= 198ms);  // the last one is due after 99 gaps of 2 ms
  CHECK(measurement.end == EndReason::done);
}

TEST_CASE("the duration ends the sending and the responses in flight are waited for") {
  const auto respond_late = [](Conversation& conversation) {
    while (conversation.read_request()) {
      conversation.wait_until(now() + 100ms);
      if (!conversation.send(response_text())) return;
    }
  };
  const ScriptedServer server(respond_late);
  const Arrival arrival = GENERATE(Arrival::closed, Arrival::constant);
  Plan plan = closed_plan(server.url(), 0);
  plan.requests.reset();
  plan.duration = 150ms;
  plan.arrival = arrival;
  plan.rate = 20;
  plan.connections = 3;

  const Measurement measurement = run(plan, {}, {});
  check_accounts(measurement.targets[0]);
  CHECK(measurement.targets[0].in_flight == 0);
  CHECK(measurement.targets[0].completed == (arrival == Arrival::closed ? 6 : 3));
  CHECK(measurement.elapsed >= 190ms);
}

// The server holds all responses for half a second once. A quarter of the requests fall due in that time, so
// the 99th percentile must show nearly all of it, although the server itself was slow for a few requests
// only.
TEST_CASE("a stall of the server shows in the latency of every request that was due in it") {
  std::once_flag started;
  base::MonotonicTime stall_from;
  const auto stall_once = [&](Conversation& conversation) {
    while (conversation.read_request()) {
      std::call_once(started, [&] { stall_from = now() + 500ms; });
      const auto elapsed = now() - stall_from;
      if (elapsed >= 0ms && elapsed < 500ms) conversation.wait_until(stall_from + 500ms);
      if (!conversation.send(response_text())) return;
    }
  };
  const ScriptedServer server(stall_once);
  Plan plan = closed_plan(server.url(), 200);
  plan.arrival = Arrival::constant;
  plan.rate = 100;
  plan.connections = 4;

  const Tally tally = run_one(plan);
  CHECK(tally.completed == 200);
  CHECK(base::Duration(tally.latency.percentile(99)) > 430ms);
  CHECK(base::Duration(tally.latency.percentile(80)) > 50ms);
  CHECK(base::Duration(tally.latency.percentile(50)) < 100ms);
  CHECK(base::Duration(tally.service.percentile(95)) < 430ms);
  // Nearly all of the wait was for a connection; the generator itself was in time.
  CHECK(base::Duration(tally.queued.percentile(99)) > 380ms);
  CHECK(tally.queued.count() < 100);
  CHECK(base::Duration(tally.lateness.percentile(90)) < 100ms);
}

TEST_CASE("slices show a stall where its requests fell due, by the wall clock of the caller") {
  std::once_flag started;
  base::MonotonicTime stall_from;
  const auto stall_once = [&](Conversation& conversation) {
    while (conversation.read_request()) {
      std::call_once(started, [&] { stall_from = now() + 400ms; });
      const auto elapsed = now() - stall_from;
      if (elapsed >= 0ms && elapsed < 300ms) conversation.wait_until(stall_from + 300ms);
      if (!conversation.send(response_text())) return;
    }
  };
  const ScriptedServer server(stall_once);
  Plan plan = closed_plan(server.url(), 200);
  plan.arrival = Arrival::constant;
  plan.rate = 200;
  plan.connections = 4;
  plan.workers = 2;
  plan.targets[0].limits = {100ms};
  plan.wall_time = base::WallTime{1'767'225'600s + 33ms};
  const base::MonotonicTime called = now();

  const Tally tally = run_one(plan);
  REQUIRE(tally.slices.width() == 50ms);
  const auto number_at = [&](base::MonotonicTime time) {
    return (plan.wall_time + (time - called)).time_since_epoch() / 50ms;
  };
  CHECK(tally.slices.first() >= number_at(called));
  CHECK(tally.slices.end() <= number_at(called) + 30);
  const auto slice_at = [&](base::MonotonicTime time) {
    return tally.slices.slices().at(static_cast<std::size_t>(number_at(time) - tally.slices.first()));
  };
  // Ten requests fall due in a slice, and each waits until the end of the stall.
  const stats::LoadSlice early = slice_at(stall_from + 75ms);
  CHECK(early.ok.count == 10);
  CHECK(early.ok.above == std::vector<std::int64_t>{10});
  CHECK(early.ok.sum / 10 == Approx(225).margin(60));
  CHECK(slice_at(stall_from + 175ms).ok.sum / 10 == Approx(125).margin(60));
  CHECK(slice_at(stall_from - 125ms).ok.above == std::vector<std::int64_t>{0});
}

TEST_CASE("a request that finds no free connection waits for one and times out from when it was due") {
  const auto never = [](Conversation& conversation) { conversation.wait_for_client(); };
  const ScriptedServer server(never);
  Plan plan = closed_plan(server.url(), 40);
  plan.arrival = Arrival::constant;
  plan.rate = 400;
  plan.connections = 2;
  plan.timeout = 200ms;

  const Tally tally = run_one(plan);
  CHECK(tally.sent == 40);
  CHECK(errors_of(tally, ErrorClass::timeout) == 40);
  CHECK(base::Duration(tally.latency.min()) >= 200ms);
}

TEST_CASE("the warm-up is counted apart") {
  const ScriptedServer server(always(response_text()));
  const Arrival arrival = GENERATE(Arrival::closed, Arrival::constant);
  Plan plan = closed_plan(server.url(), 20);
  plan.arrival = arrival;
  plan.rate = 1000;
  plan.warmup = 50ms;

  const Measurement measurement = run(plan, {}, {});
  check_accounts(measurement.targets[0]);
  check_accounts(measurement.warmup.at(0));
  CHECK(measurement.targets[0].completed == 20);
  CHECK(measurement.targets[0].connects == 0);
  CHECK(measurement.warmup[0].completed > 0);
  CHECK(server.requests() == 20 + measurement.warmup[0].completed);
}

TEST_CASE("a stop ends the load at once and counts what was in in_flight") {
  std::stop_source stop;
  const auto stop_the_client = [&](Conversation& conversation) {
    conversation.read_request();
    stop.request_stop();
    conversation.wait_for_client();
  };
  const ScriptedServer server(stop_the_client);
  Plan plan = closed_plan(server.url(), 0);
  plan.requests.reset();
  plan.duration = 1h;
  plan.timeout = 1h;

  const base::MonotonicTime before = now();
  const Measurement measurement = run(plan, {}, stop.get_token());
  CHECK(now() - before < 5s);
  CHECK(measurement.end == EndReason::stopped);
  CHECK(measurement.targets[0].sent == 1);
  CHECK(measurement.targets[0].in_flight == 1);
  check_accounts(measurement.targets[0]);
}

TEST_CASE("a stop that was requested before is heeded") {
  std::stop_source stop;
  stop.request_stop();
  const ScriptedServer server(always(response_text()));
  const Measurement measurement = run(closed_plan(server.url(), 1'000'000'000), {}, stop.get_token());
  CHECK(measurement.end == EndReason::stopped);
  check_accounts(measurement.targets[0]);
}

TEST_CASE("whoever watches sees the load grow") {
  const ScriptedServer server(always(response_text()));
  Plan plan = closed_plan(server.url(), 0);
  plan.requests.reset();
  plan.duration = 1h;
  std::stop_source stop;
  std::vector<Snapshot> seen;
  const auto watch = [&](const Snapshot& snapshot) {
    seen.push_back(snapshot);
    if (seen.size() >= 2 && snapshot.requests > seen.front().requests) stop.request_stop();
  };

  const Measurement measurement = run(plan, watch, stop.get_token());
  REQUIRE(seen.size() >= 2);
  CHECK(seen.back().elapsed > seen.front().elapsed);
  CHECK(seen.back().achieved_rate > 0);
  CHECK(seen.back().latency.percentile(95) > 0);
  CHECK(seen.back().started >= seen.back().requests);
  CHECK(seen.back().requests <= measurement.targets[0].sent);
}

TEST_CASE("an error of the watcher ends the load and comes through") {
  const ScriptedServer server(always(response_text()));
  Plan plan = closed_plan(server.url(), 0);
  plan.requests.reset();
  plan.duration = 1h;
  const auto watch = [](const Snapshot&) { throw base::Error("enough"); };
  CHECK_THROWS_WITH(run(plan, watch, {}), "enough");
}

TEST_CASE("without keep-alive every request has a connection of its own") {
  const ScriptedServer server(always(response_text()));
  Plan plan = closed_plan(server.url(), 10);
  plan.keep_alive = KeepAlive::off;
  const Tally tally = run_one(plan);
  CHECK(tally.completed == 10);
  CHECK(tally.connects == 10);
  CHECK(server.connections() == 10);
}

TEST_CASE("a server that closes idle connections causes no errors") {
  const auto close_after_response = [](Conversation& conversation) {
    conversation.read_request();
    conversation.send(response_text());
  };
  const ScriptedServer server(close_after_response);
  Plan plan = closed_plan(server.url(), 10);
  plan.arrival = Arrival::constant;
  plan.rate = 20;
  plan.connections = 1;
  const Tally tally = run_one(plan);
  CHECK(tally.completed == 10);
  CHECK(tally.connects == 10);
}

TEST_CASE("IPv6 and unix sockets are reached") {
  const std::string path =
      (std::filesystem::temp_directory_path() / fmt::format("iter8-{}.sock", getpid())).string();
  const ScriptedServer six(always(response_text()), {.family = ScriptedServer::Family::ipv6});
  CHECK(run_one(closed_plan(six.url(), 3)).completed == 3);
  {
    const ScriptedServer local(always(response_text()),
                               {.family = ScriptedServer::Family::unix_socket, .socket_path = path});
    CHECK(run_one(closed_plan(local.url(), 3)).completed == 3);
  }
  std::filesystem::remove(path);
}

TEST_CASE("a name with several addresses is reached at the one that responds") {
  const ScriptedServer server(always(response_text()));
  Plan plan = closed_plan(server.url(), 3);
  plan.targets[0].url.host = "localhost";  // usually ::1 first, where nobody listens
  CHECK(run_one(plan).completed == 3);
}

TEST_CASE("the request arrives as it was planned, body included") {
  std::mutex mutex;
  std::set<std::string> seen;
  const auto remember = [&](Conversation& conversation) {
    while (const auto request = conversation.read_request()) {
      const std::lock_guard lock(mutex);
      seen.insert(*request);
      conversation.send(response_text());
    }
  };
  const ScriptedServer server(remember);
  Plan plan = closed_plan(server.url("/orders"), 5);
  plan.targets[0].method = "PUT";
  plan.targets[0].body = std::string(5'000'000, 'b');  // more than a socket's buffer takes at once
  CHECK(run_one(plan).completed == 5);
  CHECK(seen == std::set{request_text(plan.targets[0], plan.keep_alive)});
}

TEST_CASE("a plan that cannot be carried out is an error") {
  const Plan good = closed_plan({.host = "127.0.0.1", .target = "/"}, 1);
  const auto problem = [&](const std::function<void(Plan&)>& spoil) {
    Plan plan = good;
    spoil(plan);
    CHECK_THROWS_AS(run(plan, {}, {}), base::Error);
  };
  problem([](Plan& plan) { plan.targets.clear(); });
  problem([](Plan& plan) { plan.connections = 0; });
  problem([](Plan& plan) { plan.requests.reset(); });
  problem([](Plan& plan) { plan.timeout = 0ns; });
  problem([](Plan& plan) { plan.arrival = Arrival::constant, plan.rate = 0; });
  problem([](Plan& plan) { plan.targets[0].method = "bad method"; });
  problem([](Plan& plan) { plan.shard = {.index = 2, .count = 2}; });
  problem([](Plan& plan) { plan.arrival = Arrival::constant, plan.trace = {2s, 1s}; });
  problem([](Plan& plan) { plan.arrival = Arrival::poisson, plan.trace = {1s, 2s}; });
  problem([](Plan& plan) { plan.arrival = Arrival::constant, plan.rate = 0, plan.stages = {{1s, 0}}; });
  problem([](Plan& plan) { plan.arrival = Arrival::constant, plan.stages = {{1s, -1}}; });
}

}  // namespace
}  // namespace iter8::load::testing
