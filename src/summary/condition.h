#pragma once

#include <cstddef>
#include <string>

#include "experiment/result/result.h"

namespace iter8::summary {

/// What an objective asks for. A relative limit names what it is relative to, as in "+10% of the baseline",
/// "+10% of candidate", "+10% of the previous run".

/// For tables of reports, with the unit at the metric: "http/latency-p95 (msec) <= 100", "7 <= cart/size <=
/// 9", "http/error-rate <= 0.01 (not gating)".
std::string condition_text(const experiment::Objective& objective, const experiment::Result& result);

/// For sentences and messages, with the unit at the limit: "http/latency-p95 <= 100 msec".
std::string condition_in_words(const experiment::Objective& objective, const experiment::Result& result);

/// The limits alone, for a table that has the metric in another column: "≤ 250", "≤ 9, ≥ 7".
std::string limits_text(const experiment::Objective& objective);

/// The limit of one version, for a table of checks: "≤ 250 msec", "≤ 1 %", "7 to 9 msec"; of a relative one
/// the number, or "≤ +10%" where there is none.
std::string limit_of_version(const experiment::Objective& objective, std::size_t version,
                             const experiment::Result& result);

/// What a relative limit was computed from: "+10%" (of the baseline), "+10% of red". Empty for other limits.
std::string changes_text(const experiment::Objective& objective);

}  // namespace iter8::summary
