#include "tasks/load/pace_options.h"

#include <catch2/catch.hpp>

#include "base/error.h"

namespace iter8::tasks {
namespace {

using namespace std::chrono_literals;

TEST_CASE("a trace is a time a line, in seconds or with a unit") {
  CHECK(parse_trace("0\n0.5\n500ms\n2s\n") == std::vector<base::Duration>{0ns, 500ms, 500ms, 2s});
  CHECK(parse_trace("time,path\n# a comment\n\n0.25, /a\r\n1,/b") == std::vector<base::Duration>{250ms, 1s});
}

TEST_CASE("what is not a trace is refused with its line") {
  CHECK_THROWS_WITH(parse_trace("1\n0.5\n"), "line 2: 0.5 is before the line above");
  CHECK_THROWS_WITH(parse_trace("1\nx\n"), "line 2: expected a time, found 'x'");
  CHECK_THROWS_WITH(parse_trace("# nothing\n"), "the trace holds no time");
  CHECK_THROWS_WITH(parse_trace("0\n-1\n"), "line 2: expected a time, found '-1'");
  CHECK_THROWS_AS(parse_trace("0\n1e300\n"), base::Error);
}

TEST_CASE("with maxConnections nothing waits unless a queue is given") {
  load::Plan plan;
  apply_pace({}, {}, plan);
  CHECK_FALSE(plan.queue.has_value());
  CHECK(plan.think_max == 0ns);

  apply_pace({.max_connections = 10, .think_time = 2s}, {}, plan);
  CHECK(plan.queue == 0);
  CHECK(plan.max_connections == 10);
  CHECK(plan.think_min == 2s);
  CHECK(plan.think_max == 2s);

  apply_pace({.max_connections = 10, .queue = 7, .think_time = 2s, .think_time_max = 3s}, {}, plan);
  CHECK(plan.queue == 7);
  CHECK(plan.think_max == 3s);
}

}  // namespace
}  // namespace iter8::tasks
