#pragma once

#include <vector>

#include "experiment/assessment.h"
#include "verdict/criteria.h"
#include "verdict/rewards.h"

namespace iter8::verdict {

/// How the versions compare in the metrics of objectives and indicators, each once and without those of
/// rewards: for reading, no verdict depends on it. Of one version only indicators, whose intervals stand
/// nowhere else. Nothing for metrics without sampling information.
///
/// A direction is known where an objective has one limit (at most: less is better), and of latencies and
/// errors. Chances of proportions and means come from their posteriors; those of percentiles from a normal
/// distribution as wide as the percentile's interval, which is an approximation.
std::vector<experiment::MetricComparison> comparisons_of(const Criteria& criteria,
                                                         const RewardInputs& inputs);

}  // namespace iter8::verdict
