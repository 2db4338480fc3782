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
  std::vector<std::string> reports;
  std::vector<std::string> conditions;  // empty = completed, nofailure, slos
};

CLI::App* add_command(CLI::App& program, CiOptions& options);

/// Runs the experiment, prints the report, checks the conditions, and returns the exit code. In a step of a
/// GitHub workflow that was given the action's inputs, these count where the command line says nothing, and
/// the step's outputs, summary and annotations are written.
int run(const CiOptions& options, Process& process);

}  // namespace iter8::entrypoint
