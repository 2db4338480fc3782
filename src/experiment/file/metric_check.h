#pragma once

#include <vector>

#include "config/yaml/problems.h"
#include "experiment/task.h"

namespace iter8::experiment {

enum class Coverage { all_tasks, some_tasks_unknown };

/// Objects to every metric that a task needs and none makes, naming the nearest one that is made. When some
/// tasks could not be built, only providers that the others have are looked at.
void check_metrics(const std::vector<const Task*>& tasks, Coverage coverage, config::Problems& problems);

}  // namespace iter8::experiment
