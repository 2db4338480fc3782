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

/// The outside world as the runner sees it.
struct RunContext {
  base::Clock& clock;
  const base::Logger& log;
  Progress& progress;
  const base::Environment& environment;
  base::Secrets& secrets;
  std::stop_token stop;                      // SIGINT, SIGTERM
  std::function<std::string()> stop_reason;  // "SIGINT" or "SIGTERM", once stop was requested
  std::filesystem::path result_file;
  std::function<void(const Result&)> save;  // called after every task; throws base::Error when it cannot
  std::string iter8_version;
};

/// Walks setup, tasks (once or in a loop) and finally, one task at a time, and records every outcome. A task
/// that fails stops the run unless continueOnError; finally always runs, also after a stop. With `earlier`,
/// the executions it holds are not repeated. Throws base::Error only when the result cannot be saved.
Result run_experiment(Experiment& experiment, const RunContext& run_context,
                      std::optional<Result> earlier = std::nullopt);

}  // namespace iter8::experiment
