#pragma once

#include "entrypoint/process.h"

namespace CLI {
class App;
}

namespace iter8::entrypoint {

/// Options of `iter8 version`.
struct VersionOptions {
  bool is_short = false;
};

CLI::App* add_command(CLI::App& program, VersionOptions& options);

/// Prints the program's version.
int run(const VersionOptions& options, Process& process);

}  // namespace iter8::entrypoint
