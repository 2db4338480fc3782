#include "experiment/run/resume.h"

#include <fmt/format.h>

#include "base/error.h"
#include "experiment/step.h"

namespace iter8::experiment {

bool is_finished(const Result& result) {
  return result.end && !result.failure && result.interrupted.empty() && result.completed();
}

Result result_to_resume(Result earlier, const Experiment& experiment) {
  if (earlier.digest != experiment.digest)
    throw base::UsageError(fmt::format(
        "cannot resume: {} has changed since the result was written (from {} to {}); run without --resume",
        experiment.file.string(), earlier.digest, experiment.digest));

  const bool repeats_finally = earlier.failure || !earlier.interrupted.empty();
  std::erase_if(earlier.executions, [&](const Execution& execution) {
    if (repeats_finally && execution.section == Section::finally) return true;
    if (execution.status == ExecutionStatus::failed) return !is_tolerated(experiment, execution);
    return execution.status == ExecutionStatus::interrupted;
  });

  earlier.failure = false;
  earlier.interrupted.clear();
  earlier.running.reset();
  earlier.end.reset();
  return earlier;
}

}  // namespace iter8::experiment
