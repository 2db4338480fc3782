#pragma once

#include <string>
#include <vector>

#include "entrypoint/experiment_options.h"
#include "entrypoint/log_options.h"

namespace iter8::entrypoint {

/// Options of `iter8 run`.
struct RunOptions {
  ExperimentOptions experiment;
  LogOptions log;
  std::string result;  // empty = result.yaml
  std::vector<std::string> reports;
  std::string wait;  // see hold_result()
  bool dry_run = false;
  bool resume = false;
  bool gate = false;     // whatever the file's spelling
  bool no_gate = false;  // whatever the file's spelling
};

CLI::App* add_command(CLI::App& program, RunOptions& options);

/// Runs the experiment and returns the exit code.
int run(const RunOptions& options, Process& process);

}  // namespace iter8::entrypoint
