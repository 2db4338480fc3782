#pragma once

#include <cstddef>
#include <optional>
#include <string>

#include "stats/evidence/evidence.h"
#include "verdict/dependence/metric_slices.h"
#include "verdict/evidence_store.h"

// Evidence from data that depend on their neighbours in time: load tests, and raw values of plugins. The
// method, what it was measured on, and what it does not promise: docs/decisions.md.

namespace iter8::verdict {

/// What a verdict rests on when neighbouring requests depend on each other.
struct Dependence {
  double effective = 0;  // independent requests that would say as much; at most as many as there were
  double clusters = 0;   // about how many groups of 1/32 of the run decided
  double seconds = 0;    // of load; 0 for raw values
  std::string open;      // why nothing is decided, whatever the figures are; empty = nothing
  std::optional<double> times_longer;    // by how much longer a run would probably settle it
  std::optional<double> excluded_stall;  // seconds: longer ones would probably have shown
};

struct DependentEvidence {
  stats::Evidence evidence;
  double probability = stats::kNan;  // that the limit is met
  Dependence dependence;
};

/// One metric of one version, and the rule that it is judged by.
struct DependentData {
  const EvidenceStore& store;
  const MetricSource& source;
  std::size_t version = 0;
  const stats::Rule& rule;
  /// The longest stall that the file declares, in seconds: in favour of a version, requests within one count
  /// as one.
  std::optional<double> stall = {};
};

/// Evidence that the value is at most (at least) a fixed limit. Shares, errors and quantiles by the exact
/// tests on as many requests as they are worth; means by Student's t over groups. Nothing where slices do not
/// cover the data: then requests have to be taken for independent.
std::optional<DependentEvidence> evidence_at_limit(const DependentData& data, stats::Side side, double limit);

/// Two versions: "candidate <= ratio * baseline". The baseline may stand in the store of another run.
struct DependentComparison {
  DependentData baseline;
  DependentData candidate;
  double ratio = 1;
  double width = stats::kMixtureWidth;  // of the mixture for proportions
};
std::optional<DependentEvidence> evidence_of_comparison(const DependentComparison& comparison);

/// The data as if there were only as many as they are worth, for posteriors and intervals. A mean becomes one
/// of 32 group means.
std::optional<AccumulatedData> effective_data(const DependentData& data);

/// Of the value: at one look, or valid at all looks, as the rule wants it.
std::optional<stats::Interval> dependent_interval(const DependentData& data);

}  // namespace iter8::verdict
