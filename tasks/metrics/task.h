#pragma once

#include <string>
#include <vector>

#include "experiment/task.h"
#include "tasks/metrics/provider.h"

namespace iter8::tasks {

/// Asks a backend for metrics; measures and never judges. What cannot be had fails the task, or is handled as
/// the metric's onNoData says; the other metrics are recorded all the same.
class MetricsTask final : public experiment::Task {
 public:
  explicit MetricsTask(metrics::MetricsConfig reading) : reading_(std::move(reading)) {}

  experiment::Outcome run(const experiment::Context& context) override;
  std::vector<std::string> plan(const std::vector<experiment::Version>& versions) const override;
  std::size_t named_versions() const override { return reading_.task.version_values.size(); }
  std::vector<std::string> produces() const override;

 private:
  metrics::MetricsConfig reading_;
};

}  // namespace iter8::tasks
