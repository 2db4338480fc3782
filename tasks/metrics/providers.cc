#include "tasks/metrics/providers.h"

#include <algorithm>

namespace iter8::tasks::metrics {

const std::vector<Provider>& providers() {
  static const std::vector<Provider> all = {
      prometheus::provider(),    influxdb::provider(),
      graphite::provider(),      sql::provider(),
      rest::provider(),          endpoint::provider(),
      file::provider(),          datadog::provider(),
      newrelic::provider(),      dynatrace::provider(),
      cloudwatch::provider(),    gcp::provider(),
      elasticsearch::provider(), elasticsearch::opensearch_provider(),
      splunk::provider(),        loki::provider(),
      skywalking::provider(),
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
