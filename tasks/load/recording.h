#pragma once

#include <cstdint>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "experiment/metric/metric.h"
#include "stats/histogram/histogram.h"
#include "tasks/load/metrics.h"

namespace iter8::tasks {

double msec(std::int64_t nanoseconds);
double msec(double nanoseconds);

/// The histogram's buckets in msec, the outermost ones cut at the extremes that were seen.
experiment::BucketCounts buckets_of(const stats::Histogram& histogram);
/// Its moments in msec.
experiment::SampleSummary summary_of(const stats::Histogram& histogram);

/// Adds the observations of one load one after another. Borrows what it is made of.
class Recording {
 public:
  Recording(const VersionLoad& load, const std::string& provider, const std::set<std::string>& wanted)
      : load_(load), provider_(provider), wanted_(wanted) {}

  void add(const std::string& name, experiment::MetricKind kind, const std::string& unit,
           const std::string& description, experiment::MetricData data);
  /// Of the observation that was added last.
  void note(std::string text) { observations_.back().note = std::move(text); }
  void count(const std::string& name, const std::string& description, std::int64_t value);
  /// Of something that need not happen.
  void count_if_any(const std::string& name, const std::string& description, std::int64_t value);
  void time(const std::string& name, const std::string& description, double value);

  /// Whether a metric whose name starts so is wanted.
  bool wants(const std::string& start) const;
  /// The wanted statuses.
  std::vector<int> wanted_statuses() const;

  std::vector<experiment::Observation> take() { return std::move(observations_); }

 private:
  const VersionLoad& load_;
  const std::string& provider_;
  const std::set<std::string>& wanted_;
  std::vector<experiment::Observation> observations_;
};

}  // namespace iter8::tasks
