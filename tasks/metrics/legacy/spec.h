#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "config/value/value.h"
#include "config/yaml/node.h"
#include "tasks/metrics/metric.h"

namespace iter8::tasks::metrics::legacy {

/// The metrics of a provider spec of older Iter8 (url, method, headers, metrics: [{name, type, description,
/// units, params, body, jqExpression}]), rendered for one version. Keys that nobody knows are left aside, as
/// they always were. Throws base::Error, naming line and column of the rendered text, when it is not such a
/// spec or a jq expression is wrong.
std::vector<Metric> metrics_of_spec(const std::string& provider, std::string_view rendered);

}  // namespace iter8::tasks::metrics::legacy
