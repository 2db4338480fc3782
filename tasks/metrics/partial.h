#pragma once

#include <string>
#include <vector>

#include "tasks/metrics/assemble.h"

namespace iter8::tasks::metrics {

/// Why the data of one version are a part of what the backend has; empty = they are all of it. A backend that
/// left out whole series left out none of a version that has exactly one.
std::string partial_reason(const std::vector<PartResult>& results);

/// Whether what is missing of the value could change what the metric's limits make of it. Nobody judges a
/// metric without limits. A sum or maximum of numbers that are not negative can only grow, so that one that
/// is above its upper limit, or at its lower one, stays there.
bool could_change(const Metric& metric, const std::vector<PartResult>& results,
                  const experiment::MetricData& data);

}  // namespace iter8::tasks::metrics
