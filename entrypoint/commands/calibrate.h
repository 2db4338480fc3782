#pragma once

#include "entrypoint/experiment_options.h"
#include "entrypoint/log_options.h"

namespace iter8::entrypoint {

/// Options of `iter8 calibrate`.
struct CalibrateOptions {
  ExperimentOptions experiment;
  LogOptions log;
  int runs = 20;
  bool json = false;
};

CLI::App* add_command(CLI::App& program, CalibrateOptions& options);

/// Runs the file's load again and again with every version replaced by the baseline, and prints how often the
/// two would have been called different. Judges, notifies and promotes nothing, and writes no file. Returns
/// the exit code.
int run(const CalibrateOptions& options, Process& process);

}  // namespace iter8::entrypoint
