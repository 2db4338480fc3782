#include "entrypoint/running_progress.h"

#include <catch2/catch.hpp>

using namespace iter8;
using namespace iter8::entrypoint;

namespace {

/// A progress that reports to a list of log entries.
class Watched {
 public:
  explicit Watched(ProgressStyle style) : progress_(style, console_, log_, clock_) {}

  void run_task(experiment::ExecutionStatus status, std::vector<experiment::Warning> warnings = {}) {
    const experiment::TaskLabel label{.number = 1, .total = 1, .title = "http"};
    progress_.task_started(label);
    progress_.load({.requests = 10});
    progress_.task_finished(
        label, {.status = status, .seconds = 1, .message = "ten requests", .warnings = warnings});
  }

  std::vector<std::string> entries;

 private:
  base::Secrets secrets_;
  base::SystemClock clock_;
  Console console_{-1, {}};
  base::Logger log_{base::LogLevel::info, secrets_, [this](base::LogLevel level, std::string_view text) {
                      const std::string word = level == base::LogLevel::error     ? "E "
                                               : level == base::LogLevel::warning ? "W "
                                                                                  : "";
                      entries.push_back(word + std::string(text));
                    }};
  RunningProgress progress_;
};

using Entries = std::vector<std::string>;

}  // namespace

TEST_CASE("plain progress has an entry for the start and one for the end of a task") {
  Watched watched(ProgressStyle::plain_lines);
  watched.run_task(experiment::ExecutionStatus::completed);
  CHECK(watched.entries ==
        Entries{"task 1/1 http: started", "task 1/1 http: completed in 1.0 s: ten requests"});
}

TEST_CASE("a failed task is an error of the log, its warnings are warnings") {
  Watched watched(ProgressStyle::silent);
  watched.run_task(experiment::ExecutionStatus::failed,
                   {{.code = "odd", .message = "one version is missing"}});
  CHECK(watched.entries ==
        Entries{"E task 1/1 http: failed in 1.0 s: ten requests", "W task 1/1 http: one version is missing"});
}

TEST_CASE("with a live line only the end of a task is an entry") {
  Watched watched(ProgressStyle::live_line);
  watched.run_task(experiment::ExecutionStatus::completed);
  CHECK(watched.entries == Entries{"task 1/1 http: completed in 1.0 s: ten requests"});
}
