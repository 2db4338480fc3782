#pragma once

#include <string>

#include "experiment/result/result.h"
#include "report/text_style.h"

namespace iter8::report {

/// What a run ends with, on one screen: the verdict and why, what makes it doubtful, what was sent and how it
/// was answered, every objective with value, limit and interval, rewards, winner, and what to do next. A pure
/// function like the formats (formats.h), for any result, masked as it is in its file. `result_file` is where
/// commands find the result, as they are told on their command line; empty = nowhere, and no command is
/// named. Ends in a line break.
std::string run_summary(const experiment::Result& result, const TextStyle& style,
                        const std::string& result_file);

}  // namespace iter8::report
