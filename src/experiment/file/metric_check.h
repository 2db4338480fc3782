#pragma once

#include <vector>

#include "config/yaml/problems.h"
#include "experiment/task.h"

namespace iter8::experiment {

/// Whether the tasks to check are all tasks of the file, or some could not be built.
enum class Coverage { all_tasks, some_tasks_unknown };

/// Reports every metric that a task consumes and no task produces, with the nearest name that one does
/// produce. If some tasks are unknown, they may produce metrics of any other provider, so only those of the
/// providers that the known tasks have are checked. Also reports limits in a unit that the metric has not.
void check_metrics(const std::vector<const Task*>& tasks, Coverage coverage, config::Problems& problems);

}  // namespace iter8::experiment
