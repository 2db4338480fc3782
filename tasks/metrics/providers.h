#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "tasks/metrics/provider.h"

namespace iter8::tasks::metrics {

namespace cloudwatch {
Provider provider();
}
namespace datadog {
Provider provider();
}
namespace dynatrace {
Provider provider();
}
namespace elasticsearch {
Provider provider();
Provider opensearch_provider();
}  // namespace elasticsearch
namespace endpoint {
Provider provider();
}
namespace file {
Provider provider();
}
namespace gcp {
Provider provider();
}
namespace graphite {
Provider provider();
}
namespace influxdb {
Provider provider();
}
namespace loki {
Provider provider();
}
namespace newrelic {
Provider provider();
}
namespace prometheus {
Provider provider();
}
namespace rest {
Provider provider();
}
namespace skywalking {
Provider provider();
}
namespace splunk {
Provider provider();
}
namespace sql {
Provider provider();
}

/// Every provider, in the order of the documentation. Built on first use.
const std::vector<Provider>& providers();

/// Null for an unknown name.
const Provider* find_provider(std::string_view name);
std::vector<std::string> provider_names();

}  // namespace iter8::tasks::metrics
