#pragma once

#include <cstdint>

#include "stats/histogram/histogram.h"

namespace iter8::stats {

/// Durations together with some that were cut short, of which it is only known that they are longer than
/// that.
struct CompletedDurations {
  Histogram values;
  /// How many of the values are longer by an unknown amount: longer than every duration that ended, so that
  /// nothing tells by how much. They stand in `values` with what is known.
  std::int64_t open = 0;
};

/// Gives each duration of `cut` to those that are longer, in equal parts: the product-limit estimate (Kaplan
/// & Meier, 1958), as redistribution to the right (Efron, 1967). A duration that was cut short so takes part
/// in no quantile below it, and in those above it like the longer ones. Exact without cut ones; else the
/// values are those of the histogram's buckets (0.1 %), and their number is that of both.
CompletedDurations completed_durations(const Histogram& ended, const Histogram& cut);

}  // namespace iter8::stats
