#pragma once

#include "config/yaml/problems.h"
#include "experiment/model.h"

namespace iter8::experiment {

/// Asks every task what it can say about its own outcome from what the tasks before it are going to measure.
/// All steps of the experiment must be there.
void foresee(const Experiment& experiment, config::Problems& problems);

}  // namespace iter8::experiment
