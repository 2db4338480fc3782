#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace iter8::report {

using Labels = std::vector<std::pair<std::string_view, std::string>>;

/// `{version="candidate",metric="http/error-rate"}` as the text formats of Prometheus and OpenMetrics want
/// it, empty values left out; empty for no labels.
std::string labels_text(const Labels& labels);

}  // namespace iter8::report
