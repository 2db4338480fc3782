#pragma once

#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/clock.h"
#include "config/expression/expression.h"
#include "experiment/task.h"
#include "experiment/version.h"

namespace iter8::experiment {

/// One entry of setup, tasks or finally: a task, built and checked, and how to run it.
struct Step {
  Section section = Section::tasks;
  std::size_t index = 0;
  std::string kind;  // canonical name of the task, "run" for a script
  std::string name;  // from the file, may be empty
  std::optional<config::Expression> condition;
  std::optional<base::Duration> timeout;
  bool continue_on_error = false;
  int retries = 0;  // further attempts after a failed one
  config::Position position;
  Role role = Role::measures;
  std::unique_ptr<Task> task;

  /// "assess (gate)" or "assess".
  std::string title() const { return name.empty() ? kind : kind + " (" + name + ")"; }
};

/// How often the tasks section runs: at most `iterations` times, until `until` is true.
struct Loop {
  int iterations = 1;
  base::Duration interval{0};  // from the start of one iteration to the start of the next
  std::optional<config::Expression> until;
};

/// A whole experiment: complete, checked and, except for the state of its tasks, immutable.
struct Experiment {
  std::string name;
  std::filesystem::path file;
  std::filesystem::path directory = {};  // of the file, absolute: it may be removed while the experiment runs
  std::string digest;                    // "sha256:…" of the file's bytes
  FileSpelling spelling = FileSpelling::native;
  std::vector<std::string> walls;  // what holds the file back: see walls_of()
  std::vector<Version> versions;   // at least one
  std::vector<Step> setup;
  Loop loop;
  std::vector<Step> tasks;
  std::vector<Step> finally;

  /// Whether this process generates only a shard of some load.
  bool is_shard() const;

  /// The number of steps, each counted once.
  int num_tasks() const { return static_cast<int>(setup.size() + tasks.size() + finally.size()); }
};

}  // namespace iter8::experiment
