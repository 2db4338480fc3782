#include "tasks/metrics/providers.h"

#include <algorithm>

namespace iter8::tasks::metrics {

const std::vector<Provider>& providers() {
  static const std::vector<Provider> all = {
      prometheus_provider(), influxdb_provider(),   graphite_provider(), sql_provider(),
      rest_provider(),       file_provider(),       datadog_provider(),  newrelic_provider(),
      dynatrace_provider(),  cloudwatch_provider(), gcp_provider(),      elasticsearch_provider(),
      opensearch_provider(), splunk_provider(),     loki_provider(),     skywalking_provider(),
  };
  return all;
}

const Provider* find_provider(std::string_view name) {
  const auto found = std::ranges::find(providers(), name, &Provider::name);
  return found == providers().end() ? nullptr : &*found;
}

std::vector<std::string> provider_names() {
  std::vector<std::string> names;
  for (const Provider& provider : providers()) names.push_back(provider.name);
  return names;
}

}  // namespace iter8::tasks::metrics
