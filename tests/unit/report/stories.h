#pragma once

#include <string>
#include <vector>

#include "experiment/result/result.h"

namespace iter8::tests {

/// A result as one kind of run leaves it, and the name of its golden reports in tests/golden/report.
struct Story {
  std::string name;
  experiment::Result result;
};

/// pass, fail, missing-metric, winner, interrupted, failure, not-assessed, refused, undecided, hostile.
std::vector<Story> stories();

}  // namespace iter8::tests
