#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "config/options/schema.h"
#include "experiment/task.h"

namespace iter8::experiment {

/// Whether plugins are asked for the schema of their options while a task is built, which runs them.
enum class Descriptions { left_out, asked_for };

/// What a task may use while it is built from its `with`, in which references ${…} are already expanded.
/// Borrowed: valid during TaskKind::build only. Building must have no effect outside the program, and starts
/// no other program unless `descriptions` says so.
struct BuildContext {
  const std::vector<Version>& versions;  // of the file; empty where it names none
  const base::Environment& environment;
  base::Secrets& secrets;
  std::filesystem::path directory;
  config::Position position;  // of the task's name, for problems that have no better place
  config::Problems& problems;
  bool after_script =
      false;  // an earlier step of the file is a script, which may create files that this task needs
  bool has_older_names = false;  // a step so far names its task as older Iter8 did
  bool has_older_shape = false;  // the file is a list, or its tasks stand under 'spec'
  Descriptions descriptions = Descriptions::left_out;
  /// Whether programs that lie beside the file are taken for plugins: not where its author is not trusted.
  bool has_own_plugins = true;
};

/// What a task can do beside measuring, judging and telling people, which not every author of a file may ask
/// for: start programs; change branches, deployments or workflows.
enum class Privilege { none, promotion, program };

/// One kind of task. The table of all kinds is tasks/catalog.cc.
struct TaskKind {
  std::string name;
  std::vector<std::string> aliases;  // older names
  std::string summary;               // one line
  config::Schema options;            // of `with`
  /// Reports problems and returns null when `with` is wrong.
  std::function<std::unique_ptr<Task>(const config::Node& with, BuildContext&)> build;
  Role role = Role::measures;
  Privilege privilege = Privilege::program;  // who is not in the table gets the strictest treatment
  bool is_older = false;                     // its name and its options are those of older files
  /// Of `with` in files of an older shape, where older Iter8 used the same name for other options.
  std::optional<config::Schema> older_options = {};
};

/// Finds the kind of a task whose name the table does not list (x-NAME). Nothing when the name does not
/// belong to the family, or after reporting what is wrong.
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
