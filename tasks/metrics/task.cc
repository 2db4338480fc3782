#include "tasks/metrics/task.h"

#include "tasks/metrics/items.h"

namespace iter8::tasks {

experiment::Outcome MetricsTask::run(const experiment::Context& context) {
  const base::WallTime start = reading_.task.starting_time.value_or(context.result.start);
  const std::vector<metrics::Item> items =
      metrics::items_of(reading_, context.versions, context.iteration, start, context.clock.wall());
  return metrics::collect(items, context, reading_.retry, static_cast<int>(reading_.task.concurrency));
}

std::vector<std::string> MetricsTask::plan(const std::vector<experiment::Version>& versions) const {
  const base::WallTime now = base::SystemClock().wall();
  const base::WallTime start = reading_.task.starting_time.value_or(now - metrics::kSampleWindow);
  return metrics::planned(metrics::items_of(reading_, versions, 1, start, now), versions);
}

std::vector<std::string> MetricsTask::produces() const {
  std::vector<std::string> names;
  for (const metrics::Metric& metric : reading_.metrics) names.push_back(metric.name);
  return names;
}

}  // namespace iter8::tasks
