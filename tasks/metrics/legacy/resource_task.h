#pragma once

#include <memory>
#include <string>
#include <vector>

#include "experiment/catalog.h"
#include "tasks/metrics/legacy/resource.h"

namespace iter8::tasks::metrics::legacy {

/// The `with` of a metrics task that reads Metric resources.
struct ResourceMetricsOptions {
  std::vector<config::Located<std::string>> resources;
  std::vector<std::pair<std::string, std::vector<std::pair<std::string, std::string>>>> secrets;
  std::optional<base::WallTime> starting_time;
};
const config::Fields<ResourceMetricsOptions>& fields_of(const ResourceMetricsOptions*);

/// Asks for what Metric resources of classic Iter8 describe. The variables of a version are its values.
class ResourceMetricsTask final : public experiment::Task {
 public:
  ResourceMetricsTask(ResourceMetricsOptions options, std::vector<Resource> resources)
      : options_(std::move(options)), resources_(std::move(resources)) {}

  experiment::Outcome run(const experiment::Context& context) override;
  std::vector<std::string> plan(const std::vector<experiment::Version>& versions) const override;
  std::vector<std::string> produces() const override;

 private:
  ResourceMetricsOptions options_;
  std::vector<Resource> resources_;
};

/// Reports problems and returns null when `with` or one of the files is wrong.
std::unique_ptr<experiment::Task> build_resource_metrics(const config::Node& with,
                                                         experiment::BuildContext& context);

}  // namespace iter8::tasks::metrics::legacy
