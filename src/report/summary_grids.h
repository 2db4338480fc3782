#pragma once

#include "experiment/result/result.h"
#include "report/grid.h"

namespace iter8::report {

/// The tables of the summary that a run ends with. Without rows where there is nothing to show. Each begins
/// with a column of signs or spaces, so that they stand below each other.

/// What was sent and how it was answered, one row a version and provider of the latest load. Left out one
/// after another: max, p50, p95, rate.
Grid load_grid(const experiment::Result& result, const TextStyle& style);

/// One row an objective and version: sign, value, limit, interval, P(met), samples, and what a relative limit
/// is relative to. Left out one after another: samples, P(met), that, interval. Of more rows than a screen
/// has, those that are missed or undecided come first and the last ones are left out; `hidden` counts them.
struct ObjectiveGrid {
  Grid grid;
  std::size_t hidden_met = 0;
  std::size_t hidden_unmet = 0;
};
ObjectiveGrid objective_grid(const experiment::Result& result, const TextStyle& style);

/// One row a reward and version: value, interval, lift, its interval, P(best), and which direction is better.
/// Left out one after another: that, the interval of the lift, interval, lift.
Grid reward_grid(const experiment::Result& result, const TextStyle& style);

/// Of a run that judged nothing and only shows: one row an indicator and version, with value, interval, lift
/// and its chance to be the best. Left out one after another: lift, P(best), interval.
Grid indicator_grid(const experiment::Result& result, const TextStyle& style);

}  // namespace iter8::report
