// The result on disk when the process of a run has died, as the next one reads it: cut off, changed, or of
// somebody else. Whatever it says, the run ends as a failure, and each step of finally begins once at most:
// not again if the result or the supervisor knows that it has begun. The first byte is what the supervisor
// knows.
#include <algorithm>
#include <array>
#include <cstdint>
#include <cstdlib>
#include <memory>
#include <optional>

#include "base/error.h"
#include "experiment/result/result_document.h"
#include "experiment/run/condition.h"
#include "experiment/run/runner.h"

namespace {

using namespace iter8;
using namespace iter8::experiment;

constexpr std::size_t kSteps = 3;  // of finally

class StillClock final : public base::Clock {
 public:
  base::MonotonicTime now() const override { return base::MonotonicTime(std::chrono::hours(1)); }
  base::WallTime wall() const override { return base::WallTime(std::chrono::seconds(1767225600)); }
  bool wait_until(base::MonotonicTime, const std::stop_token&) override { return true; }
};

class Silence final : public Progress {
 public:
  void task_started(const TaskLabel&) override {}
  void load(const LiveLoad&) override {}
  void task_finished(const TaskLabel&, const Execution&) override {}
};

class CountingTask final : public Task {
 public:
  explicit CountingTask(int& count) : count_(count) {}
  Outcome run(const Context&) override {
    ++count_;
    return {};
  }
  std::vector<std::string> plan(const std::vector<Version>&) const override { return {}; }

 private:
  int& count_;
};

config::Expression condition(std::string_view text) {
  config::Problems problems("fuzz");
  auto parsed = config::Expression::parse(text, {1, 1}, condition_vocabulary(), problems);
  if (!parsed) abort();
  return std::move(*parsed);
}

/// setup, two tasks, and three steps of finally: one that always runs, one that a failure makes run, and one
/// for which it depends on what the result says was measured.
Experiment experiment_of(std::array<int, kSteps>& runs, int& others) {
  Experiment experiment{.name = "crash", .file = "experiment.yaml", .digest = "sha256:0"};
  experiment.versions = {{.name = "stable", .values = {}}, {.name = "candidate", .values = {}}};
  const auto step = [](Section section, std::size_t index, int& count) {
    Step made{.section = section, .index = index, .kind = "fake"};
    made.task = std::make_unique<CountingTask>(count);
    return made;
  };
  experiment.setup.push_back(step(Section::setup, 0, others));
  for (std::size_t i = 0; i < 2; ++i) experiment.tasks.push_back(step(Section::tasks, i, others));
  for (std::size_t i = 0; i < kSteps; ++i) experiment.finally.push_back(step(Section::finally, i, runs[i]));
  experiment.finally[1].condition = condition("not NoFailure()");
  experiment.finally[2].condition = condition("Metric('a/b', 'stable') > 1");
  return experiment;
}

std::optional<Result> result_of(std::string_view text) {
  try {
    return parse_result(text);
  } catch (const base::Error&) {
    return std::nullopt;
  }
}

/// Whether the result knows that a step of finally has begun.
bool has_begun(const std::optional<Result>& result, std::size_t index) {
  if (!result) return false;
  const auto is_it = [index](const auto& step) {
    return step.section == Section::finally && step.index == index && step.iteration == 0;
  };
  return (result->running && is_it(*result->running)) ||
         std::any_of(result->executions.begin(), result->executions.end(), is_it);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  const std::optional<Result> found = result_of({reinterpret_cast<const char*>(data) + 1, size - 1});
  const Crash crash{.reason = "SIGKILL", .finally_begun = data[0] % (kSteps + 1)};

  std::array<int, kSteps> runs{};
  int others = 0;
  Experiment experiment = experiment_of(runs, others);
  StillClock clock;
  Silence silence;
  base::Secrets secrets;
  const base::Environment environment;
  const base::Logger log(base::LogLevel::error, secrets, [](base::LogLevel, std::string_view) {});
  const RunContext context{.clock = clock,
                           .log = log,
                           .progress = silence,
                           .environment = environment,
                           .secrets = secrets,
                           .stop = {},
                           .stop_reason = [] { return std::string("SIGINT"); },
                           .result_file = "result.yaml",
                           .save = [](const Result& result) { to_document(result); },
                           .iter8_version = "1.2.3"};
  try {
    const Result result = finish_crashed_run(experiment, context, crash, found);
    if (!result.failure || result.interrupted != crash.reason || result.running || !result.end) abort();
    for (std::size_t i = 0; i < kSteps; ++i) {
      const int expected = i < crash.finally_begun || has_begun(found, i) ? 0 : 1;
      if (runs[i] > expected || (i < 2 && runs[i] != expected)) abort();
    }
  } catch (const base::Error&) {
    if (found->digest == experiment.digest || runs != std::array<int, kSteps>{}) abort();  // of another file
  }
  if (others != 0) abort();
  return 0;
}
