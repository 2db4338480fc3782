#pragma once

#include <string>

#include "stats/evidence/evidence.h"
#include "verdict/objective_case.h"

namespace iter8::verdict {

/// "0.4 % of 2000" or "12.3 msec": the value as people read it.
std::string shown(double value, const MetricSource& source, const std::string& unit);

/// A sentence for a decided check: value, limit, probability, and what the decision rests on.
std::string decided_sentence(const EvidenceFacts& facts, stats::Decision decision);

/// A sentence for one that is not: what is missing.
std::string undecided_sentence(const EvidenceFacts& facts);

/// "0 of 300: with 95 % confidence the share is below 0.99 %; no number of requests shows that it is 0".
std::string zero_sentence(const EvidenceFacts& facts, const stats::Counts& counts);

}  // namespace iter8::verdict
