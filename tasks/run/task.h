#pragma once

#include <string>
#include <vector>

#include "experiment/catalog.h"

namespace iter8::tasks::run {

/// `run: SCRIPT`: a shell script with the experiment's data in its environment. It runs in the experiment's
/// directory as `/bin/bash -c SCRIPT`, with the program's own environment and
///   ITER8_RESULT     path of result.yaml as it is so far
///   ITER8_VERSIONS   the versions with their values, as JSON
///   ITER8_ITERATION  number of the iteration, from 1
///   TEMP_DIR         a directory for temporary files
/// Its output is shown while it runs (LiveOutput); where the log shows errors only, when it has failed. Any
/// exit code but 0 fails the task.
class RunTask final : public experiment::Task {
 public:
  explicit RunTask(std::string script) : script_(std::move(script)) {}

  experiment::Outcome run(const experiment::Context& context) override;
  std::vector<std::string> plan(const std::vector<experiment::Version>& versions) const override;

 private:
  std::string script_;
};

experiment::TaskKind run_kind();

}  // namespace iter8::tasks::run
