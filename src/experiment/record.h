#pragma once

#include <functional>

#include "experiment/task.h"

namespace iter8::experiment {

/// Appends one execution and what it came to. Observations that are no finite number are left out, with a
/// warning in the execution. Throws base::Error, before anything is changed, for an observation that does not
/// fit the experiment: no metric name, no such version, another kind than before.
void record(Execution execution, Outcome outcome, Result& result);

/// Counts again how many tasks are completed (setup, latest iteration, finally) from the executions recorded.
/// `is_tolerated` says whether a failed execution counts, because its step continues on error.
int count_completed(const Result& result, int iteration,
                    const std::function<bool(const Execution&)>& is_tolerated);

}  // namespace iter8::experiment
