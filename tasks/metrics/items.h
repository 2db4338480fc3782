#pragma once

#include <string>
#include <vector>

#include "experiment/version.h"
#include "tasks/metrics/collect.h"
#include "tasks/metrics/provider.h"

namespace iter8::tasks::metrics {

/// What a plan, which is made before anything started, takes as the time since the start.
inline constexpr base::Duration kSampleWindow = std::chrono::minutes(1);

/// Every metric for every version, or once for all where a label of the answer tells them apart. `start` is
/// where windows without a length begin.
std::vector<Item> items_of(const MetricsConfig& reading, const std::vector<experiment::Version>& versions,
                           int iteration, base::WallTime start, base::WallTime now);

/// The lines of --dry-run: "prometheus/orders stable: QUERY", and below it what would be sent.
std::vector<std::string> planned(const std::vector<Item>& items,
                                 const std::vector<experiment::Version>& versions);

/// The query of an item on one line; of a metric with several, "count: …; total: …".
std::string query_text(const Item& item);

}  // namespace iter8::tasks::metrics
