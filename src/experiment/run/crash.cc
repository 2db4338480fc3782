#include "experiment/run/crash.h"

#include <algorithm>

#include <fmt/format.h>

#include "base/duration.h"
#include "base/error.h"
#include "experiment/step.h"

namespace iter8::experiment {

namespace {

bool is_recorded(const Result& result, const RunningStep& step) {
  return std::any_of(result.executions.begin(), result.executions.end(), [&step](const Execution& execution) {
    return execution.section == step.section && execution.index == step.index &&
           execution.iteration == step.iteration;
  });
}

void record_crashed(const RunningStep& running, const Experiment& experiment, const Crash& crash,
                    base::WallTime now, Result& result) {
  const std::vector<Step>& steps = steps_of(experiment, running.section);
  if (running.index >= steps.size() || is_recorded(result, running)) return;
  const Step& step = steps[running.index];
  result.executions.push_back(
      {.section = running.section,
       .index = running.index,
       .iteration = running.iteration,
       .task = step.kind,
       .name = step.name,
       .line = step.position.line,
       .status = ExecutionStatus::failed,
       .start = running.start,
       .seconds = std::max(0.0, base::to_seconds(now - running.start)),
       .message = fmt::format("the process of iter8 ended ({}) during this task", crash.reason),
       .verdict = {},
       .warnings = {}});
}

}  // namespace

Result result_after_crash(Result found, const Experiment& experiment, const Crash& crash,
                          base::WallTime now) {
  if (found.digest != experiment.digest)
    throw base::Error(fmt::format("finally is not run: {} has changed during the run (from {} to {})",
                                  experiment.file.string(), found.digest, experiment.digest));
  found.failure = true;
  found.interrupted = crash.reason;
  if (found.running) record_crashed(*found.running, experiment, crash, now, found);
  found.running.reset();
  for (std::size_t index = 0; index < crash.finally_begun; ++index)
    record_crashed({.section = Section::finally, .index = index, .iteration = 0, .start = now}, experiment,
                   crash, now, found);
  return found;
}

}  // namespace iter8::experiment
