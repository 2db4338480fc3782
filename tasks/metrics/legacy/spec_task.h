#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "config/options/fields.h"
#include "config/options/located.h"
#include "experiment/catalog.h"
#include "tasks/metrics/metric.h"

namespace iter8::tasks::metrics::legacy {

/// The `with` of custommetrics and collect-metrics-database: provider specs, which are templates.
struct SpecMetricsOptions {
  std::vector<std::pair<std::string, config::Located<std::string>>> templates;
  std::vector<config::Located<std::string>> provider_urls;
  std::vector<config::Located<std::string>> providers;
  Values values;
  std::vector<config::Node> version_values;
  std::optional<base::WallTime> starting_time;
};
const config::Fields<SpecMetricsOptions>& fields_of(const SpecMetricsOptions*);

/// One provider spec: a template that is in a file (and read when the experiment is loaded) or at a URL (and
/// fetched once each time the task runs).
struct ProviderSpec {
  std::string provider;
  std::string url;                       // empty for a file
  std::optional<config::Template> text;  // of a file
  config::Position position;
};

/// Asks for what provider specs of older Iter8 describe. A metric without data is left out with a warning, as
/// it always was; what cannot be asked at all fails the task after the others were recorded.
class SpecMetricsTask final : public experiment::Task {
 public:
  SpecMetricsTask(SpecMetricsOptions options, std::vector<ProviderSpec> specs)
      : options_(std::move(options)), specs_(std::move(specs)) {}

  experiment::Outcome run(const experiment::Context& context) override;
  std::vector<std::string> plan(const std::vector<experiment::Version>& versions) const override;
  std::size_t named_versions() const override { return options_.version_values.size(); }
  std::vector<std::string> produces() const override;

 private:
  SpecMetricsOptions options_;
  std::vector<ProviderSpec> specs_;
};

/// Reports problems and returns null when `with` is wrong.
std::unique_ptr<experiment::Task> build_spec_metrics(const config::Node& with,
                                                     experiment::BuildContext& context);

}  // namespace iter8::tasks::metrics::legacy
