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

/// The result of the story of this name, which there must be.
experiment::Result story(const std::string& name);

}  // namespace iter8::tests
