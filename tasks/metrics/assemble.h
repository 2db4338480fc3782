#pragma once

#include <optional>
#include <string>
#include <vector>

#include "experiment/metric/metric.h"
#include "experiment/version.h"
#include "tasks/metrics/metric.h"
#include "tasks/metrics/response/query_result.h"

namespace iter8::tasks::metrics {

/// The result of one of a metric's queries.
struct PartResult {
  Role role = Role::whole;
  QueryResult result;
};

/// What a metric's results come to for one version.
struct AssembledData {
  std::optional<experiment::MetricData> data;
  std::string no_data;  // why there are none: "the answer is empty", "NaN"
  std::int64_t samples = 0;
  bool is_partial = false;  // the backend left out some of what it has
  std::vector<std::string> warnings;
};

/// The series of each result that belong to the version, by the metric's versionLabel; all where it has none.
std::vector<PartResult> select_version(const std::vector<PartResult>& results, const Metric& metric,
                                       const experiment::Version& version);

/// Makes the metric's data of the results. `end` is the window's. Throws base::Error for results that do not
/// fit the metric: several series where one is expected, a negative count, a proportion above 1. Numbers that
/// are not finite and data that are too old count as no data, and so does a part of the data where the rest
/// could change what the metric's limits make of it.
AssembledData assemble(const Metric& metric, const std::vector<PartResult>& results, base::WallTime end);

}  // namespace iter8::tasks::metrics
