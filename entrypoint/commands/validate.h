#pragma once

#include "entrypoint/experiment_options.h"

namespace iter8::entrypoint {

/// Options of `iter8 validate`.
struct ValidateOptions {
  ExperimentOptions experiment;
  std::string format = "text";  // or json
};

CLI::App* add_command(CLI::App& program, ValidateOptions& options);

/// Checks the file without running anything, and prints what it holds or what is wrong with it.
int run(const ValidateOptions& options, Process& process);

}  // namespace iter8::entrypoint
