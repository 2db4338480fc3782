#pragma once

#include <cstddef>
#include <stop_token>
#include <string_view>

#include "tasks/metrics/response/query_result.h"
#include "tasks/metrics/response/reading.h"
#include "tasks/metrics/response/selector.h"

namespace iter8::tasks::metrics {

/// Of one page for one selector; more are an error. They stay in memory, and those of a first reading are
/// kept in the result.
constexpr std::size_t kMostSeries = 250'000;

/// The samples that the selector means, of Prometheus's text format or of OpenMetrics 1.0 (whose times are
/// seconds; those of the older format are milliseconds, told apart by the closing # EOF). Labels are sorted
/// by name. Takes time in proportion to the text. Throws base::Error with the line's number for what is
/// neither, and soon after a stop is requested.
QueryResult select_samples(std::string_view exposition, const Selector& selector,
                           const std::stop_token& stop = {});

/// The same as a reading, without its time: with the metric's type, and when the process began. A histogram
/// is also selected by its name without _bucket, and a counter of OpenMetrics by that without _total. A
/// series that stands twice is an error, unless OpenMetrics gives it several times: the last one counts.
Reading read_exposition(std::string_view exposition, const Selector& selector,
                        const std::stop_token& stop = {});

}  // namespace iter8::tasks::metrics
