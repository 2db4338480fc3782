#pragma once

#include <optional>
#include <span>
#include <string>
#include <vector>

#include "experiment/assessment.h"
#include "stats/posterior/posterior.h"
#include "stats/posterior/ranking.h"
#include "verdict/criteria.h"
#include "verdict/evidence_store.h"
#include "verdict/objective_evidence.h"

namespace iter8::verdict {

/// One reward at one look: what is reported of it, and what a winner is decided by.
struct RewardEvidence {
  experiment::Reward reward;
  /// strength[i][j]: ln(alpha e) that version i is better than j. Empty for rule point, and where the metric
  /// carries no sampling information: then bare values are all there is.
  std::vector<std::vector<double>> strength;
  /// Why the data of a pair decide nothing, whatever the figures are (Dependence::open); empty = nothing.
  std::string open;
  std::optional<stats::Ranking> ranking;
  /// ln(alpha e) that a version is at most `mde` (5 % where none is given) worse than the baseline.
  std::vector<double> not_worse;
  /// The candidates on the list of those that are certainly better than the baseline; see
  /// stats::decisions_by_fdr.
  std::vector<std::size_t> certainly_better;
  /// All data together say the opposite of data of equal times (Simpson's paradox): nothing may be learnt
  /// from them.
  bool is_misleading = false;
  std::vector<experiment::Warning> warnings;
};

/// The versions with the best value among `versions`; those without a value take no part.
std::vector<std::size_t> best_of(const experiment::Reward& reward, const std::vector<std::size_t>& versions);

/// What all rewards of a look are judged from.
struct RewardInputs {
  const experiment::Result& result;
  EvidenceMode mode;     // point: the latest values are compared, and nothing below is read
  EvidenceStore& store;  // all data up to this look
  const stats::Rule& rule;
  double planned_samples;               // that the declared looks will take, a version
  std::span<const double> feasibility;  // P(a version meets every objective), one a version
  std::optional<double> stall = {};     // seconds; as in DependentData
};

RewardEvidence judge_reward(const RewardOptions& options, const RewardInputs& inputs);

/// Value and interval of a metric for one version.
experiment::RewardCheck check_of(const MetricSource& source, std::size_t version, const RewardInputs& inputs);

/// The data of one version that a posterior and an interval come from: where requests depend on their
/// neighbours, as many as they are worth.
AccumulatedData data_worth(const MetricSource& source, std::size_t version, const RewardInputs& inputs);

/// Of proportions and means; nothing for other data, and for too few.
std::optional<stats::Posterior> posterior_of(const AccumulatedData& data, const MetricSource& source);

/// Fills in who is best with which probability, and how each compares with the baseline; one posterior and
/// one feasibility a version. Nothing if they cannot be ranked.
std::optional<stats::Ranking> rank(std::vector<experiment::RewardCheck>& versions,
                                   const std::vector<stats::Posterior>& posteriors,
                                   std::span<const double> feasibility, experiment::Direction direction,
                                   double level);

}  // namespace iter8::verdict
