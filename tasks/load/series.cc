#include <chrono>
#include <cstddef>
#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "base/duration.h"
#include "load/error_class.h"
#include "load/measurement.h"
#include "stats/dependence/load_slices.h"
#include "stats/evidence/mean.h"
#include "tasks/load/metrics.h"

namespace iter8::tasks {

namespace {

experiment::LoadBlock block_of(const load::SeriesPoint& point) {
  constexpr double kMsec = 1e3;  // in a second
  experiment::LoadBlock block{
      .asked = point.scheduled,
      .sent = point.sent,
      .completed = point.completed,
      .connections = point.connections,
      .latency = stats::moments_of_sums(static_cast<double>(point.ended), kMsec * point.latency_sum,
                                        kMsec * kMsec * point.latency_squares),
      .histogram = point.latency};
  for (std::size_t i = 0; i < load::kErrorClasses; ++i)
    if (point.errors[i] > 0)
      block.errors[std::string(to_text(static_cast<load::ErrorClass>(i)))] = point.errors[i];
  return block;
}

/// With those classes of errors that occurred.
void add_slices(const VersionLoad& load, experiment::LoadSeries& series) {
  std::vector<std::size_t> classes;
  for (std::size_t i = 0; i < load::kErrorClasses; ++i)
    if (load.tally.errors[i] > 0) {
      classes.push_back(i);
      series.error_classes.emplace_back(to_text(static_cast<load::ErrorClass>(i)));
    }
  std::vector<stats::LoadSlice> slices = load.tally.slices.slices();
  for (stats::LoadSlice& slice : slices) {
    if (slice.errors.empty()) continue;
    std::vector<std::int64_t> counts;
    for (const std::size_t each : classes) counts.push_back(slice.errors[each]);
    slice.errors = std::move(counts);
  }
  series.slices = {load.tally.slices.width(), load.tally.slices.first(), std::move(slices)};
  for (const base::Duration limit : load.limits) series.limits.push_back(base::to_milliseconds(limit));
  if (load.cap) series.cap = base::to_milliseconds(*load.cap);
}

}  // namespace

experiment::LoadSeries series_of(const VersionLoad& load, const std::string& provider) {
  std::vector<experiment::LoadBlock> blocks;
  for (const load::SeriesPoint& point : load.tally.series.points()) blocks.push_back(block_of(point));
  experiment::LoadSeries series{.provider = provider,
                                .version = load.version,
                                .start = std::chrono::floor<std::chrono::milliseconds>(load.start),
                                .seconds = base::to_seconds(load.elapsed),
                                .blocks = {load.tally.series.interval(), std::move(blocks)},
                                .seed = load.seed};
  add_slices(load, series);
  return series;
}

}  // namespace iter8::tasks
