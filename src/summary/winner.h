#pragma once

#include <cstddef>
#include <optional>
#include <string>

#include "experiment/result/result.h"

namespace iter8::summary {

/// The winner's number; nothing when there is none.
std::optional<std::size_t> winner_of(const experiment::Result& result);

/// The winner's name; empty when there is none.
std::string winner_name(const experiment::Result& result);

/// For headlines: "candidate wins, best with a probability of 97.1 % (…)", with the reason in parentheses.
/// Empty without a winner, or when one version competes with nobody.
std::string winner_clause(const experiment::Result& result);

/// For reports: "candidate (the candidate 'candidate' satisfies every objective)", or "none (…)". Empty when
/// no winner was looked for, or when one version competes with nobody.
std::string winner_and_reason(const experiment::Result& result);

}  // namespace iter8::summary
