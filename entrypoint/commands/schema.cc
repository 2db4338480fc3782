#include "entrypoint/commands/schema.h"

#include <ostream>

#include <CLI/CLI.hpp>

#include "entrypoint/json_schema.h"
#include "tasks/catalog.h"

namespace iter8::entrypoint {

CLI::App* add_command(CLI::App& program, SchemaOptions&) {
  return program.add_subcommand("schema", "Print a JSON Schema of experiment files, for editors");
}

int run(const SchemaOptions&, Process& process) {
  process.out << json_schema(tasks::catalog()).dump(2) << "\n";
  return kDone;
}

}  // namespace iter8::entrypoint
