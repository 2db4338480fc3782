#pragma once

#include "entrypoint/process.h"

namespace CLI {
class App;
}

namespace iter8::entrypoint {

/// Options of `iter8 man`: there are none.
struct ManOptions {};

CLI::App* add_command(CLI::App& program, ManOptions& options);

/// Prints the manual page of `program`, made of its commands, options and examples, as man(7) input.
int run(const ManOptions& options, const CLI::App& program, Process& process);

}  // namespace iter8::entrypoint
