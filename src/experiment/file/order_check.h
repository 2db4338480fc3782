#pragma once

#include "config/yaml/problems.h"
#include "experiment/model.h"

namespace iter8::experiment {

/// Reports every step that judges a metric which only a later step measures: it would find no data. Where the
/// tasks are repeated that is a warning, because from the second iteration on it finds those of the one
/// before. One report for each pair of steps. All steps of the experiment must be there.
void check_order(const Experiment& experiment, config::Problems& problems);

}  // namespace iter8::experiment
