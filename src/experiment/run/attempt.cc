#include "experiment/run/attempt.h"

#include <algorithm>
#include <chrono>
#include <exception>
#include <utility>

#include <fmt/format.h>

#include "base/duration.h"
#include "base/error.h"
#include "base/stop_timer.h"
#include "experiment/run/condition.h"

namespace iter8::experiment {

namespace {

enum class Admission { admitted, skipped, broken };

/// Whether the step is to run now; `message` says why not.
Admission admit(const Step& step, const Experiment& experiment, const Result& so_far,
                const RunPosition& position, std::string& message) {
  if (step.role == Role::concludes && step.section != Section::setup && experiment.is_shard() &&
      !so_far.merged) {
    message = "left to the run of the merged result";
    return Admission::skipped;
  }
  if (!step.condition) return Admission::admitted;
  try {
    if (step.condition->holds(ResultScope(so_far, position.iteration))) return Admission::admitted;
    message = "condition is false: " + step.condition->text();
    return Admission::skipped;
  } catch (const base::Error& error) {
    message = fmt::format("if: {}: {}", step.condition->text(), error.what());
    return Admission::broken;
  }
}

/// Calls the task once. Whatever it throws, std::bad_alloc included, fails the task and not the program, so
/// that finally still runs.
void run_once(Step& step, const Context& context, Attempt& attempt) {
  Execution& execution = attempt.execution;
  attempt.outcome = {};
  try {
    attempt.outcome = step.task->run(context);
    const std::optional<std::string>& failure = attempt.outcome.failure;
    execution.status = failure ? ExecutionStatus::failed : ExecutionStatus::completed;
    execution.message = failure.value_or(attempt.outcome.message);
  } catch (const std::exception& error) {
    execution.status = ExecutionStatus::failed;
    execution.message = error.what();
  }
}

const FirstReading* find_first_reading(const Result& result, const Step& step, int iteration) {
  const auto found = std::ranges::find_if(result.first_readings, [&](const FirstReading& reading) {
    return reading.section == step.section && reading.index == step.index && reading.iteration == iteration;
  });
  return found == result.first_readings.end() ? nullptr : &*found;
}

Context context_of(const Step& step, const Experiment& experiment, const Result& so_far,
                   const RunPosition& position, const RunContext& run_context, std::stop_token stop) {
  return {.versions = experiment.versions,
          .result = so_far,
          .section = step.section,
          .iteration = std::max(position.iteration, 1),
          .iterations = position.iterations,
          .stop = std::move(stop),
          .clock = run_context.clock,
          .log = run_context.log,
          .progress = run_context.progress,
          .environment = run_context.environment,
          .secrets = run_context.secrets,
          .directory = experiment.directory,
          .result_file = run_context.result_file};
}

void run_with_timeout(Step& step, const Experiment& experiment, const Result& so_far,
                      const RunPosition& position, const RunContext& run_context, Attempt& attempt) {
  const base::StopTimer timer(run_context.clock, position.stop, step.timeout);
  Context context = context_of(step, experiment, so_far, position, run_context, timer.token());
  context.first_reading = find_first_reading(so_far, step, position.iteration);
  run_once(step, context, attempt);

  Execution& execution = attempt.execution;
  if (position.stop.stop_requested()) {
    execution.status = ExecutionStatus::interrupted;
  } else if (timer.expired()) {
    execution.status = ExecutionStatus::failed;
    execution.message = "timed out after " + base::to_text(*step.timeout);
  }
}

void run_with_retries(Step& step, const Experiment& experiment, const Result& so_far,
                      const RunPosition& position, const RunContext& run_context, Attempt& attempt) {
  const int attempts = step.retries + 1;
  for (int number = 1; number <= attempts; ++number) {
    run_with_timeout(step, experiment, so_far, position, run_context, attempt);
    if (attempt.execution.status != ExecutionStatus::failed || attempts == 1) return;
    run_context.log.warning(fmt::format("{}: attempt {} of {} failed: {}", step.title(), number, attempts,
                                        attempt.execution.message));
  }
}

}  // namespace

Attempt execute_step(Step& step, const Experiment& experiment, const Result& so_far,
                     const RunPosition& position, const RunContext& run_context) {
  Attempt attempt{.execution = {.section = step.section,
                                .index = step.index,
                                .iteration = position.iteration,
                                .task = step.kind,
                                .name = step.name,
                                .line = step.position.line,
                                .start = std::chrono::floor<std::chrono::seconds>(run_context.clock.wall()),
                                .message = {},
                                .verdict = {},
                                .warnings = {}},
                  .outcome = {}};
  const base::MonotonicTime start = run_context.clock.now();
  switch (admit(step, experiment, so_far, position, attempt.execution.message)) {
    case Admission::skipped:
      attempt.execution.status = ExecutionStatus::skipped;
      break;
    case Admission::broken:
      attempt.execution.status = ExecutionStatus::failed;
      break;
    case Admission::admitted:
      attempt.execution.shards = step.task->shards();
      run_with_retries(step, experiment, so_far, position, run_context, attempt);
      break;
  }
  attempt.execution.seconds = base::to_seconds(run_context.clock.now() - start);
  return attempt;
}

std::optional<FirstReading> read_first(Step& step, const Experiment& experiment, const Result& so_far,
                                       const RunPosition& position, const RunContext& run_context) {
  if (find_first_reading(so_far, step, position.iteration) != nullptr) return std::nullopt;
  const base::StopTimer timer(run_context.clock, position.stop, step.timeout);
  const base::WallTime time = std::chrono::floor<std::chrono::milliseconds>(run_context.clock.wall());
  try {
    auto text =
        step.task->read_first(context_of(step, experiment, so_far, position, run_context, timer.token()));
    if (!text) return std::nullopt;
    return FirstReading{.section = step.section,
                        .index = step.index,
                        .iteration = position.iteration,
                        .time = time,
                        .text = std::move(*text)};
  } catch (const std::exception& error) {
    run_context.log.warning(fmt::format("{}: first reading: {}", step.title(), error.what()));
    return std::nullopt;
  }
}

}  // namespace iter8::experiment
