#pragma once

#include <optional>

#include "experiment/catalog.h"
#include "experiment/model.h"

namespace iter8::experiment {

/// One entry of setup, tasks or finally, read and built.
struct StepReading {
  std::optional<Step> step;    // empty when the entry has an error
  std::unique_ptr<Task> task;  // then the task, if it could be built leniently: for the metrics it produces
  std::optional<config::Expression> condition;  // then its condition, if that has no error
};

/// Reads one entry: expands the references in its `with`, builds its task, and reports every problem.
StepReading read_step(const config::Node& entry, Section section, std::size_t index, const Catalog& catalog,
                      BuildContext& context);

/// The condition in a scalar of the file; nothing after reporting what is wrong with it.
std::optional<config::Expression> read_condition(const config::Node& node, config::Problems& problems);

}  // namespace iter8::experiment
