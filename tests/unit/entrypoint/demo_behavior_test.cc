#include <cmath>

#include <catch2/catch.hpp>

#include "base/duration.h"
#include "base/error.h"
#include "entrypoint/demo/behavior.h"

using namespace std::chrono_literals;
using iter8::demo::Behavior;
using iter8::demo::parse_behavior;

TEST_CASE("a behaviour is read from its text, and only the name is required") {
  const Behavior behavior = parse_behavior("name=stable, latency=12ms,jitter=3ms,errors=0.01,conversion=0.5");

  CHECK(behavior.name == "stable");
  CHECK(behavior.latency == 12ms);
  CHECK(behavior.jitter == 3ms);
  CHECK(behavior.errors == 0.01);
  CHECK(behavior.conversion == 0.5);
  CHECK(parse_behavior("name=a").latency == 10ms);
}

TEST_CASE("a wrong behaviour is refused with the part that is wrong") {
  const auto [text, message] = GENERATE(table<std::string, std::string>({
      {"latency=1ms", "--version: expected a name, as in name=stable,latency=10ms"},
      {"name=a,latncy=1ms",
       "--version: unknown key 'latncy', expected one of name, latency, jitter, errors, conversion, tokens, "
       "gap; did you "
       "mean "
       "'latency'?"},
      {"name=a,latency=soon",
       "--version: latency: found 'soon', expected a duration from 0 to 1h, such as 10ms"},
      {"name=a,errors=2", "--version: errors: found '2', expected a share from 0 to 1"},
      {"name=a b", "--version: name: found 'a b', expected letters, digits, '-', '_' and '.'"},
  }));

  CHECK_THROWS_WITH(parse_behavior(text), message);
}

TEST_CASE("there are one to three standard behaviours") {
  CHECK(iter8::demo::standard_behaviors(2).back().name == "candidate");
  CHECK_THROWS_AS(iter8::demo::standard_behaviors(4), iter8::base::UsageError);
}

TEST_CASE("a share is kept closely in every run of cases") {
  const double share = GENERATE(0.0, 0.001, 0.05, 0.5, 1.0);
  iter8::demo::Share errors(share);

  int hits = 0;
  for (int i = 1; i <= 10000; ++i) {
    hits += errors.next() ? 1 : 0;
    REQUIRE(std::abs(hits - share * i) < 3);
  }
}

TEST_CASE("latencies have the mean and the standard deviation they were asked for") {
  iter8::demo::Latencies latencies({.name = "a", .latency = 10ms, .jitter = 4ms}, 7);

  constexpr int kCount = 200'000;
  double sum = 0;
  double squares = 0;
  for (int i = 0; i < kCount; ++i) {
    const double value = iter8::base::to_milliseconds(latencies.next());
    sum += value;
    squares += value * value;
  }

  // Five standard errors of the mean, and a generous bound for the heavier-tailed deviation.
  const double mean = sum / kCount;
  CHECK(mean == Approx(10).margin(0.045));
  CHECK(std::sqrt(squares / kCount - mean * mean) == Approx(4).margin(0.1));
}

TEST_CASE("the same seed gives the same latencies, and no jitter gives a constant") {
  const Behavior behavior = {.name = "a", .latency = 10ms, .jitter = 4ms};
  iter8::demo::Latencies first(behavior, 3);
  iter8::demo::Latencies second(behavior, 3);
  iter8::demo::Latencies constant({.name = "a", .latency = 10ms}, 3);

  CHECK(first.next() == second.next());
  CHECK(first.next() == second.next());
  CHECK(constant.next() == 10ms);
}
