#include "tests/unit/tasks/assess/assess_bench.h"

#include <utility>

#include "tasks/assess/task.h"

namespace iter8::tests {

using namespace experiment;

Assessment assessed(Workbench& bench, const std::string& yaml) {
  return *bench.run(tasks::assess::assess_kind(), yaml).assessment;
}

void add_point(Workbench& bench, const std::string& metric, std::size_t version, int iteration,
               MetricKind kind, MetricData data, Span span) {
  MetricSeries& series = bench.result.metrics[metric];
  series.info = {.name = metric, .kind = kind, .unit = "", .description = ""};
  series.versions.resize(bench.versions.size());
  series.versions[version].push_back({.iteration = iteration, .data = std::move(data), .span = span});
}

}  // namespace iter8::tests
