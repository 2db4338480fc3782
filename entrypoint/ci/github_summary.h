#pragma once

#include <string>
#include <vector>

#include "experiment/result/result.h"

namespace iter8::ci {

/// GitHub drops a summary of more than 1 MiB as a whole: this stays below 900 KiB, the rest of the megabyte
/// being for other texts of the same step.
inline constexpr std::size_t kLongestStepSummary = 900 * 1024;

/// The Markdown for GITHUB_STEP_SUMMARY: the report, verdict first, what became of each condition, a plot of
/// the distributions, a link to the artifacts (a URL, or empty). A longer one is cut at the end of a line,
/// and says so.
std::string step_summary(const experiment::Result& result, const std::vector<std::string>& findings,
                         const std::string& artifacts_url);

}  // namespace iter8::ci
