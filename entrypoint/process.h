#pragma once

#include <iosfwd>

#include "base/environment.h"
#include "base/secrets.h"
#include "entrypoint/worker.h"

namespace iter8::entrypoint {

/// The process as a command sees it: results go to `out`, messages to `err`. Passed by reference, so that
/// tests can run a command with streams of their own.
struct Process {
  const base::Environment& environment;
  base::Secrets& secrets;
  std::ostream& out;
  std::ostream& err;
  Worker* worker = nullptr;  // this process to its supervisor; null where there is none
};

/// The exit codes of the program. After a signal it is 128 plus the signal's number.
inline constexpr int kDone = 0;
inline constexpr int kFailed = 1;
inline constexpr int kUsage = 2;
inline constexpr int kInconclusive = 3;

}  // namespace iter8::entrypoint
