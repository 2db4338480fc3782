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

/// One entry of setup, tasks or finally: a built task and how it is run.
struct Step {
  Section section = Section::tasks;
  std::size_t index = 0;
  std::string kind;  // canonical task name, "run" for a script
  std::string name;  // given by the file, or empty
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

struct Loop {
  int iterations = 1;
  base::Duration interval{0};  // from the start of one iteration to the start of the next
  std::optional<config::Expression> until;
};

/// A whole experiment: complete, checked and, but for its tasks' own state, immutable.
struct Experiment {
  std::string name;
  std::filesystem::path file;
  std::string digest;             // "sha256:…" of the file's bytes
  std::vector<Version> versions;  // at least one
  std::vector<Step> setup;
  Loop loop;
  std::vector<Step> tasks;
  std::vector<Step> finally;

  /// Whether this process does a part of some load, and others the rest.
  bool is_part() const;

  int num_tasks() const { return static_cast<int>(setup.size() + tasks.size() + finally.size()); }
};

}  // namespace iter8::experiment
