#pragma once

#include <string>

#include "entrypoint/process.h"
#include "entrypoint/result_options.h"

namespace CLI {
class App;
}

namespace iter8::entrypoint {

/// Options of `iter8 report`.
struct ReportOptions {
  std::string format = "text";
  ResultOptions result;
  bool all = false;
  bool is_older = false;  // `iter8 gen`: text in the order and words of older Iter8
};

CLI::App* add_command(CLI::App& program, ReportOptions& options);

/// Adds `iter8 gen`, which has the same options.
CLI::App* add_older_command(CLI::App& program, ReportOptions& options);

/// Prints the report of a result.
int run(const ReportOptions& options, Process& process);

}  // namespace iter8::entrypoint
