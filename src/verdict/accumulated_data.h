#pragma once

#include <optional>
#include <string>
#include <vector>

#include "experiment/result/result.h"
#include "stats/evidence/mean.h"
#include "stats/evidence/proportion.h"
#include "stats/evidence/quantile.h"

namespace iter8::verdict {

/// What a metric's data tell about chance; a scalar tells nothing.
enum class Quantity { scalar, proportion, mean, quantile };

/// Which recorded series holds the data behind a metric: http/latency-p99 is a quantile of http/latency.
struct MetricSource {
  Quantity quantity = Quantity::scalar;
  std::string series;   // canonical name; empty when nothing was recorded
  double quantile = 0;  // 0 to 1
};
MetricSource source_of(const experiment::Result& result, const std::string& metric);

/// All data of one series and one version up to a look, and what the look added; in the metric's unit.
/// Counters that fell were reset and count from 0 again. A plain value; add() calls come from one thread.
struct AccumulatedData {
  stats::Counts counts;
  stats::Moments moments;
  std::vector<stats::Cell> cells;
  std::vector<experiment::CountAbove> above;  // at limits that every observation counted
  std::vector<double> scalars;                // one an observation
  std::vector<double> samples;                // of raw values, in order

  stats::Counts new_counts;
  stats::Moments new_moments;
  std::vector<int> weights;  // of the newest observation
  base::Duration window{0};  // of all observations
  int observations = 0;
  int new_observations = 0;
  int resets = 0;
  int stale = 0;  // observations of everything since the start that hold nothing new

  /// To be called before each look.
  void begin_look();
  void add(const experiment::MetricSeries::Point& point);
  /// Before the observations of another run.
  void begin_run();

 private:
  template <typename Data>
  void add_data(const Data& data, experiment::Span span);
  void add_counts(const stats::Counts& all, experiment::Span span);
  void add_moments(const stats::Moments& all, experiment::Span span);
  void add_cells(const std::vector<stats::Cell>& all, std::vector<experiment::CountAbove> exact,
                 experiment::Span span);

  stats::Counts last_counts_;
  stats::Moments last_moments_;
  std::vector<stats::Cell> base_cells_;  // of observations that later ones do not hold
  std::vector<experiment::CountAbove> base_above_;
};

/// How many values are above the limit: exact where it was counted, else as the cells tell.
stats::Exceedances exceedances_of(const AccumulatedData& data, double limit);

}  // namespace iter8::verdict
