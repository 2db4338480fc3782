#pragma once

#include "entrypoint/process.h"

namespace CLI {
class App;
}

namespace iter8::entrypoint {

/// Options of `iter8 schema`: there are none.
struct SchemaOptions {};

CLI::App* add_command(CLI::App& program, SchemaOptions& options);

/// Prints the JSON Schema of experiment files.
int run(const SchemaOptions& options, Process& process);

}  // namespace iter8::entrypoint
