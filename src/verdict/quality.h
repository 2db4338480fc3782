#pragma once

#include <optional>
#include <string>
#include <vector>

#include "experiment/assessment.h"
#include "experiment/result/result.h"
#include "verdict/criteria.h"
#include "verdict/evidence_store.h"

namespace iter8::verdict {

/// "http/error-rate of 'candidate'"; without the version where there is only one.
std::string subject_of(const std::string& metric, std::size_t version, const experiment::Result& result);

/// Adds it unless its message is there already.
void add_warning(std::vector<experiment::Warning>& warnings, experiment::Warning warning);

/// Units (visits, orders, calls) that came in since the look before, and the traffic split that was in force.
struct SplitUnits {
  std::string metric;
  std::vector<int> weights;    // percent, one a version
  std::vector<double> counts;  // one a version
};

/// Of the first reward or objective that counts users under a known split; nothing where none does. What the
/// load tasks send is not split by weights.
std::optional<SplitUnits> units_of(const Criteria& criteria, const experiment::Result& result,
                                   const EvidenceStore& store);
/// The warning `srm` of a split that is not the promised one; stats/evidence/mismatch.h decides that it is
/// not.
experiment::Warning split_warning(const SplitUnits& units, const experiment::Result& result);

/// What is wrong with the data that the criteria judge by, each with a code of docs/decisions.md:
/// counter-reset, stale, all-equal, time-overlap, open-loop-missed.
void add_quality_warnings(const Criteria& criteria, const experiment::Result& result,
                          const EvidenceStore& store, std::vector<experiment::Warning>& warnings);

/// One warning a metric without data, however many versions and objectives lack it.
void add_missing_metrics(experiment::Assessment& assessment);

}  // namespace iter8::verdict
