#pragma once

#include "experiment/model.h"
#include "experiment/run/runner.h"

namespace iter8::experiment {

/// One execution of one step and what it came to, before it is recorded.
struct Attempt {
  Execution execution;
  Outcome outcome;
};

/// Where the run is when a step is executed.
struct Moment {
  int iteration = 0;  // from 1; 0 in setup and finally
  int iterations = 1;
  std::stop_token stop;
};

/// Evaluates the step's condition and runs its task, again after a failure as often as the step allows. Never
/// throws for what a task does: a failure, a time-out and a stop are values of the execution's status.
Attempt execute(Step& step, const Experiment& experiment, const Result& so_far, const Moment& moment,
                const RunContext& run_context);

}  // namespace iter8::experiment
