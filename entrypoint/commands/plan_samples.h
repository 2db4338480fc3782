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
  std::string stall;            // the longest stall to reckon with; empty = none
  double pauses = 0;            // of a version's own, a second; 0 = latencies are not planned for
  std::string pause = "50ms";   // their average length
  double qps = 200;             // to each version
  std::string latency = "5ms";  // its median outside of pauses
  std::string change = "10%";   // of the service time that is to be found
};

CLI::App* add_command(CLI::App& program, PlanSamplesOptions& options);

/// Prints how many requests an objective needs before it can be decided, and how many seconds of load where
/// versions stall.
int run(const PlanSamplesOptions& options, Process& process);

}  // namespace iter8::entrypoint
