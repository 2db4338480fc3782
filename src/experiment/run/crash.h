#pragma once

#include <cstddef>
#include <string>

#include "experiment/model.h"
#include "experiment/result/result.h"

namespace iter8::experiment {

/// How a process ended that should have finished a run.
struct Crash {
  std::string reason;             // "SIGKILL", "unexpected exit"
  std::size_t finally_begun = 0;  // of the steps of finally, should the result on disk not say so
};

/// The result of a run after such an end: a failure, interrupted by the reason, in which each step that had
/// begun and was not recorded has failed. Throws base::Error if it is the result of another file.
Result result_after_crash(Result found, const Experiment& experiment, const Crash& crash, base::WallTime now);

}  // namespace iter8::experiment
