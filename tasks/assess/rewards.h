#pragma once

#include <span>
#include <vector>

#include "experiment/assessment.h"
#include "stats/posterior/ranking.h"
#include "tasks/assess/criteria.h"
#include "tasks/assess/evidence_store.h"
#include "tasks/assess/objective_evidence.h"

namespace iter8::tasks::assess {

/// One reward at one look. `strength[i][j]`: ln(alpha e) that version i is better than j; empty where the
/// metric tells nothing about chance, and bare values are all there is.
struct RewardEvidence {
  experiment::Reward reward;
  std::vector<std::vector<double>> strength;
  std::optional<stats::Ranking> ranking;
  /// ln(alpha e) that a version is at most `mde` (5 % where none is given) worse than the baseline.
  std::vector<double> not_worse;
  /// The candidates on the list of those that are certainly better than the baseline; see stats::listed.
  std::vector<std::size_t> certainly_better;
  std::vector<experiment::Warning> warnings;
};

/// `feasibility`: P(a version meets every objective), one a version.
RewardEvidence reward_found(const RewardOptions& options, const experiment::Result& result,
                            EvidenceStore& store, const stats::Rule& rule, double planned,
                            std::span<const double> feasibility);

}  // namespace iter8::tasks::assess
