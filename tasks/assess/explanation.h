#pragma once

#include <string>

#include "experiment/assessment.h"
#include "stats/evidence/evidence.h"
#include "tasks/assess/objective_evidence.h"

namespace iter8::tasks::assess {

/// What the sentences about one check are made of.
struct Explained {
  const ObjectiveEvidence& finding;
  const MetricSource& source;
  Bounds bounds;
  std::string unit;
  std::string metric;
  stats::Rule rule;
};

/// "0.4 % of 2000" or "12.3 msec": the value as people read it.
std::string shown(double value, const MetricSource& source, const std::string& unit);

/// A sentence for a decided check: value, limit, probability, and what the decision rests on.
std::string decided_sentence(const Explained& explained, stats::Decision decision);

/// A sentence for one that is not: what is missing.
std::string undecided_sentence(const Explained& explained);

/// "0 of 300: with 95 % confidence the share is below 0.99 %; no number of requests shows that it is 0".
std::string zero_sentence(const Explained& explained, const stats::Counts& counts);

}  // namespace iter8::tasks::assess
