#pragma once

#include <string>

#include "experiment/assessment.h"
#include "tests/unit/tasks/workbench.h"

namespace iter8::tests {

/// What an assess task with this `with` comes to.
experiment::Assessment assessed(Workbench& bench, const std::string& yaml);

/// One more observation of a metric, of the given iteration.
void add_point(Workbench& bench, const std::string& metric, std::size_t version, int iteration,
               experiment::MetricKind kind, experiment::MetricData data,
               experiment::Span span = experiment::Span::since_last);

}  // namespace iter8::tests
