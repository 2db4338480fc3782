#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "tasks/metrics/response/query_result.h"

namespace iter8::tasks::metrics {

/// What an application said about one metric at one moment.
struct Reading {
  base::WallTime time{};
  std::string type;      // "counter", "histogram", …, where the application says it
  bool is_known = true;  // the metric is there, if not with the labels that are asked for
  /// When the application's process began, seconds since 1970, where it says so: another one counts anew.
  std::optional<double> process_start;
  std::vector<Series> series;  // one point each
};

/// As a text for the result, and back. Throws base::Error for another text.
std::string to_text(const Reading& reading);
Reading parse_reading(std::string_view text);

/// By how much each series grew from the first reading to the last. A series that the first one has not began
/// at 0. Where one fell, or the process is another one, it counted anew, and so did the other series of the
/// same histogram: they grew by what they are now, and the result has a warning. Growth from what is not a
/// finite number is NaN, with a warning. A metric that is known and has no series with the labels that are
/// asked for has not grown: 0.
QueryResult growth(const Reading& first, const Reading& last);

}  // namespace iter8::tasks::metrics
