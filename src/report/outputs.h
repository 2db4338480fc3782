#pragma once

#include <string>
#include <utility>
#include <vector>

#include "experiment/result/result.h"

namespace iter8::report {

/// Names and values, in the order in which they are shown.
using Outputs = std::vector<std::pair<std::string, std::string>>;

/// What later steps of a pipeline decide by: verdict (see summary::verdict_of), completed and slos (true or
/// false), winner and recommended (a version, or empty). GitHub outputs, Tekton results, dotenv variables and
/// ConfigMaps are made from it. The values are safe to paste into a shell: letters, digits and "._/:@+-"
/// only. A version whose name has other characters, or more than 200, goes by its number, which every
/// condition of iter8 understands as well.
Outputs outputs_of(const experiment::Result& result);

}  // namespace iter8::report
