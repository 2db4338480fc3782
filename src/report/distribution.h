#pragma once

#include <string>
#include <vector>

#include "experiment/result/result.h"

namespace iter8::report {

/// A histogram of the result as a plot needs it: the same few bins for every version, wider to the right.
struct Distribution {
  std::string metric;
  std::string unit;
  std::vector<double> edges;                // ascending; one more than there are bins
  std::vector<std::vector<double>> shares;  // by version, by bin; of that version's samples, 0 to 1; or empty
};

/// One for each histogram of the result that has samples, in `bins` bins of equal ratio (>= 1). Buckets that
/// reach over an edge are shared out by their width.
std::vector<Distribution> distributions(const experiment::Result& result, std::size_t bins);

}  // namespace iter8::report
