#pragma once

#include <string>
#include <vector>

#include "entrypoint/process.h"
#include "entrypoint/result_options.h"

namespace CLI {
class App;
}

namespace iter8::entrypoint {

/// Options of `iter8 assert`.
struct AssertOptions {
  std::vector<std::string> conditions;
  std::string timeout = "0s";
  ResultOptions result;
};

CLI::App* add_command(CLI::App& program, AssertOptions& options);

/// Prints one line per condition and returns the exit code. With a timeout, reads the result repeatedly until
/// all conditions hold or its run has ended.
int run(const AssertOptions& options, Process& process);

}  // namespace iter8::entrypoint
