#pragma once

#include "experiment/task.h"

namespace iter8::experiment {

/// Appends one execution and what it came to. Observations that are no finite number are left out, with a
/// warning in the execution. Throws base::Error, before anything is changed, for an observation that does not
/// fit the experiment: no metric name, no such version, another kind than before.
void record(Execution execution, Outcome outcome, Result& result);

}  // namespace iter8::experiment
