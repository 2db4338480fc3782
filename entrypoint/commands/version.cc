#include "entrypoint/commands/version.h"

#include <ostream>

#include <CLI/CLI.hpp>

namespace iter8::entrypoint {

CLI::App* add_command(CLI::App& program, VersionOptions& options) {
  CLI::App* command = program.add_subcommand("version", "Print the version");
  command->add_flag("--short", options.is_short, "Print only the number");
  return command;
}

int run(const VersionOptions& options, Process& process) {
  process.out << (options.is_short ? "" : "iter8 ") << ITER8_VERSION << "\n";
  return kDone;
}

}  // namespace iter8::entrypoint
