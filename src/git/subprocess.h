#pragma once

#include <functional>
#include <stop_token>
#include <string>

#include "base/clock.h"

namespace iter8::git {

/// Runs `work` in a child process and returns what it returned; an exception of it is thrown here as
/// base::Error. The network code of libgit2 1.5 has no time limits, and asks the process's environment where
/// the user's home is: in a child, a limit is a kill, and the environment is its own. When `limit` is up or
/// `stop` fires the child is killed and base::Error is thrown, naming `what`. The child may use 1 GiB of
/// memory beside what this process has, whatever the other side sends. The child also ends when this process
/// does. `work` must not touch what other threads may have locked (logs, secrets).
std::string run_in_subprocess(const std::function<std::string()>& work, const std::string& what,
                              base::Duration limit, const std::stop_token& stop);

}  // namespace iter8::git
