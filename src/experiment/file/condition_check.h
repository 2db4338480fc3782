#pragma once

#include <string>
#include <vector>

#include "config/expression/expression.h"
#include "config/yaml/problems.h"
#include "experiment/file/metric_check.h"

namespace iter8::experiment {

/// Reports what a condition names and the experiment has not, each at its place and with the nearest name:
/// metrics, versions (by name or number), and words that no verdict is. What is only computed when the
/// condition is evaluated is not looked at. `versions` are all of the experiment; empty where they are not
/// known.
void check_condition(const config::Expression& condition, const std::vector<std::string>& versions,
                     const ProducedMetrics& produced, config::Problems& problems);

}  // namespace iter8::experiment
