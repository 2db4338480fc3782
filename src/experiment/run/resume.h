#pragma once

#include "experiment/model.h"
#include "experiment/result/result.h"

namespace iter8::experiment {

/// Whether the run is complete: nothing failed and nothing stopped it.
bool is_finished(const Result& result);

/// The part of an earlier run of the same file that need not be repeated. Left out are the executions that
/// were interrupted or failed (unless the step has continueOnError) and, if the run was stopped or failed,
/// all of finally. Throws base::UsageError if the file has changed since.
Result result_to_resume(Result earlier, const Experiment& experiment);

}  // namespace iter8::experiment
