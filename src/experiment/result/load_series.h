#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "base/clock.h"
#include "stats/evidence/mean.h"
#include "stats/histogram/sketch.h"
#include "stats/histogram/timeline.h"

namespace iter8::experiment {

/// What one load met in one stretch of time.
struct LoadBlock {
  std::int64_t asked = 0;  // requests that were due in it
  std::int64_t sent = 0;   // begun in it, whenever they were due
  std::int64_t completed = 0;
  std::map<std::string, std::int64_t> errors;  // by class, those that occurred
  std::int64_t connections = 0;                // open at its end
  stats::Moments latency;                      // msec, of the requests that were answered or failed in it
  stats::Sketch histogram;                     // the same latencies, nanoseconds

  /// In msec, within 1.6 %; nothing when no request ended.
  std::optional<double> percentile(double p) const;

  /// Of the same stretch in another process: everything adds up. Counts and histogram are exact, moments are
  /// to the six digits in which a result holds them.
  void add(const LoadBlock& other);
  /// Of the stretch right after: the same, but the connections are those at the end.
  void follow(const LoadBlock& next);
};

/// The course of a load on one version. Series of the same provider, iteration and start are of one window:
/// their blocks with the same number are of the same time, and the noise of the machine is in both halves of
/// a pair.
struct LoadSeries {
  std::string provider;  // "http", "http-ENDPOINT"
  std::size_t version = 0;
  int iteration = 0;
  base::WallTime start;  // of the first block; whole milliseconds
  double seconds = 0;    // that the load took with the wait for its last answers: the last block is a part
  stats::Timeline<LoadBlock> blocks = {};
};

/// Adds the courses that another process measured of its share of the same loads: the n-th of a provider,
/// version and iteration to the n-th of the same ones, whose start is the earlier and whose time the longer
/// of the two. Blocks are counted from the start of each. What `sum` does not have is appended.
void add(std::vector<LoadSeries>& sum, const std::vector<LoadSeries>& part);

/// Makes the finest series coarser until all together have at most 1,200 blocks (or one each): the result of
/// a loop does not grow with the duration of its loads. Series of one window stay alike.
void limit_blocks(std::vector<LoadSeries>& series);

}  // namespace iter8::experiment
