#pragma once

#include <optional>
#include <string>
#include <vector>

#include "experiment/version.h"

namespace iter8::experiment {

/// One load on every version, as the file plans it: the most that it can be. Where the service decides
/// how much it is (a closed loop), what a fast one would make of it.
struct PlannedLoad {
  std::string provider;  // of its metrics: "http", "http-ENDPOINT"
  /// Of one version; nothing where the file does not say how many there will be.
  std::optional<double> requests;
  double seconds = 0;
  bool is_sequential = false;  // versions are loaded one after another, not at the same time
};

/// What is known before a run about what one step will find when it runs for the last time.
struct Foresight {
  const std::vector<Version>& versions;  // of the experiment, at least one
  int iterations = 1;                    // of the loop, at most
  std::vector<PlannedLoad> once;         // that come before, whatever the iteration
  std::vector<PlannedLoad> repeated;     // that come before in every iteration
};

}  // namespace iter8::experiment
