#pragma once

#include <string>
#include <vector>

#include "experiment/result/result.h"

namespace iter8::summary {

/// What leaves the verdict of an assessment open, a sentence an entry: each undecided objective that it rests
/// on, and why, or else why there is no winner yet. Empty where it is not inconclusive. `result` names the
/// versions.
std::vector<std::string> open_questions(const experiment::Assessment& assessment,
                                        const experiment::Result& result);

}  // namespace iter8::summary
