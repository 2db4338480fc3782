#include "tasks/load/stop_rule.h"

#include <catch2/catch.hpp>

namespace iter8::tasks {
namespace {

using namespace std::chrono_literals;

/// 200 requests of 10 msec, 120 of them errors, of 400 that were due.
load::Snapshot half_failed() {
  load::Snapshot snapshot{.elapsed = 4s, .requests = 200, .errors = 120, .started = 300, .due = 400};
  for (int i = 0; i < 200; ++i) snapshot.latency.record(10'000'000);
  snapshot.lateness.record(2'000'000);
  return snapshot;
}

std::optional<std::string> reason(const std::string& text, const load::Snapshot& snapshot = half_failed()) {
  std::string problem;
  const auto rule = StopRule::parse(text, problem);
  INFO(problem);
  REQUIRE(rule.has_value());
  return rule->reason(snapshot);
}

TEST_CASE("a stop rule compares live numbers and says what they were") {
  CHECK(reason("error-rate > 0.5") == "error-rate > 0.5 (it was 0.6)");
  CHECK(reason("error-rate > 50%") == "error-rate > 50% (it was 0.6)");
  CHECK_FALSE(reason("error-rate > 0.6").has_value());
  CHECK(reason("error-rate >= 0.6").has_value());
  CHECK(reason("error-count>119").has_value());
  CHECK(reason("request-count <= 200").has_value());
  CHECK(reason("latency-p99 > 9ms").has_value());
  CHECK_FALSE(reason("latency-p99 > 11").has_value());  // a bare number is msec
  CHECK(reason("latency-mean < 0.011s").has_value());
  CHECK(reason("latency-max > 9").has_value());
  CHECK(reason("lateness-p50 > 1ms").has_value());
  CHECK(reason("achieved-ratio < 0.9") == "achieved-ratio < 0.9 (it was 0.75)");
  CHECK(reason("elapsed > 3s").has_value());
}

TEST_CASE("and binds closer than or") {
  CHECK(reason("error-rate > 0.9 or error-rate > 0.5 and request-count > 100") ==
        "error-rate > 0.5 (it was 0.6) and request-count > 100 (it was 200)");
  CHECK_FALSE(reason("error-rate > 0.5 and request-count > 1000").has_value());
}

TEST_CASE("a number that is not there yet stops nothing") {
  const load::Snapshot nothing;
  CHECK_FALSE(reason("error-rate < 2", nothing).has_value());
  CHECK_FALSE(reason("latency-p50 < 1h", nothing).has_value());
  CHECK_FALSE(reason("lateness-p50 < 1h", nothing).has_value());
  CHECK_FALSE(reason("achieved-ratio < 1", nothing).has_value());
}

TEST_CASE("what is not a rule is refused with what was found") {
  const auto problem_of = [](const std::string& text) {
    std::string problem;
    CHECK_FALSE(StopRule::parse(text, problem).has_value());
    return problem;
  };
  CHECK(problem_of("error-rate") == "expected a comparison such as 'error-rate > 0.5', found 'error-rate'");
  CHECK_THAT(problem_of("eror-rate > 1"), Catch::StartsWith("no number 'eror-rate'; expected error-rate,"));
  CHECK_THAT(problem_of("latency-p101 > 1"), Catch::StartsWith("no number 'latency-p101'"));
  CHECK(problem_of("error-rate > 2s") == "'2s' cannot be compared with error-rate");
  CHECK(problem_of("latency-p99 > 5%") == "'5%' cannot be compared with latency-p99");
  CHECK_THAT(problem_of("error-rate > 0.5 and "), Catch::Contains("cannot be compared"));
  CHECK_THAT(problem_of(std::string(2000, 'x')), Catch::Contains("too long"));
}

}  // namespace
}  // namespace iter8::tasks
