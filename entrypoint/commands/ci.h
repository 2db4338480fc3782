#pragma once

#include <string>
#include <vector>

#include "entrypoint/experiment_options.h"
#include "entrypoint/log_options.h"

namespace iter8::entrypoint {

/// Options of `iter8 ci`.
struct CiOptions {
  ExperimentOptions experiment;
  LogOptions log;
  bool untrusted = false;  // the file is to be treated like one from a fork
  bool trusted = false;    // the file is the pipeline's own, whatever the event
  std::string result;      // empty = as for run
  std::string wait;        // see hold_result()
  std::vector<std::string> reports;
  std::vector<std::string> merge;  // results of shards, files or patterns; empty = run from the beginning
  std::vector<std::string> conditions;  // empty = usual_conditions()
};

CLI::App* add_command(CLI::App& program, CiOptions& options);

/// Runs the experiment (or, with `merge`, what the shards left undone), prints the report, checks the
/// conditions, and returns the exit code. Inputs that the CI system passes in variables apply unless the
/// command line sets them. The outputs go where that system looks for them, even if the file is refused and
/// nothing runs.
int run(const CiOptions& options, Process& process);

}  // namespace iter8::entrypoint
