#pragma once

#include <optional>
#include <string>
#include <vector>

#include "config/value/value.h"
#include "experiment/version.h"
#include "tasks/metrics/provider.h"

namespace iter8::tasks::metrics {

/// What a plan, which is made before anything started, takes as the time since the start.
inline constexpr base::Duration kSampleWindow = std::chrono::minutes(1);

/// One metric to be queried: for one version, or with one query for all of them.
struct PlannedQuery {
  const Metric* metric = nullptr;
  std::optional<std::size_t> version;  // index; nothing = one query for all
  config::Value data;                  // what the templates see
  Window window;
  std::vector<EarlierReading> first = {};  // by part; empty where nothing was read before the first task
};

/// What a part of the metric is asked with.
QueryInput input_of(const PlannedQuery& query, std::size_t part = 0, int attempt = 1);

/// Every metric for every version, or once for all where a label of the result tells them apart. `start` is
/// where windows without a length begin.
std::vector<PlannedQuery> plan_queries(const MetricsConfig& config,
                                       const std::vector<experiment::Version>& versions, int iteration,
                                       base::WallTime start, base::WallTime now);

/// The lines of --dry-run: "prometheus/orders stable: QUERY", and below it what would be sent.
std::vector<std::string> describe_queries(const std::vector<PlannedQuery>& queries,
                                          const std::vector<experiment::Version>& versions);

/// The rendered query on one line; of a metric with several, "count: …; total: …".
std::string query_text(const PlannedQuery& query);

/// The window of a metric queried at `now`: it ends `delay` before now, and begins `window` before that, or
/// where the experiment did. At least a second long.
Window query_window(const MetricDefaults& options, base::WallTime start, base::WallTime now);

/// What the templates of a query see:
///   .version, .versions, .iteration   as everywhere; .version is missing when one query is for all of them
///   .window               length of the window, "90s"; .start and .end of it, RFC 3339
///   .elapsed              from the experiment's start to the window's end, "90s"
///   .elapsedTimeSeconds   the same as a number
///   and every key of `values`, overridden by those of the version's `versionValues`.
config::Value template_data(const TaskOptions& task, const std::vector<experiment::Version>& versions,
                            std::optional<std::size_t> version, int iteration, base::WallTime start,
                            const Window& window);

/// Maps merged key by key, inner maps too; what `over` has wins. Neither is changed.
config::Value::Map merge_maps(const config::Value::Map& under, const config::Value::Map& over);

config::Value::Map to_map(const Values& values);

}  // namespace iter8::tasks::metrics
