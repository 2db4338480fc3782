#pragma once

#include <string>
#include <vector>

#include "experiment/catalog.h"
#include "forge/check_runs.h"
#include "forge/statuses.h"
#include "tasks/commit-status/options.h"
#include "tasks/evidence/event.h"
#include "tasks/forge/target.h"

namespace iter8::tasks::commit_status {

/// Sets the outcome on a commit, where branch protection and people look for it. Doing so twice
/// changes nothing.
class CommitStatusTask final : public experiment::Task {
 public:
  CommitStatusTask(CommitStatusOptions options, ForgeTarget target, CiRun run)
      : options_(std::move(options)), target_(std::move(target)), run_(std::move(run)) {}

  experiment::Outcome run(const experiment::Context& context) override;
  std::vector<std::string> plan(const std::vector<experiment::Version>& versions) const override;

 private:
  forge::CommitStatus status_of(const ForgeTarget& target, const Event& event, std::string description) const;
  forge::CheckRun check_of(const ForgeTarget& target, const Event& event, std::string description) const;
  forge::CommitState state_of(const Event& event) const;
  std::string context_of(const Event& event) const;
  std::string description_of(const experiment::Context& context, const Event& event) const;

  CommitStatusOptions options_;
  ForgeTarget target_;
  CiRun run_;
};

experiment::TaskKind commit_status_kind();

}  // namespace iter8::tasks::commit_status
