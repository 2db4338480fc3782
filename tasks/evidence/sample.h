#pragma once

#include <vector>

#include "experiment/result/result.h"
#include "experiment/version.h"

namespace iter8::tasks {

/// A result to show in --dry-run what would be told: a run of these versions that passed.
experiment::Result sample_result(const std::vector<experiment::Version>& versions);

}  // namespace iter8::tasks
