#include "tasks/workflow/wait.h"

#include <algorithm>

#include <fmt/format.h>

#include "base/error.h"
#include "base/text.h"

namespace iter8::tasks::workflow {

namespace {

using experiment::Context;
using forge::WorkflowRun;

constexpr std::chrono::seconds kLongestInterval{30};
constexpr std::chrono::minutes kStartLimit{2};

/// The wait before the next look; false when there is no time for one, or the task is stopped.
bool pause(base::Duration& interval, base::MonotonicTime deadline, const Context& context) {
  const base::MonotonicTime now = context.clock.now();
  if (now >= deadline) return false;
  const base::MonotonicTime next = std::min(now + interval, deadline);
  interval =
      std::min<base::Duration>(interval + interval / 2, std::max<base::Duration>(interval, kLongestInterval));
  return context.clock.wait_until(next, context.stop);
}

void log_state(const WorkflowRun& run, const Context& context) {
  const std::string end = run.conclusion.empty() || run.conclusion == run.status ? "" : ", " + run.conclusion;
  context.log.info(fmt::format("run {}: {}{} {}", run.id, base::printable(run.status), base::printable(end),
                               base::printable(run.url, 500)));
}

}  // namespace

WorkflowRun wait_for_start(forge::Client& client, const forge::WorkflowStart& start, base::WallTime since,
                           const WaitPlan& plan, const Context& context) {
  const base::MonotonicTime deadline =
      std::min<base::MonotonicTime>(plan.deadline, context.clock.now() + kStartLimit);
  base::Duration interval = plan.interval;
  while (true) {
    if (auto run = find_run(client, start, since)) return *run;
    if (!pause(interval, deadline, context))
      throw base::Error("the run that was started did not show up; it may still start");
  }
}

WorkflowRun wait_for_end(forge::Client& client, const std::string& repository, WorkflowRun run,
                         const WaitPlan& plan, const Context& context) {
  base::Duration interval = plan.interval;
  std::string known;
  while (true) {
    std::string url = std::move(run.url);
    run = look_at_run(client, repository, run.id);
    if (run.url.empty()) run.url = std::move(url);
    if (run.status != known) log_state(run, context);
    known = run.status;
    if (run.is_over() || !pause(interval, plan.deadline, context)) return run;
  }
}

}  // namespace iter8::tasks::workflow
