#pragma once

#include <string>
#include <string_view>

#include "tasks/metrics/response/query_result.h"

namespace iter8::tasks::metrics {

/// `name{label="value", …}`: which samples of an exposition are meant. Every label must be equal.
struct Selector {
  std::string name;
  Labels labels;
};

/// Throws base::Error for any other text.
Selector parse_selector(std::string_view text);

/// The samples that the selector means, of Prometheus's text format or of OpenMetrics 1.0 (whose times are
/// seconds; those of the older format are milliseconds, told apart by the closing # EOF). Throws base::Error
/// with the line's number for what is neither.
QueryResult select_samples(std::string_view exposition, const Selector& selector);

}  // namespace iter8::tasks::metrics
