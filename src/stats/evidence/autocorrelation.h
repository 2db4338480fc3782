#pragma once

#include <cstddef>
#include <optional>
#include <span>

#include "stats/evidence/mean.h"
#include "stats/evidence/proportion.h"

namespace iter8::stats {

/// MSER-5 (White 1997, Spratt 1998): how many of the first values of a series belong to the warm-up, a
/// multiple of 5 and at most half. 0 for fewer than 20 values or invalid ones.
std::size_t warmup_length(std::span<const double> values);

/// A series cut into equal batches; the remainder at its start is left out. Neighbouring values of a load
/// test depend on each other, batch means hardly do (Law 2015, 9.5.3).
struct BatchMeans {
  double mean = kNan;  // of the values in batches
  /// VIF = m var(batch means) / s^2: 1 = independent, above kInflationWarning warn `autocorrelated`.
  double variance_inflation = kNan;
  double effective = kNan;                      // n / max(1, VIF)
  double freedom = kNan;                        // batches - 1
  Interval interval;                            // mean ± t_{batches - 1} sd(batch means)/sqrt(batches)
  std::optional<InvalidReason> invalid_reason;  // too_few values for two per batch, non_finite, no_variance
};

constexpr std::size_t kBatches = 20;
BatchMeans batch_means(std::span<const double> values, double level, std::size_t batches = kBatches);

constexpr double kInflationWarning = 1.5;

/// The data reduced to their effective size, n / max(1, inflation): (x, n) -> (x, n)/VIF. What was exact is
/// approximate from then on.
Counts effective_sample(const Counts& counts, double inflation);
Moments effective_sample(const Moments& moments, double inflation);

/// Moments from window values taken one after another (at least 8), for providers that return one number a
/// window: batch means with batches - 1 degrees of freedom when they are free of autocorrelation, deflated
/// otherwise. `too_few` below 8.
struct WindowMoments {
  Moments moments;
  double inflation = 1;
  std::optional<InvalidReason> invalid_reason;
};
WindowMoments moments_of_windows(std::span<const double> values);

/// A cumulative counter's increments; a decrease is a reset, counted from 0 (report `counter-reset`).
struct Increase {
  double amount = 0;
  int resets = 0;
};
Increase increase_of(std::span<const double> readings);

}  // namespace iter8::stats
