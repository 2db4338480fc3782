#include "load/self_check.h"

#include <catch2/catch.hpp>

using namespace iter8;
using namespace iter8::load;

namespace {

/// 100 requests at 100/s, with these latencies and this lateness of the last two.
Tally tally_of(std::int64_t latency, std::int64_t late) {
  Tally tally;
  tally.scheduled = 100;
  for (int i = 0; i < 100; ++i) {
    tally.latency.record(latency);
    tally.lateness.record(i < 98 ? 10'000 : late);
  }
  return tally;
}

std::vector<std::string> doubts_about(const Tally& tally) {
  return doubts(tally, 100, EndReason::done, {});
}

}  // namespace

TEST_CASE("a service that answers at once does not make every measurement degraded") {
  CHECK(doubts_about(tally_of(200'000, 900'000)).empty());
  CHECK(doubts_about(tally_of(200'000, 1'100'000)).size() == 1);
  CHECK(doubts_about(tally_of(50'000'000, 12'000'000)).empty());
  CHECK(doubts_about(tally_of(50'000'000, 13'000'000)).size() == 1);
}

TEST_CASE("a generator that did not run makes a measurement degraded, unless it was for a moment") {
  using namespace std::chrono_literals;
  const auto doubts_of = [](base::Duration lost, std::int64_t unsent) {
    Tally tally = tally_of(50'000'000, 0);
    tally.unsent = unsent;
    const std::vector<WorkerHealth> workers = {{.lost = 0ms, .elapsed = 10s}, {.lost = lost, .elapsed = 10s}};
    return doubts(tally, 100, EndReason::done, workers);
  };
  CHECK(doubts_of(100ms, 0).empty());
  CHECK(doubts_of(240ms, 0).empty());
  CHECK(doubts_of(300ms, 0) ==
        std::vector<std::string>{
            "the generator did not run for 3 % of the time (suspended, or short of CPU time)"});
  CHECK(doubts_of(300ms, 30) ==
        std::vector<std::string>{"the generator did not run for 3 % of the time (suspended, or short of CPU "
                                 "time): 30 requests were not sent"});
}

TEST_CASE("a target that gives no connection does not make a measurement degraded") {
  Tally refused;
  refused.scheduled = 100;
  refused.errors[static_cast<std::size_t>(ErrorClass::connect)] = 100;
  CHECK(doubts_about(refused).empty());
  Tally slow;
  slow.scheduled = 100;
  slow.final_lag = std::chrono::seconds(1);
  for (int i = 0; i < 90; ++i) slow.lateness.record(0);
  CHECK(doubts_about(slow).size() == 1);
}
