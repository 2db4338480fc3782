#pragma once

#include <vector>

#include "experiment/metric/metric.h"
#include "tasks/metrics/options.h"
#include "tasks/metrics/response/query_result.h"

namespace iter8::tasks::metrics {

/// The histogram that series are the buckets of: Prometheus's cumulative counts with a label `le`,
/// VictoriaMetrics's counts with a label `vmrange`, or a histogram of the backend's own. The latest number of
/// each series counts, rounded. Histograms that differ in other labels are added up where many are expected,
/// or they say that they add up.
/// Throws base::Error for anything else, and for cumulative counts that fall.
experiment::BucketCounts bucket_counts(const std::vector<const Series*>& series, ExpectSeries expected);

}  // namespace iter8::tasks::metrics
