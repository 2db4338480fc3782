#pragma once

#include <string>

#include "entrypoint/process.h"

namespace CLI {
class App;
}

namespace iter8::entrypoint {

/// Options of `iter8 tasks`.
struct TasksOptions {
  std::string name;  // empty = the list of all
};

CLI::App* add_command(CLI::App& program, TasksOptions& options);

/// Prints all tasks, or the options of one.
int run(const TasksOptions& options, Process& process);

}  // namespace iter8::entrypoint
