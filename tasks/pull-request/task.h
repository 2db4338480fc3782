#pragma once

#include <optional>
#include <string>
#include <vector>

#include "experiment/catalog.h"
#include "tasks/pull-request/options.h"
#include "tasks/pull-request/request.h"

namespace iter8::tasks::pull_request {

/// Edits files of a repository and proposes the change as one pull request, which later runs
/// update instead of opening another.
class PullRequestTask final : public experiment::Task {
 public:
  PullRequestTask(PullRequestOptions options, forge::Account account, base::Environment environment,
                  std::filesystem::path directory)
      : options_(std::move(options)),
        account_(std::move(account)),
        environment_(std::move(environment)),
        directory_(std::move(directory)) {}

  experiment::Outcome run(const experiment::Context& context) override;
  /// What would be sent, and the diff of each file that the work tree around the experiment has. Asks nobody.
  std::vector<std::string> plan(const std::vector<experiment::Version>& versions) const override;

 private:
  experiment::Outcome promote_all(const experiment::Context& context) const;
  std::string promote_one(const RepositoryEdits& group, const config::Value& data, forge::Client& client,
                          const experiment::Context& context) const;

  PullRequestOptions options_;
  forge::Account account_;
  base::Environment environment_;  // of the time when the task was built: for the plan
  std::filesystem::path directory_;
};

experiment::TaskKind pull_request_kind();

}  // namespace iter8::tasks::pull_request
