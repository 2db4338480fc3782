#pragma once

#include <optional>
#include <string>
#include <vector>

#include "experiment/catalog.h"
#include "experiment/task.h"
#include "tasks/metrics/provider.h"
#include "tasks/metrics/query_plan.h"

namespace iter8::tasks::metrics {

/// The task `metrics`, in its form with a provider and in the legacy ones, chosen by their keys.
experiment::TaskKind metrics_kind();

/// Queries a backend for metrics; measures and never judges. A metric that cannot be had fails the task, or
/// is handled as its onNoData says; the other metrics are recorded all the same.
class MetricsTask final : public experiment::Task {
 public:
  explicit MetricsTask(MetricsConfig config) : config_(std::move(config)) {}

  experiment::Outcome run(const experiment::Context& context) override;
  std::optional<std::string> read_first(const experiment::Context& context) override;
  std::vector<std::string> plan(const std::vector<experiment::Version>& versions) const override;
  std::size_t named_versions() const override { return config_.task.version_values.size(); }
  std::vector<std::string> produces() const override;
  std::vector<experiment::MetricInfo> described_metrics() const override;
  void note_limits(const std::vector<experiment::MetricLimit>& limits) override;

 private:
  std::vector<PlannedQuery> plan_queries_now(const experiment::Context& context) const;

  MetricsConfig config_;
};

}  // namespace iter8::tasks::metrics
