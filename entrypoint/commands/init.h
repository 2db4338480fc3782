#pragma once

#include <string>
#include <vector>

#include "entrypoint/process.h"

namespace CLI {
class App;
}

namespace iter8::entrypoint {

/// Options of `iter8 init`.
struct InitOptions {
  std::string name;        // as the positional
  std::string older_name;  // as `hub -e NAME`
  std::string directory;   // empty = the example's name
};

/// The examples that there are.
std::vector<std::string> example_names();

CLI::App* add_command(CLI::App& program, InitOptions& options);

/// Writes the files of an example into a new folder. Throws base::UsageError for an unknown example, or if a
/// file already exists.
int run(const InitOptions& options, Process& process);

}  // namespace iter8::entrypoint
