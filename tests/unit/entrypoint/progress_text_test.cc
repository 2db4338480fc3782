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

TEST_CASE("a finished task shows its status, time and message") {
  experiment::Execution execution{
      .status = experiment::ExecutionStatus::failed, .seconds = 12.54, .message = "no"};
  CHECK(finished_line(label(), execution) == "task 2/4 http: failed in 12.5 s: no");
  execution = {.status = experiment::ExecutionStatus::skipped, .message = "condition is false: SLOs()"};
  CHECK(finished_line(label(), execution) == "task 2/4 http: skipped: condition is false: SLOs()");
}
