#pragma once

#include "entrypoint/process.h"
#include "experiment/result/result.h"

namespace iter8::entrypoint {

/// Evaluates what gates ask of a finished run (evaluate_gate), says what does not hold on standard error, and
/// returns the exit code.
int run_gate(const experiment::Result& result, Process& process);

}  // namespace iter8::entrypoint
