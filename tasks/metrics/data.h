#pragma once

#include <optional>
#include <vector>

#include "config/value/value.h"
#include "experiment/version.h"
#include "tasks/metrics/options.h"
#include "tasks/metrics/source.h"

namespace iter8::tasks::metrics {

/// The window of a metric asked at `now`: it ends `delay` before now, and begins `window` before that, or
/// where the experiment did. At least a second long.
Window window_of(const MetricDefaults& options, base::WallTime start, base::WallTime now);

/// What the templates of a query see:
///   .version, .versions, .iteration   as everywhere; .version is missing when one query is for all of them
///   .window          length of the window, "90s"; .start and .end of it, RFC 3339
///   .elapsed         from the experiment's start to the window's end, "90s"
///   .elapsedTimeSeconds   the same as a number
///   and every key of `values`, overridden by those of the version's `versionValues`.
config::Value question_data(const TaskOptions& task, const std::vector<experiment::Version>& versions,
                            std::optional<std::size_t> version, int iteration, base::WallTime start,
                            const Window& window);

/// Maps merged key by key, inner maps too; what `over` has wins. Neither is changed.
config::Value::Map merged(const config::Value::Map& under, const config::Value::Map& over);

config::Value::Map to_map(const Values& values);

}  // namespace iter8::tasks::metrics
