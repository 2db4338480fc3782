#pragma once

#include <optional>

#include "experiment/catalog.h"
#include "experiment/model.h"

namespace iter8::experiment {

/// One entry of setup, tasks or finally, read and built.
struct StepReading {
  std::optional<Step> step;  // nothing when it has an error
  std::unique_ptr<Task>
      task;  // of a step with an error, as far as it could be built: for what metrics it makes
};

/// Reports every problem of the entry. References in its `with` are expanded here.
StepReading read_step(const config::Node& entry, Section section, std::size_t index, const Catalog& catalog,
                      BuildContext& context);

/// The condition in a scalar of the file; nothing after reporting what is wrong with it.
std::optional<config::Expression> read_condition(const config::Node& node, config::Problems& problems);

}  // namespace iter8::experiment
