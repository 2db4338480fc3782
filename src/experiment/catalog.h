#pragma once

#include <functional>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "config/options/schema.h"
#include "experiment/task.h"

namespace iter8::experiment {

/// What a task may use while it is built from its `with`. References ${…} are already expanded.
struct BuildContext {
  const std::vector<Version>& versions;  // of the file; empty where it names none
  const base::Environment& environment;
  base::Secrets& secrets;
  std::filesystem::path directory;
  config::Position position;  // of the task's name, for problems that have no better place
  config::Problems& problems;
  bool after_script = false;  // a `run` stands before this task in the file, and may make files that it needs
};

/// One kind of task. The table of all kinds is tasks/catalog.cc.
struct TaskKind {
  std::string name;
  std::vector<std::string> aliases;  // older names
  std::string summary;               // one line
  config::Schema options;            // of `with`
  /// Reports problems and returns null when `with` is wrong.
  std::function<std::unique_ptr<Task>(const config::Node& with, BuildContext&)> build;
  Role role = Role::measures;
};

/// A kind whose names are a family (x-NAME): asked when no name in the table fits. Null = not one of the
/// family.
using FamilyFinder = std::function<std::optional<TaskKind>(std::string_view name, BuildContext&)>;

struct Catalog {
  std::vector<TaskKind> kinds;
  TaskKind script;  // `run:`; its `with` is the script's scalar node
  FamilyFinder family;

  /// By name or older name.
  const TaskKind* find(std::string_view name) const;
  /// Canonical and older names, for suggestions.
  std::vector<std::string> names() const;
};

}  // namespace iter8::experiment
