#pragma once

#include <string>

#include "stats/evidence/evidence.h"
#include "verdict/objective_case.h"

namespace iter8::verdict {

/// The sentences of checks that evidence judged: `reason` in result.yaml and in reports.

/// Of a decided check: value, limit, probability, and what the decision rests on.
std::string decided_sentence(const EvidenceFacts& facts, stats::Decision decision);

/// Of one that is not decided: what is missing, and about how many samples would settle it.
std::string undecided_sentence(const EvidenceFacts& facts);

/// Of a limit of 0 that nothing violated yet: "0 of 300: with 95 % confidence the share is below 0.99 %; no
/// number of requests shows that it is 0".
std::string zero_sentence(const EvidenceFacts& facts, const stats::Counts& counts);

}  // namespace iter8::verdict
