#pragma once

#include <optional>
#include <string>

#include "experiment/assessment.h"
#include "experiment/result/result.h"
#include "tasks/assess/options.h"

namespace iter8::tasks::assess {

std::string_view to_text(Pattern pattern);

/// The pattern when the file names none: by the number of versions and whether there is a reward.
Pattern inferred_pattern(std::size_t versions, std::size_t rewards);

/// Why the pattern cannot be used with so many versions and rewards, or nothing.
std::optional<std::string> objection_to(Pattern pattern, std::size_t versions, std::size_t rewards);

/// The latest values of a reward's metric and which versions have the best one.
experiment::Reward measured_reward(const RewardOptions& options, const experiment::Result& result);

/// Fills in which versions have the best value.
void set_best(experiment::Reward& reward);

/// The winner by bare values, after the rules of Iter8's v2 analytics. A version is feasible when it
/// satisfies every objective. conformance: the baseline, if feasible. canary: the candidate, if feasible,
/// else the baseline, if feasible. ab, abn: the feasible version with the best value of the first reward;
/// several with the same best value are a tie without a winner. `recommended` is the winner, else the
/// baseline.
experiment::Winner winner_of(const experiment::Assessment& assessment, Pattern pattern,
                             const experiment::Result& result);

}  // namespace iter8::tasks::assess
