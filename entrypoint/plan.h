#pragma once

#include <string>

#include "experiment/model.h"

namespace iter8::entrypoint {

/// What `iter8 run --dry-run` prints: the versions, and each step with its condition and what it would do.
/// The caller masks secrets.
std::string plan_text(const experiment::Experiment& experiment);

}  // namespace iter8::entrypoint
