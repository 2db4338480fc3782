#include <fmt/format.h>

#include "tests/unit/load/cases.h"

// Streams of events through the engine, from a real server with known times.

namespace iter8::load::testing {
namespace {

using namespace std::chrono_literals;

constexpr std::string_view kHead = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n";

std::string event_chunk(std::string_view data) {
  return fmt::format("{:x}\r\ndata: {}\n\n\r\n", data.size() + 8, data);
}

/// Sends the head after 20 ms, the first event after 60 ms, and then one every 30 ms; the end with the last.
ScriptedServer::Script streams_of(int events) {
  return [events](Conversation& talk) {
    while (talk.read_request()) {
      base::MonotonicTime next = std::chrono::steady_clock::now() + 20ms;
      talk.wait_until(next);
      if (!talk.send(kHead)) return;
      next += 40ms;
      for (int i = 1; i <= events; ++i, next += 30ms) {
        talk.wait_until(next);
        const bool is_last = i == events;
        if (!talk.send(event_chunk(is_last ? "last" : "word") + (is_last ? "0\r\n\r\n" : ""))) return;
      }
    }
  };
}

Plan stream_plan(const ScriptedServer& server, std::int64_t requests, const ResponseStream& stream = {}) {
  Plan plan = closed_plan(server.url(), requests);
  plan.targets[0].stream = stream;
  return plan;
}

base::Duration percentile_of(const stats::Histogram& histogram, double p) {
  return base::Duration(histogram.percentile(p));
}

TEST_CASE("first byte, first event, gaps and rate of streams") {
  const ScriptedServer server(streams_of(5));
  Plan plan = stream_plan(server, 8);
  plan.connections = 4;
  const Tally tally = run_one(plan);
  CHECK(tally.completed == 8);
  CHECK(tally.error_count() == 0);
  CHECK(tally.first_byte.count() == 8);
  CHECK(base::Duration(tally.first_byte.min()) >= 20ms);
  CHECK(percentile_of(tally.first_byte, 25) < 50ms);
  const PartTally& parts = tally.parts;
  CHECK(parts.count == 40);
  CHECK(parts.first_content.count() == 8);
  CHECK(base::Duration(parts.first_content.min()) >= 60ms);
  CHECK(percentile_of(parts.first_content, 25) < 90ms);
  CHECK(parts.gaps.count() == 32);
  CHECK(percentile_of(parts.gaps, 50) > 25ms);
  CHECK(percentile_of(parts.gaps, 50) < 40ms);
  CHECK(parts.counts.min() == 5 * PartTally::kOne);
  CHECK(parts.counts.max() == 5 * PartTally::kOne);
  CHECK(parts.rates.count() == 8);
  CHECK(base::Duration(tally.latency.min()) >= 180ms);
  CHECK(percentile_of(tally.transfer, 50) > 120ms);
}

TEST_CASE("a response in one read has a first byte, and no transfer") {
  const ScriptedServer server(always(response_text()));
  const Tally tally = run_one(closed_plan(server.url(), 50));
  CHECK(tally.first_byte.count() == 50);
  CHECK(tally.first_byte.max() == tally.latency.max());
  CHECK(tally.transfer.count() == 50);
  CHECK(tally.transfer.max() == stats::kShortestDuration);
  CHECK(tally.parts.count == 0);
}

TEST_CASE("time for the first event, and from one to the next") {
  const ScriptedServer server([](Conversation& talk) {
    while (talk.read_request()) {
      talk.send(kHead);
      if (talk.number() == 1) talk.send(event_chunk("word"));
      talk.wait_for_client();
      return;
    }
  });
  Plan plan = stream_plan(server, 2, {.first_timeout = 150ms, .event_timeout = 50ms});
  const Tally tally = run_one(plan);
  CHECK(errors_of(tally, ErrorClass::event_timeout) == 1);
  CHECK(errors_of(tally, ErrorClass::first_event_timeout) == 1);
  CHECK(tally.first_error == "no event within stream.eventTimeout after 1 events");
  CHECK(tally.latency.count() == 0);
  REQUIRE(tally.parts.gaps.count() == 1);
  CHECK(base::Duration(tally.parts.gaps.min()) >= 50ms);
  CHECK(tally.parts.first_content.count() == 2);
  CHECK(base::Duration(tally.parts.first_content.max()) >= 150ms);
  CHECK(tally.first_byte.count() == 2);
}

TEST_CASE("events that keep coming keep a stream alive, up to the timeout of the request") {
  const ScriptedServer server([](Conversation& talk) {
    if (!talk.read_request()) return;
    bool is_open = talk.send(kHead);
    for (auto next = std::chrono::steady_clock::now(); is_open; next += 10ms) {
      talk.wait_until(next);
      is_open = talk.send(event_chunk("word"));
    }
  });
  Plan plan = stream_plan(server, 1, {.first_timeout = 5s, .event_timeout = 2s});
  plan.timeout = 300ms;
  const Tally tally = run_one(plan);
  CHECK(errors_of(tally, ErrorClass::timeout) == 1);
  CHECK(tally.parts.count >= 5);
  CHECK(tally.parts.first_content.count() == 1);
  CHECK(base::Duration(tally.parts.first_content.max()) < 300ms);
  CHECK(tally.parts.counts.count() == 0);
}

TEST_CASE("complete responses without an event are counted") {
  const ScriptedServer server(always(response_text()));
  const Tally tally = run_one(stream_plan(server, 3));
  CHECK(tally.completed == 3);
  CHECK(tally.parts.without == 3);
  CHECK(tally.parts.first_content.count() == 0);
}

}  // namespace
}  // namespace iter8::load::testing
