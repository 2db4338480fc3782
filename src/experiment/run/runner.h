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

namespace iter8::experiment {

/// What a run needs from outside: the clock, the log, the environment, where the result goes, and what stops
/// it. References must outlive the run.
struct RunContext {
  base::Clock& clock;
  const base::Logger& log;
  Progress& progress;
  const base::Environment& environment;
  base::Secrets& secrets;
  std::stop_token stop;                      // fires on SIGINT and SIGTERM
  std::function<std::string()> stop_reason;  // "SIGINT" or "SIGTERM" after that
  std::filesystem::path result_file;
  std::function<void(const Result&)> save;  // called after every task; throws base::Error if it fails
  std::string iter8_version;
};

/// Runs setup, tasks (once or in a loop) and finally, one task at a time, and records every outcome. A task
/// that fails ends the run unless its step has continueOnError; finally always runs, even after a signal. The
/// executions in `earlier` are not repeated. Throws base::Error only if the result cannot be saved.
Result run_experiment(Experiment& experiment, const RunContext& run_context,
                      std::optional<Result> earlier = std::nullopt);

}  // namespace iter8::experiment
