#pragma once

#include <string>
#include <vector>

#include "verdict/criteria.h"
#include "verdict/evidence_store.h"

namespace iter8::verdict {

// A service that fails is often fast: its latencies are not a merit. What that means for objectives and
// rewards on latencies of load tasks.

/// What errors are counted in, and the rule by which one version certainly has more.
struct ErrorInputs {
  const Criteria& criteria;
  const experiment::Result& result;
  EvidenceStore*
      store;  // keeps the comparison over the looks; null where bare numbers are compared: the latest
  stats::Rule rule;
};
ErrorInputs error_inputs(const Criteria& criteria, const experiment::Result& result, EvidenceStore& store,
                         int iterations, stats::Look look);

/// Whether it is a latency of a load task, of all responses or of those that are not errors.
bool is_load_latency(const std::string& metric);

/// Whether an objective that gates limits errors of the load task that makes `metric`.
bool judges_errors(const Criteria& criteria, const std::string& metric);

/// The candidates that cannot win on `metric`, a latency of a load task: certainly more of their requests
/// fail than of the baseline's, by the exact conditional test or e-process of stats/evidence/strata.h, so
/// that many looks do not find what is not there.
std::vector<std::size_t> versions_that_fail_more(const ErrorInputs& inputs, const std::string& metric);

/// Why an upper limit on a latency is not shown to be met, in a file without an objective on errors: every
/// request failed, or certainly more than of the baseline's. Empty when nothing speaks against it.
std::string doubt_about_failures(const ErrorInputs& inputs, const std::string& metric, std::size_t version);

}  // namespace iter8::verdict
