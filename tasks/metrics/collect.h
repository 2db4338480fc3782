#pragma once

#include <optional>
#include <vector>

#include "experiment/task.h"
#include "tasks/metrics/metric.h"

namespace iter8::tasks::metrics {

/// One metric to be asked for: for one version, or with one query for all of them.
struct Item {
  const Metric* metric = nullptr;
  std::optional<std::size_t> version;
  config::Value data;  // what the templates see
  Window window;
};

/// Asks for all items, several at a time, and puts together what came of them. A metric that fails does not
/// keep the others from being recorded: the outcome says which failed and why. Ends early when the context's
/// stop fires, with what was measured.
experiment::Outcome collect(const std::vector<Item>& items, const experiment::Context& context,
                            const web::RetryPolicy& retry, int concurrency);

}  // namespace iter8::tasks::metrics
