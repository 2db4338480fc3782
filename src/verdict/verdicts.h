#pragma once

#include <optional>
#include <vector>

#include "experiment/assessment.h"
#include "experiment/result/result.h"
#include "stats/posterior/ranking.h"
#include "verdict/criteria.h"

namespace iter8::verdict {

/// The verdict of the whole, once the winner is there.
///
/// Where the candidates decide, it answers whether a candidate may go on. By objectives alone: those of the
/// candidates. By a reward: fail when every candidate fails; error (or inconclusive, where data are awaited)
/// when a version that has not failed has no value of it; pass with a candidate as the winner, fail with the
/// baseline; else inconclusive, or error when a candidate has no data for an objective.
///
/// Where every version decides, for one version and with the pattern conformance. With objectives: of those
/// that gate, over all versions, or of the scores; a reward that was to decide by evidence and has no winner
/// yet makes a pass inconclusive. With rewards alone: pass with a winner (by bare values: with a value of
/// each version), else inconclusive, or error where one has no value.
experiment::Verdict verdict_of(const Criteria& criteria, const experiment::Assessment& assessment);

/// Turns the checks that the verdict does not rest on into remarks: of the baseline where the candidates
/// decide, and of all others where a candidate has won by a reward.
void set_gates(const Criteria& criteria, experiment::Assessment& assessment);

/// Of one version: of the objectives that gate, or of its score where there is one; skipped where nothing
/// gates.
experiment::Verdict verdict_of(const experiment::Assessment& assessment, std::size_t version);

/// Its objectives passed, or there is none that gates.
bool has_passed(const experiment::Assessment& assessment, std::size_t version);

/// One score a version, where the criteria ask for them: satisfied objectives count their weight, undecided
/// ones half of it; a failed key objective fails the version.
std::vector<experiment::Score> scores_of(const Criteria& criteria,
                                         const std::vector<experiment::Objective>& objectives);

/// Percent of the traffic, one a version; empty where nothing is to be recommended. The winner gets all of
/// it, else the shares follow `ranking` (null: nothing may be learnt from the data), else they stay as they
/// are.
std::vector<int> recommended_weights(const Criteria& criteria, const experiment::Assessment& assessment,
                                     const stats::Ranking* ranking, const experiment::Result& result);

}  // namespace iter8::verdict
