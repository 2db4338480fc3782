#pragma once

#include "experiment/task.h"

namespace iter8::experiment {

/// Appends one execution and its outcome to the result. Observations that contradict themselves (not finite,
/// a negative count, more than the total) are left out, with a warning in the execution. Throws base::Error,
/// before it changes anything, for an observation that does not fit the experiment: a malformed name, an
/// unknown version, a different unit or kind than before.
void record(Execution execution, Outcome outcome, Result& result);

}  // namespace iter8::experiment
