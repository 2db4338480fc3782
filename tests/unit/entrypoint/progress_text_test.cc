#include "entrypoint/progress_text.h"

#include <catch2/catch.hpp>

using namespace iter8;
using namespace iter8::entrypoint;
using namespace std::chrono_literals;

namespace {

experiment::TaskLabel label(int iteration = 0, int iterations = 1) {
  return {.section = experiment::Section::tasks,
          .number = 2,
          .total = 4,
          .iteration = iteration,
          .iterations = iterations,
          .title = "http"};
}

}  // namespace

TEST_CASE("the title counts tasks, and iterations when there are several") {
  CHECK(title_of(label()) == "task 2/4 http");
  CHECK(title_of(label(1, 1)) == "task 2/4 http");
  CHECK(title_of(label(3, 10)) == "task 2/4 http [3/10]");
}

TEST_CASE("a running task shows its time, and the numbers of its load when there are any") {
  CHECK(running_line(label(), 12s, std::nullopt) == "task 2/4 http  00:12");
  CHECK(running_line(label(), 3605s, std::nullopt) == "task 2/4 http  1:00:05");

  const experiment::LiveLoad load{
      .requests = 2'400, .errors = 1, .target_rate = 200.0, .achieved_rate = 200.06, .latency_p95 = 12300us};
  CHECK(running_line(label(), 12s, load) ==
        "task 2/4 http  00:12  2,400 requests  200.1/s  p95 12.3 ms  1 error");
}

TEST_CASE("a running load shows how long it goes on, and that it warms up") {
  experiment::LiveLoad load{.requests = 100, .achieved_rate = 100, .remaining = 48s};
  CHECK(running_line(label(), 12s, load) ==
        "task 2/4 http  00:12, 00:48 left  100 requests  100.0/s  0 errors");
  load.remaining.reset();
  load.is_warmup = true;
  CHECK(running_line(label(), 1s, load) == "task 2/4 http  00:01, warm-up  100 requests  100.0/s  0 errors");
}

TEST_CASE("a load of several versions has a line for each") {
  experiment::LiveLoad load{.versions = {{.name = "stable",
                                          .requests = 1200,
                                          .achieved_rate = 100.04,
                                          .latency_p50 = 9800us,
                                          .latency_p99 = 31000us},
                                         {.name = "candidate\x1b", .requests = 1, .errors = 1}}};
  CHECK(version_lines(load) ==
        std::vector<std::string>{
            "  stable           1,200 requests    100.0/s  p50   9.8 ms  p99  31.0 ms  0 errors",
            "  candidate\\x1b        1 requests      0.0/s  p50        -  p99        -  1 error"});
  load.versions.resize(1);
  CHECK(version_lines(load).empty());
}

TEST_CASE("of many versions those with errors are shown, and the others are counted") {
  experiment::LiveLoad load;
  for (int i = 0; i < 20; ++i) load.versions.push_back({.name = "v" + std::to_string(i)});
  load.versions[17].errors = 3;
  const std::vector<std::string> lines = version_lines(load);
  REQUIRE(lines.size() == 11);
  CHECK(lines.front().starts_with("  v17"));
  CHECK(lines.back() == "  and 10 more versions");
}

TEST_CASE("a finished task shows its status, time and message") {
  experiment::Execution execution{
      .status = experiment::ExecutionStatus::failed, .seconds = 12.54, .message = "no"};
  CHECK(finished_line(label(), execution) == "task 2/4 http: failed in 12.5 s: no");
  execution = {.status = experiment::ExecutionStatus::skipped, .message = "condition is false: SLOs()"};
  CHECK(finished_line(label(), execution) == "task 2/4 http: skipped: condition is false: SLOs()");
}
