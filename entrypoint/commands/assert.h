#pragma once

#include <string>
#include <vector>

#include "entrypoint/process.h"

namespace CLI {
class App;
}

namespace iter8::entrypoint {

/// Options of `iter8 assert`.
struct AssertOptions {
  std::vector<std::string> conditions;
  std::string timeout = "0s";
  std::string result = "result.yaml";
  std::string directory = ".";
};

CLI::App* add_command(CLI::App& program, AssertOptions& options);

/// Prints a line a condition and returns the exit code. With a timeout the result is read again and again
/// until all conditions hold or the run it is of has ended.
int run(const AssertOptions& options, Process& process);

}  // namespace iter8::entrypoint
