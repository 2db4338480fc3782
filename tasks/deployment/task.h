#pragma once

#include <string>
#include <vector>

#include "experiment/catalog.h"
#include "forge/deployments.h"
#include "tasks/deployment/options.h"
#include "tasks/evidence/event.h"
#include "tasks/forge/target.h"

namespace iter8::tasks::deployment {

/// Records on GitHub that the commit was deployed to an environment, and what came of it. A second run finds
/// the deployment of the first and adds a status only when it says something new.
class DeploymentTask final : public experiment::Task {
 public:
  DeploymentTask(DeploymentOptions options, ForgeTarget target, CiRun run)
      : options_(std::move(options)), target_(std::move(target)), run_(std::move(run)) {}

  experiment::Outcome run(const experiment::Context& context) override;
  std::vector<std::string> plan(const std::vector<experiment::Version>& versions) const override;

 private:
  forge::Deployment deployment_of(const ForgeTarget& target, const Event& event) const;
  DeploymentState state_of(const Event& event) const;

  DeploymentOptions options_;
  ForgeTarget target_;
  CiRun run_;
};

experiment::TaskKind deployment_kind();

}  // namespace iter8::tasks::deployment
