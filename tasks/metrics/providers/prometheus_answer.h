#pragma once

#include <string_view>

#include "tasks/metrics/answer.h"

namespace iter8::tasks::metrics {

/// The answer of Prometheus's query API (vector, matrix, scalar, with native histograms), which
/// VictoriaMetrics, Thanos, Mimir, Loki and Google's Managed Service give, too. `status: error` inside it is
/// an error; warnings and infos are the answer's warnings.
Answer prometheus_answer(std::string_view body);

}  // namespace iter8::tasks::metrics
