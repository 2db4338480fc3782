#pragma once

#include <string>

#include "experiment/result/result.h"

namespace iter8::verdict {

/// Why data that meet an upper limit on a latency of a load task do not show that it is met: too many of the
/// latest requests have a latency that is not known (they got no answer, or were given up in flight), and
/// could be above it. For a percentile and the share above a cap, the limit has to hold if all of them are;
/// for a mean, capped or not, they are too many when they are more than 5 % of all. Empty when nothing speaks
/// against the data, and for all other metrics.
std::string doubt_about(const experiment::Result& result, const std::string& metric, std::size_t version,
                        double limit);

}  // namespace iter8::verdict
