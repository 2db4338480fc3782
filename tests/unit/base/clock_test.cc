#include "base/clock.h"

#include <catch2/catch.hpp>

#include "base/stop_timer.h"

using namespace iter8::base;
using namespace std::chrono_literals;

TEST_CASE("a wall time is written in UTC with whole seconds") {
  CHECK(to_rfc3339(WallTime{}) == "1970-01-01T00:00:00Z");
  CHECK(to_rfc3339(WallTime{1767225599s + 999ms}) == "2025-12-31T23:59:59Z");
  CHECK(to_rfc3339_milliseconds(WallTime{1767225599s + 7999us}) == "2025-12-31T23:59:59.007Z");
}

TEST_CASE("an RFC 3339 time is read with fraction and offset") {
  CHECK(parse_rfc3339("2026-01-01T00:00:00Z") == WallTime{1767225600s});
  CHECK(parse_rfc3339("2026-01-01T02:30:00.25+02:30") == WallTime{1767225600s + 250ms});
  CHECK(parse_rfc3339("2025-12-31T19:00:00-05:00") == WallTime{1767225600s});
  CHECK(parse_rfc3339("2026-01-01T00:00:00.1234567891Z") == WallTime{1767225600s + 123456789ns});
}

TEST_CASE("what is not an RFC 3339 time is refused") {
  for (const char* text : {"", "2026", "2026-01-01", "2026-13-01T00:00:00Z", "2026-02-30T00:00:00Z",
                           "2026-01-01T24:00:00Z", "2026-01-01T00:00:00", "2026-01-01T00:00:00.Z",
                           "2026-01-01T00:00:00+25:00", "2026-01-01T00:00:00Zx", "9999-01-01T00:00:00Z"})
    CHECK_FALSE(parse_rfc3339(text).has_value());
}

TEST_CASE("waiting ends at the deadline, and at once when a stop was requested") {
  SystemClock clock;
  CHECK(clock.wait_until(clock.now() + 1ms, {}));

  std::stop_source source;
  source.request_stop();
  CHECK_FALSE(clock.wait_until(clock.now() + 1h, source.get_token()));
}

TEST_CASE("a stop timer fires when its time is up, and says so") {
  SystemClock clock;
  const StopTimer timer(clock, {}, 1ms);
  clock.wait_until(clock.now() + 1min, timer.token());
  CHECK(timer.token().stop_requested());
  CHECK(timer.expired());
}

TEST_CASE("a stop timer passes its parent's stop on, and has then not expired") {
  SystemClock clock;
  std::stop_source parent;
  const StopTimer timer(clock, parent.get_token(), 1h);
  CHECK_FALSE(timer.token().stop_requested());

  parent.request_stop();
  CHECK(timer.token().stop_requested());
  CHECK_FALSE(timer.expired());
}
