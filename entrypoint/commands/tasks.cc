#include "entrypoint/commands/tasks.h"

#include <algorithm>
#include <ostream>

#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include "base/error.h"
#include "base/text.h"
#include "entrypoint/schema_text.h"
#include "tasks/catalog.h"

namespace iter8::entrypoint {

namespace {

std::string list_text(const experiment::Catalog& catalog) {
  std::size_t width = std::string_view("x-NAME").size();
  for (const experiment::TaskKind& kind : catalog.kinds)
    if (!kind.is_older) width = std::max(width, kind.name.size());
  std::string text;
  for (const experiment::TaskKind& kind : catalog.kinds)
    if (!kind.is_older) text += fmt::format("{:{}}  {}\n", kind.name, width, kind.summary);
  text += fmt::format("{:{}}  {}\n", "run:", width, catalog.script.summary);
  text += fmt::format("{:{}}  {}\n", "x-NAME", width, "Runs your own task, the executable iter8-task-NAME");
  return text + "\n`iter8 tasks NAME` shows the options of a task.\n";
}

std::string kind_text(const experiment::TaskKind& kind) {
  std::string text = fmt::format("{}: {}\n", kind.name, kind.summary);
  if (!kind.aliases.empty()) text += "also: " + base::join(kind.aliases, ", ") + "\n";
  return text + "\n" + fields_text(kind.options);
}

}  // namespace

CLI::App* add_command(CLI::App& program, TasksOptions& options) {
  CLI::App* command = program.add_subcommand("tasks", "List the tasks, or show the options of one");
  command->add_option("NAME", options.name, "A task");
  return command;
}

int run(const TasksOptions& options, Process& process) {
  const experiment::Catalog& catalog = tasks::catalog();
  if (options.name.empty()) {
    process.out << list_text(catalog);
    return kDone;
  }
  const experiment::TaskKind* kind =
      options.name == "run" || options.name == "run:" ? &catalog.script : catalog.find(options.name);
  if (!kind)
    throw base::UsageError(fmt::format("unknown task '{}'{}", base::printable(options.name),
                                       base::suggestion(options.name, catalog.names())));
  process.out << kind_text(*kind);
  return kDone;
}

}  // namespace iter8::entrypoint
