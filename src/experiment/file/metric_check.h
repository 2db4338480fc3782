#pragma once

#include <string>
#include <vector>

#include "config/yaml/problems.h"
#include "experiment/task.h"

namespace iter8::experiment {

/// Whether the tasks to check are all tasks of the file, or some could not be built.
enum class Coverage { all_tasks, some_tasks_unknown };

/// The metrics that the tasks of a file produce. A plain value. If some tasks are unknown, they may produce
/// metrics of any other provider, so only those of the providers that the known tasks have are missed.
class ProducedMetrics {
 public:
  ProducedMetrics(const std::vector<const Task*>& tasks, Coverage coverage);

  /// "no task of this file produces the metric 'http/latncy'; did you mean …?", by any spelling of the name;
  /// empty where one does, or may.
  std::string objection_to(const std::string& metric) const;

 private:
  std::vector<std::string> patterns_;  // canonical; as of Task::produces()
  std::vector<std::string> names_;     // those of them that are whole names, for suggestions
  Coverage coverage_;
};

/// Whether `task` produces the metric of this canonical name.
bool produces(const Task& task, const std::string& metric);

/// Reports every metric that a task consumes and no task produces, with the nearest name that one does
/// produce. Also reports limits in a unit that the metric has not.
void check_metrics(const std::vector<const Task*>& tasks, const ProducedMetrics& produced,
                   config::Problems& problems);

}  // namespace iter8::experiment
