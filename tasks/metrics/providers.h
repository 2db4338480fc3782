#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "tasks/metrics/provider.h"

namespace iter8::tasks::metrics {

Provider cloudwatch_provider();
Provider datadog_provider();
Provider dynatrace_provider();
Provider elasticsearch_provider();
Provider file_provider();
Provider gcp_provider();
Provider graphite_provider();
Provider influxdb_provider();
Provider loki_provider();
Provider newrelic_provider();
Provider opensearch_provider();
Provider prometheus_provider();
Provider rest_provider();
Provider skywalking_provider();
Provider splunk_provider();
Provider sql_provider();

/// Every provider, in the order of the documentation. Built on first use.
const std::vector<Provider>& providers();

/// Null for an unknown name.
const Provider* find_provider(std::string_view name);
std::vector<std::string> provider_names();

}  // namespace iter8::tasks::metrics
