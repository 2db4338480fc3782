#pragma once

#include <vector>

#include "experiment/task.h"
#include "tasks/metrics/query_plan.h"

namespace iter8::tasks::metrics {

/// Runs all queries, several at a time, and makes observations of their results. A metric that fails does not
/// keep the others from being recorded: the outcome says which failed and why. Ends early when the context's
/// stop fires, with what was measured.
experiment::Outcome collect(const std::vector<PlannedQuery>& queries, const experiment::Context& context,
                            const web::RetryPolicy& retry, int concurrency);

}  // namespace iter8::tasks::metrics
