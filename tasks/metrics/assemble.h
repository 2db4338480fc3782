#pragma once

#include <optional>
#include <string>
#include <vector>

#include "experiment/metric/metric.h"
#include "experiment/version.h"
#include "tasks/metrics/answer.h"
#include "tasks/metrics/metric.h"

namespace iter8::tasks::metrics {

/// The answer to one of a metric's queries.
struct PartAnswer {
  Role role = Role::whole;
  Answer answer;
};

/// What a metric's answers come to for one version.
struct Assembled {
  std::optional<experiment::MetricData> data;
  std::string no_data;  // why there are none: "the answer is empty", "NaN"
  std::int64_t samples = 0;
  std::vector<std::string> warnings;
};

/// The series of each answer that belong to the version, by the metric's versionLabel; all where it has none.
std::vector<PartAnswer> of_version(const std::vector<PartAnswer>& answers, const Metric& metric,
                                   const experiment::Version& version);

/// Makes the metric's data of the answers. `end` is the window's. Throws base::Error for answers that do not
/// fit the metric: several series where one is expected, a negative count, a proportion above 1. Numbers that
/// are none and data that are too old are no data.
Assembled assembled(const Metric& metric, const std::vector<PartAnswer>& answers, base::WallTime end);

}  // namespace iter8::tasks::metrics
