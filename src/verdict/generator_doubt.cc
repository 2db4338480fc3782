#include "verdict/generator_doubt.h"

#include <algorithm>
#include <vector>

#include <fmt/format.h>

#include "base/duration.h"
#include "experiment/metric/metric_name.h"

namespace iter8::verdict {

namespace {

using Points = std::vector<experiment::MetricSeries::Point>;

/// The mean by the length of the loads.
double lost_share(const Points& points, LoadRuns runs) {
  double seconds = 0;
  double lost = 0;
  for (std::size_t i = runs == LoadRuns::latest ? points.size() - 1 : 0; i < points.size(); ++i) {
    const auto* share = std::get_if<double>(&points[i].data);
    if (!share) continue;
    const double length = std::max(base::to_seconds(points[i].window), 1e-9);
    seconds += length;
    lost += *share * length;
  }
  return seconds > 0 ? lost / seconds : 0;
}

}  // namespace

std::string doubt_about_generator(const experiment::Result& result, const std::string& metric,
                                  std::size_t version, LoadRuns runs) {
  if (!experiment::is_load_metric(metric)) return {};
  const auto series = result.metrics.find(experiment::provider_of(metric) + "/lost-time");
  if (series == result.metrics.end() || version >= series->second.versions.size()) return {};
  const Points& points = series->second.versions[version];
  if (points.empty()) return {};
  const double share = lost_share(points, runs);
  if (share <= kMaxLostTime) return {};
  return fmt::format(
      "the generator did not run for {:.3g} % of the load (suspended, or short of CPU time), so its "
      "figures say nothing about the version",
      100 * share);
}

}  // namespace iter8::verdict
