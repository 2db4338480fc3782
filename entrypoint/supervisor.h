#pragma once

#include <functional>

#include "entrypoint/worker.h"

namespace iter8::entrypoint {

/// Runs `work` in a process of its own, the worker, and returns the exit code of the program, in either of
/// the two processes. This one, the supervisor, does nothing but wait, pass signals on and reap: whatever
/// ends the worker in the middle of a run (SIGKILL, the kernel for want of memory, a fault), the supervisor
/// starts another one, which knows of the crash and runs `finally`; the exit code is then not 0. Must be
/// called before there is any other thread. If no process can be started, `work` runs in this one, without a
/// worker.
int supervise(const std::function<int(Worker*)>& work);

}  // namespace iter8::entrypoint
