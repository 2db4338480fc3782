#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "base/clock.h"
#include "stats/dependence/load_slices.h"
#include "stats/evidence/mean.h"
#include "stats/histogram/sketch.h"
#include "stats/histogram/timeline.h"

namespace iter8::experiment {

/// What happened in one load during one block of time, normally a second.
struct LoadBlock {
  std::int64_t asked = 0;  // requests that were due in this block
  std::int64_t sent = 0;   // requests that were sent in it, whenever they were due
  std::int64_t completed = 0;
  std::map<std::string, std::int64_t> errors;  // by class, only those that occurred
  std::int64_t connections = 0;                // open at the end of the block
  /// msec, of the requests that have one and fell due in it: in one of the slices of time that begin in it.
  /// Loads of older versions count where they completed or failed.
  stats::Moments latency;
  stats::Sketch histogram;  // the same latencies in nanoseconds

  /// The p-th percentile of the latency in msec, within 1.6 %; nothing if no request has one.
  std::optional<double> percentile(double p) const;

  /// Adds the same block of another process. Counts and the histogram stay exact, moments are as precise as
  /// the six digits that a result holds.
  void add(const LoadBlock& other);
  /// Adds the block that follows in time: like add(), but `connections` are those at its end.
  void follow(const LoadBlock& next);
};

/// One load on one version over time. Series of the same provider, iteration and start cover the same window:
/// blocks with the same index cover the same time and share the noise of the machine, so they can be compared
/// in pairs.
struct LoadSeries {
  std::string provider;  // "http", "http-ENDPOINT"
  std::size_t version = 0;
  int iteration = 0;
  base::WallTime start;  // of the first block, in whole milliseconds
  double seconds = 0;    // until the last response or timeout: the last block may be shorter than the others
  stats::Timeline<LoadBlock> blocks = {};
  /// The same requests by the time at which they fell due, for evidence about requests that depend on their
  /// neighbours; empty in results of older versions. Classes of errors are in the order of `error_classes`.
  stats::LoadSlices slices = {};
  std::vector<double> limits = {};  // msec: what the slices' `above` were counted against
  std::optional<double> cap = {};   // msec: of the slices' capped sums
  std::vector<std::string> error_classes = {};
  std::optional<std::uint64_t> seed =
      {};  // of the load's random numbers; nothing in results of older versions
};

/// Adds the series that another process measured for its shard of the same loads, matching the n-th series of
/// a provider, version and iteration with the n-th one in `sum`. The sum starts at the earlier start and
/// takes the longer time of the two; blocks are matched by index, slices by the time of the wall clock.
/// Series without a match are appended. Slices are dropped where one of the two has none for its requests,
/// and figures of slices that one of the two lacks.
void add(std::vector<LoadSeries>& sum, const std::vector<LoadSeries>& part);

/// Makes the finest series coarser until all together have at most 1,200 blocks (or one each), so that the
/// result of a loop does not grow with the duration of its loads. Series of one window keep the same
/// interval.
void limit_blocks(std::vector<LoadSeries>& series);

/// Makes the slices of each provider equally long, and so long that no version has more than 1024 in all
/// series of the provider (or one in each), so that the result of a loop does not grow with its iterations.
/// Slices of different series are never merged.
void limit_slices(std::vector<LoadSeries>& series);
/// The same for series of several results.
void limit_slices(const std::vector<LoadSeries*>& series);

}  // namespace iter8::experiment
