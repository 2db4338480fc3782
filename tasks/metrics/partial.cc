#include "tasks/metrics/partial.h"

#include <algorithm>

namespace iter8::tasks::metrics {

namespace {

using experiment::LimitSide;

bool grows(Reduce rule) {
  return rule == Reduce::sum || rule == Reduce::max;
}

/// Whether more points or series could only make the number larger.
bool only_grows(const Metric& metric, const std::vector<PartResult>& results) {
  const MetricDefaults& options = metric.options.defaults;
  std::size_t count = 0;
  for (const PartResult& part : results)
    for (const Series& series : part.result.series) {
      ++count;
      const bool is_negative =
          std::ranges::any_of(series.points, [](const Point& point) { return !(point.value >= 0); });
      if (is_negative) return false;
      if (!series.partial.empty() && !(options.reduce && grows(*options.reduce))) return false;
    }
  return count == 1 || grows(options.combine.value_or(Reduce::sum));
}

bool is_settled(const ValueLimit& limit, double least) {
  if (limit.side == LimitSide::upper) return least > limit.value;
  return limit.side == LimitSide::lower && least >= limit.value;
}

}  // namespace

std::string partial_reason(const std::vector<PartResult>& results) {
  for (const PartResult& part : results) {
    if (!part.result.partial.empty() && part.result.series.size() != 1) return part.result.partial;
    for (const Series& series : part.result.series)
      if (!series.partial.empty()) return series.partial;
  }
  return {};
}

bool could_change(const Metric& metric, const std::vector<PartResult>& results,
                  const experiment::MetricData& data) {
  if (metric.limits.empty()) return false;
  const double* value = std::get_if<double>(&data);
  if (value == nullptr || !only_grows(metric, results)) return true;
  return !std::ranges::all_of(metric.limits,
                              [value](const ValueLimit& limit) { return is_settled(limit, *value); });
}

}  // namespace iter8::tasks::metrics
