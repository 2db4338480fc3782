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
};

CLI::App* add_command(CLI::App& program, ReportOptions& options);

/// Prints the report of a result.
int run(const ReportOptions& options, Process& process);

}  // namespace iter8::entrypoint
