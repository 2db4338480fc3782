#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace iter8::experiment {

/// What one load met in one stretch of time. Blocks of the same provider, iteration and number are of the
/// same time for all versions that were loaded in one window: noise of the machine is in both halves of a
/// pair.
struct LoadBlock {
  std::int64_t asked = 0;  // requests that were due in it
  std::int64_t sent = 0;   // begun in it, whenever they were due
  std::int64_t completed = 0;
  std::map<std::string, std::int64_t> errors;  // by class, those that occurred
  std::int64_t connections = 0;                // open at its end
  std::int64_t ended = 0;                      // requests answered or failed in it; their latency:
  double mean = 0;                             // msec; 0 when none ended
  double variance = 0;                         // msec², unbiased; 0 for fewer than two
  std::optional<double> p50;                   // msec, within 1.6 %
  std::optional<double> p95;
  std::optional<double> p99;
  std::string histogram;  // all latencies: the text of a stats::Sketch, for merging
};

/// The course of a load on one version. At most a few hundred blocks, however long the load was.
struct LoadSeries {
  std::string provider;  // "http", "http-ENDPOINT"
  std::size_t version = 0;
  int iteration = 0;
  double interval = 1;  // seconds of a block
  std::vector<LoadBlock> blocks;
};

}  // namespace iter8::experiment
