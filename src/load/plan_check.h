#pragma once

#include "load/plan.h"

namespace iter8::load {

/// Throws base::Error ("load: …") for a plan that no load can be generated from: without a target or an end,
/// with a rate, count or duration that is out of range, or with settings that exclude each other. Tasks
/// report the same with the place in the file; this guards the engine.
void check_plan(const Plan& plan);

}  // namespace iter8::load
