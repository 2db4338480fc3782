#pragma once

#include <string>

#include "verdict/criteria.h"
#include "verdict/evidence_store.h"
#include "verdict/objective_evidence.h"

namespace iter8::verdict {

/// The data that a relative limit is relative to: of a version of this run, or of the run before.
struct Reference {
  enum class Run { same, previous };
  const EvidenceStore& store;
  std::size_t version = 0;
  Run run = Run::same;
};

/// One objective with a relative limit, and the data of one version.
struct RelativeQuestion {
  const ObjectiveOptions& objective;
  const MetricSource& source;
  const AccumulatedData& data;
  std::size_t version = 0;
  const Reference& reference;
  EvidenceStore& store;        // of this run; keeps the state of comparisons over the looks
  const std::string& subject;  // begins the sentences of warnings
  const stats::Rule& rule;
  std::optional<double> stall;               // seconds; as in DependentData
  const EvidenceStore* own_store = nullptr;  // where `data` stand, if it is another one than `store`
};

/// What is known about the limits that are numbers, and what the data say about the relative ones: both must
/// be met. Evidence against a version of the same run compares the two at equal times and holds over all
/// looks; against an earlier run it is of one look, because the runs do not share their time.
ObjectiveEvidence with_relative_limits(ObjectiveEvidence finding, const RelativeQuestion& question);

}  // namespace iter8::verdict
