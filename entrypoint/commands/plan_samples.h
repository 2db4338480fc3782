#pragma once

#include <string>

#include "entrypoint/process.h"

namespace CLI {
class App;
}

namespace iter8::entrypoint {

/// Options of `iter8 plan-samples`.
struct PlanSamplesOptions {
  std::string metric = "error-rate";  // or any other share, or a percentile such as latency-p99
  std::string limit;
  double confidence = 0.95;
  std::string rate;  // expected share; empty = no bad requests
  double power = 0.8;
};

CLI::App* add_command(CLI::App& program, PlanSamplesOptions& options);

/// Prints how many requests an objective needs before it can be decided.
int run(const PlanSamplesOptions& options, Process& process);

}  // namespace iter8::entrypoint
