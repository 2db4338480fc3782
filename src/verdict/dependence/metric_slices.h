#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/clock.h"
#include "stats/dependence/slices.h"
#include "verdict/evidence_store.h"

namespace iter8::verdict {

/// What is summed up of each request: its latency, or 1 for each that has the property.
struct SliceQuestion {
  const MetricSource& source;
  std::optional<double> above = {};  // of quantiles: 1 for each value above this, in the metric's unit
};

/// What the loads on one version recorded about one question, a stratum for each load. Raw values of a plugin
/// are one stratum, in which each value is a slice, because their order is all that is known of their times;
/// for a mean, without those of the warm-up.
struct MetricSlices {
  struct Stratum {
    int run = 0;
    int step = 0;  // numbers the traffic splits
    base::WallTime start;
    std::int64_t first = 0;  // number of the first slice on the grid
    std::vector<stats::Slice> slices;
  };
  std::vector<Stratum> strata;
  base::Duration width{0};  // of every slice; 0 for raw values
  double seconds = 0;       // of all loads together; 0 for raw values, whose times are not known

  double units() const;
};

/// Nothing where slices do not cover all of the version's data: of a metric that no load task made, or of a
/// result from before slices were recorded.
std::optional<MetricSlices> metric_slices(const EvidenceStore& store, const SliceQuestion& question,
                                          std::size_t version);

/// Two versions, each stratum over the same slices.
struct PairedSlices {
  std::vector<stats::SliceStratum> strata;
  std::vector<int> steps;  // of each stratum
};

/// Nothing where not all loads of the two covered the same times (one after the other, different runs):
/// then nothing cancels.
std::optional<PairedSlices> paired(const MetricSlices& baseline, const MetricSlices& candidate);

/// The slices of all strata, for stats::clustered_mean().
std::vector<std::vector<stats::Slice>> all_slices(const MetricSlices& slices);

}  // namespace iter8::verdict
