#pragma once

#include <string>

#include "base/clock.h"
#include "experiment/task.h"
#include "forge/workflows.h"

namespace iter8::tasks::workflow {

/// How long to wait for a run, and how often to look at it.
struct WaitPlan {
  base::MonotonicTime deadline{};
  base::Duration interval{};  // of the first looks; grows by half each time, to 30 s
};

/// Waits until the run that was started shows. Throws base::Error when it does not within two minutes, or the
/// time is up, or several runs could be it.
forge::WorkflowRun wait_for_start(forge::Client& client, const forge::WorkflowStart& start,
                                  base::WallTime since, const WaitPlan& plan,
                                  const experiment::Context& context);

/// Waits until the run is over; each change of its state is logged. What it returns is not over when the time
/// was up or the task was stopped.
forge::WorkflowRun wait_for_end(forge::Client& client, const std::string& repository, forge::WorkflowRun run,
                                const WaitPlan& plan, const experiment::Context& context);

}  // namespace iter8::tasks::workflow
