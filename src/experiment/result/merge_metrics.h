#pragma once

#include "experiment/result/result.h"

namespace iter8::experiment {

/// Adds what the loads of another shard measured: counts, proportions, histograms and moments without loss;
/// rates add up, and of what describes a process the worst stays. Metrics of other tasks are the same for all
/// shards: those that are there stay. Throws base::Error for observations that cannot be added.
void add_metrics(Result& total, const Result& shard);

/// Works out again what follows from histograms and moments: percentiles and deviations. Throws base::Error
/// for a histogram that cannot be read.
void derive_metrics(Result& total);

}  // namespace iter8::experiment
