#pragma once

#include "experiment/result/result.h"

namespace iter8::experiment {

/// Adds what the loads of another shard measured: counts, proportions, histograms and moments without loss.
/// Rates add up; of figures that describe a process (lateness, CPU share, degraded) the worst is kept.
/// Metrics of other tasks are the same for all shards, so those of the first are kept. Throws base::Error for
/// observations that cannot be added.
void add_metrics(Result& total, const Result& shard);

/// Recomputes what depends on histograms and moments: percentiles and standard deviations. Throws base::Error
/// for a histogram that cannot be read.
void derive_metrics(Result& total);

}  // namespace iter8::experiment
