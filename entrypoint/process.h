#pragma once

#include <iosfwd>

#include "base/environment.h"
#include "base/secrets.h"

namespace iter8::entrypoint {

/// The program's process as a command sees it: results go to `out`, messages to `err`. A value of references,
/// so that a command can be run on streams of a test.
struct Process {
  const base::Environment& environment;
  base::Secrets& secrets;
  std::ostream& out;
  std::ostream& err;
};

/// What the program's exit code says. A signal adds its number to 128.
inline constexpr int kDone = 0;
inline constexpr int kFailed = 1;
inline constexpr int kUsage = 2;
inline constexpr int kInconclusive = 3;

}  // namespace iter8::entrypoint
