#pragma once

#include <string>
#include <vector>

#include "experiment/catalog.h"
#include "tasks/evidence/event.h"
#include "tasks/evidence/event_document.h"
#include "tasks/forge/target.h"
#include "tasks/repository-dispatch/options.h"

namespace iter8::tasks::repository_dispatch {

/// Sends GitHub's repository_dispatch event with the outcome as payload. GitHub does not say what it started.
class RepositoryDispatchTask final : public experiment::Task {
 public:
  RepositoryDispatchTask(RepositoryDispatchOptions options, ForgeTarget target, CiRun run)
      : options_(std::move(options)), target_(std::move(target)), run_(std::move(run)) {}

  experiment::Outcome run(const experiment::Context& context) override;
  std::vector<std::string> plan(const std::vector<experiment::Version>& versions) const override;

 private:
  /// The body, with as many objectives as GitHub takes.
  FittedDocument body_of(const Event& event, const experiment::Json& values) const;
  forge::Call call_of(const ForgeTarget& target, experiment::Json body) const;

  RepositoryDispatchOptions options_;
  ForgeTarget target_;
  CiRun run_;
};

experiment::TaskKind repository_dispatch_kind();

}  // namespace iter8::tasks::repository_dispatch
