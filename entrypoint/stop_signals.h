#pragma once

#include <string>

#include <signal.h>

namespace iter8::entrypoint {

/// The signals that stop a run: those with which people, terminals, schedulers and CI systems end a program.
/// Without those that are ignored already, as nohup and shells arrange it; SIGINT and SIGTERM always count.
sigset_t stop_signals();

/// "SIGTERM".
std::string signal_name(int signal);

}  // namespace iter8::entrypoint
