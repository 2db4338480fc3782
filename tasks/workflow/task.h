#pragma once

#include <string>
#include <vector>

#include "experiment/catalog.h"
#include "forge/workflows.h"
#include "tasks/evidence/event.h"
#include "tasks/forge/target.h"
#include "tasks/workflow/options.h"
#include "tasks/workflow/wait.h"

namespace iter8::tasks::workflow {

/// Starts a workflow of GitHub or Gitea, or a pipeline of GitLab, and waits for its end if it is told to: an
/// end other than a success fails the task. With a correlation input, a second attempt finds the run of the
/// first one instead of starting another.
class WorkflowTask final : public experiment::Task {
 public:
  WorkflowTask(WorkflowOptions options, ForgeTarget target, CiRun run, int line)
      : options_(std::move(options)),
        target_(std::move(target)),
        run_(std::move(run)),
        teller_("workflow " + std::to_string(line)) {}

  experiment::Outcome run(const experiment::Context& context) override;
  std::vector<std::string> plan(const std::vector<experiment::Version>& versions) const override;

 private:
  using Inputs = std::vector<std::pair<std::string, std::string>>;
  forge::WorkflowStart start_of(const ForgeTarget& target, const Event& event, Inputs inputs) const;
  Inputs render_inputs(const experiment::Context& context, const Event& event) const;
  experiment::Outcome act(const experiment::Context& context) const;
  /// Where it is not over in time.
  [[noreturn]] void give_up(const forge::WorkflowRun& run, const experiment::Context& context) const;

  WorkflowOptions options_;
  ForgeTarget target_;
  CiRun run_;
  std::string teller_;
};

experiment::TaskKind workflow_kind();

}  // namespace iter8::tasks::workflow
