#pragma once

#include <functional>
#include <optional>
#include <stop_token>
#include <string>

#include "base/clock.h"
#include "base/environment.h"
#include "base/log.h"
#include "base/secrets.h"
#include "experiment/model.h"
#include "experiment/progress.h"
#include "experiment/result/result.h"
#include "experiment/run/crash.h"

namespace iter8::experiment {

/// What a run needs from outside: the clock, the log, the environment, where the result goes, and what stops
/// it. References must outlive the run.
struct RunContext {
  base::Clock& clock;
  const base::Logger& log;
  Progress& progress;
  const base::Environment& environment;
  base::Secrets& secrets;
  std::stop_token stop;                      // fires on SIGINT, SIGTERM and the like
  std::function<std::string()> stop_reason;  // "SIGINT" or another after that
  std::filesystem::path result_file;
  /// Called before every step, with what was recorded until then, and at the end; throws base::Error if it
  /// fails.
  std::function<void(const Result&)> save;
  std::string iter8_version;
  std::string run_id = {};  // of a run that begins now
};

/// Runs setup, tasks (once or in a loop) and finally, one task at a time, and records every outcome. A task
/// that fails ends the run unless its step has continueOnError; finally always runs, even after a signal. The
/// executions in `earlier` are not repeated. Throws base::Error only if the result cannot be saved.
Result run_experiment(Experiment& experiment, const RunContext& run_context,
                      std::optional<Result> earlier = std::nullopt);

/// Does what a process that ended in the middle of a run left to do: records that it did, and runs the steps
/// of finally that it had not begun. `found` is the result on disk; nothing if there is none that can be
/// read. Throws base::Error if the result cannot be saved in the end, or is that of another file.
Result finish_crashed_run(Experiment& experiment, const RunContext& run_context, const Crash& crash,
                          std::optional<Result> found);

}  // namespace iter8::experiment
