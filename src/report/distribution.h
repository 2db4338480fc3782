#pragma once

#include <optional>
#include <string>
#include <vector>

#include "experiment/result/result.h"

namespace iter8::report {

/// A histogram of the result as a plot needs it: recorded buckets are many and differ from version to
/// version, so they are put into the same few bins for all, each wider than the one before by the same ratio.
struct Distribution {
  std::string metric;
  std::string unit;
  std::vector<double> edges;                // ascending, in that unit; one more than there are bins
  std::vector<std::vector<double>> shares;  // by version, by bin: of that version's samples, 0 to 1
};

/// What the run recorded of a histogram for a version: of observations that each cover their own time the
/// sum, else the latest. Nothing if there is none.
std::optional<experiment::BucketCounts> all_buckets(const experiment::MetricSeries& series,
                                                    std::size_t version);

/// One for each histogram of the result that has samples, in `bins` bins (>= 1). The counts of a bucket that
/// reaches over an edge are divided by width. A version without samples has an empty list of shares.
std::vector<Distribution> distributions(const experiment::Result& result, std::size_t bins);

}  // namespace iter8::report
