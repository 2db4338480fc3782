#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "experiment/task.h"
#include "tasks/metrics/query_plan.h"

namespace iter8::tasks::metrics {

/// Asks the queries that are about what changes (see Source::read_first()), several at a time, and returns
/// what they gave as one text; nothing when there is no such query. What fails is part of the text.
std::optional<std::string> read_first(const std::vector<PlannedQuery>& queries,
                                      const experiment::Context& context, const web::RetryPolicy& retry,
                                      int concurrency);

/// Gives the queries what they gave then, and lets their windows begin there. Throws base::Error when it is
/// not such a text.
void apply_first(const experiment::FirstReading& reading, std::vector<PlannedQuery>& queries);

}  // namespace iter8::tasks::metrics
