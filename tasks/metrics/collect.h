#pragma once

#include <cstddef>
#include <functional>
#include <vector>

#include "experiment/task.h"
#include "tasks/metrics/query_plan.h"

namespace iter8::tasks::metrics {

/// Runs all queries, several at a time, and makes observations of their results. A metric that fails does not
/// keep the others from being recorded: the outcome says which failed and why. Ends early when the context's
/// stop fires, with what was measured.
experiment::Outcome collect(const std::vector<PlannedQuery>& queries, const experiment::Context& context,
                            const web::RetryPolicy& retry, int concurrency);

/// Calls `work` once with each number below `count`, on several threads, each with a context of its own; no
/// further ones once the context's stop fires.
void for_each_query(std::size_t count, const experiment::Context& context, const web::RetryPolicy& retry,
                    int concurrency, const std::function<void(std::size_t, QueryContext&)>& work);

}  // namespace iter8::tasks::metrics
