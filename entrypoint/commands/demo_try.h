#pragma once

#include "entrypoint/demo/command.h"
#include "entrypoint/process.h"

namespace iter8::entrypoint {

/// Serves the demo application, as demo::run() does. With --try also loads its first two versions as `iter8
/// load` does, prints what came of it, writes report.html into the current folder, and ends.
int run(const demo::Options& options, Process& process);

}  // namespace iter8::entrypoint
