#pragma once

#include <string>

#include "load/measurement.h"

namespace iter8::tasks {

/// "404", "404, 500": the statuses that were errors, where the counts tell which those are; else empty.
std::string error_statuses_of(const load::Tally& tally);

/// The first failure as text, or "status 404" where all failures were statuses; empty where there is nothing
/// to say.
std::string first_failure_of(const load::Tally& tally);

}  // namespace iter8::tasks
