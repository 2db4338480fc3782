#pragma once

#include <optional>
#include <string>
#include <vector>

#include "experiment/foresight.h"
#include "experiment/result/result.h"

namespace iter8::verdict {

/// What every request of one version comes to. Latencies are msec.
struct IdealVersion {
  double latency = 10;
  double error_share = 0;
  double spread = 0.001;  // of the latencies around theirs, as a share of it
};

/// The loads of one provider that a run is going to have, in order.
struct IdealLoads {
  std::string provider;
  struct Load {
    experiment::PlannedLoad plan;  // with requests
    int iteration = 1;
  };
  std::vector<Load> loads;
};

/// The result of a run in which each version behaves perfectly evenly: as a load task would record it, with
/// slices of time, and requests counted at `limit` (msec). A pure function: what varies in it varies always
/// in the same way.
experiment::Result ideal_result(const IdealLoads& loads, const std::vector<IdealVersion>& versions,
                                const std::optional<double>& limit);

}  // namespace iter8::verdict
