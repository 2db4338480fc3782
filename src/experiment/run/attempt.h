#pragma once

#include "experiment/model.h"
#include "experiment/run/runner.h"

namespace iter8::experiment {

/// One execution of one step and what its task returned, before the runner records it.
struct Attempt {
  Execution execution;
  Outcome outcome;
};

/// How far the run is when a step is executed, and what stops it.
struct RunPosition {
  int iteration = 0;  // from 1; 0 in setup and finally
  int iterations = 1;
  std::stop_token stop;
};

/// Evaluates the step's condition and runs its task, up to `retries` more times after a failure. Never throws
/// for what a task does: failure, timeout and interruption are values of the execution's status.
Attempt execute_step(Step& step, const Experiment& experiment, const Result& so_far,
                     const RunPosition& position, const RunContext& run_context);

/// What the step's task reads before the first task runs; see Task::read_first(). Never throws: what a task
/// throws is logged.
std::optional<FirstReading> read_first(Step& step, const Experiment& experiment, const Result& so_far,
                                       const RunPosition& position, const RunContext& run_context);

}  // namespace iter8::experiment
