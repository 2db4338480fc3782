#pragma once

#include "experiment/model.h"
#include "experiment/result/result.h"

namespace iter8::experiment {

/// Whether the run came to its end: nothing failed, nobody stopped it.
bool is_finished(const Result& result);

/// What of an earlier run of the same file stands: without the executions that must be repeated, which are
/// the interrupted ones, the failed ones (but for continueOnError), and all of finally when the run was
/// stopped or failed. Throws base::UsageError when the result is of another file.
Result resumable(Result earlier, const Experiment& experiment);

}  // namespace iter8::experiment
