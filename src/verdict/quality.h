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

/// Each message once.
void add_warning(std::vector<experiment::Warning>& warnings, experiment::Warning warning);

/// Units that came in since the look before, and the traffic split that was in force.
struct SplitUnits {
  std::string metric;
  std::vector<int> weights;
  std::vector<double> counts;
};

/// Of the first reward or objective that counts users under a known split; nothing where none does. What the
/// load tasks send is not split by weights.
std::optional<SplitUnits> units_of(const Criteria& criteria, const experiment::Result& result,
                                   const EvidenceStore& store);
experiment::Warning split_warning(const SplitUnits& units, const experiment::Result& result);

/// counter-reset, stale, all-equal, time-overlap, open-loop-missed.
void add_quality_warnings(const Criteria& criteria, const experiment::Result& result,
                          const EvidenceStore& store, experiment::Assessment& assessment);

/// One warning a metric without data, however many versions and objectives lack it.
void add_missing_metrics(experiment::Assessment& assessment);

}  // namespace iter8::verdict
