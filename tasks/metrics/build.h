#pragma once

#include <memory>

#include "experiment/catalog.h"
#include "tasks/metrics/provider.h"

namespace iter8::tasks {

/// The task `metrics`, in its form with a provider and in the older ones, chosen by their keys.
experiment::TaskKind metrics_kind();

namespace metrics {

/// Completes what a provider read: full names, the task's defaults, and a rendering of every query for every
/// version, so that a wrong template is found before anything runs. Reports problems.
void complete(MetricsConfig& reading, experiment::BuildContext& context);

}  // namespace metrics

}  // namespace iter8::tasks
