#pragma once

#include <string>

#include "entrypoint/process.h"

namespace CLI {
class App;
}

namespace iter8::entrypoint {

/// Options of `iter8 completion`.
struct CompletionOptions {
  std::string shell;
};

CLI::App* add_command(CLI::App& program, CompletionOptions& options);

/// Prints a script with which the shell completes the commands and flags of `program`.
int run(const CompletionOptions& options, const CLI::App& program, Process& process);

}  // namespace iter8::entrypoint
