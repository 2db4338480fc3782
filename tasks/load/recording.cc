#include "tasks/load/recording.h"

#include <algorithm>
#include <utility>

#include "base/number.h"
#include "stats/histogram/hdr_counts.h"

namespace iter8::tasks {

namespace {

using experiment::MetricKind;

/// Buckets are merged to at most 0.8 % wide: the exact percentiles stand beside them, and the finest ones
/// would make a result of thousands of lines.
constexpr std::size_t kMergedBuckets = 8;

}  // namespace

double msec(std::int64_t nanoseconds) {
  return static_cast<double>(nanoseconds) / 1e6;
}

double msec(double nanoseconds) {
  return nanoseconds / 1e6;
}

experiment::BucketCounts buckets_of(const stats::Histogram& histogram) {
  experiment::BucketCounts counts;
  for (const stats::Histogram::Cell& cell : histogram.cells(kMergedBuckets))
    counts.buckets.push_back({.lower = msec(std::max(cell.lower, histogram.min())),
                              .upper = msec(std::min(cell.upper, histogram.max())),
                              .count = cell.count});
  counts.hdr = stats::HdrCounts(histogram).text();
  return counts;
}

experiment::SampleSummary summary_of(const stats::Histogram& histogram) {
  return {.count = histogram.count(),
          .mean = msec(histogram.mean()),
          .variance = histogram.variance() / 1e12,
          .min = msec(histogram.min()),
          .max = msec(histogram.max()),
          .skewness = histogram.skewness()};
}

void Recording::add(const std::string& name, MetricKind kind, const std::string& unit,
                    const std::string& description, experiment::MetricData data) {
  observations_.push_back(
      {.metric = {.name = provider_ + "/" + name, .kind = kind, .unit = unit, .description = description},
       .version = load_.version,
       .data = std::move(data),
       .window = load_.elapsed});
}

void Recording::count(const std::string& name, const std::string& description, std::int64_t value) {
  add(name, MetricKind::counter, "", description, static_cast<double>(value));
}

void Recording::count_if_any(const std::string& name, const std::string& description, std::int64_t value) {
  const bool is_wanted = load_.requests() > 0 && wanted_.contains(provider_ + "/" + name);
  if (value > 0 || is_wanted) count(name, description, value);
}

void Recording::time(const std::string& name, const std::string& description, double value) {
  add(name, MetricKind::gauge, "msec", description, value);
}

bool Recording::wants(const std::string& start) const {
  const auto name = wanted_.lower_bound(provider_ + "/" + start);
  return name != wanted_.end() && name->starts_with(provider_ + "/" + start);
}

std::vector<int> Recording::wanted_statuses() const {
  const std::string start = provider_ + "/status-";
  std::vector<int> statuses;
  for (auto name = wanted_.lower_bound(start); name != wanted_.end() && name->starts_with(start); ++name)
    if (const auto status = base::parse_number(name->substr(start.size())))
      statuses.push_back(static_cast<int>(*status));
  return statuses;
}

}  // namespace iter8::tasks
