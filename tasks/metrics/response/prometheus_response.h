#pragma once

#include <string_view>

#include "tasks/metrics/response/query_result.h"

namespace iter8::tasks::metrics::prometheus {

/// Reads a response of Prometheus's query API (vector, matrix, scalar, with native histograms), which
/// VictoriaMetrics, Thanos, Mimir, Loki and Google's Managed Service give, too. `status: error` inside it is
/// an error; warnings and infos are the result's warnings.
QueryResult parse_response(std::string_view body);

}  // namespace iter8::tasks::metrics::prometheus
