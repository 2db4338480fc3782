#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "experiment/version.h"
#include "tasks/pull-request/options.h"

namespace iter8::tasks::pull_request {

/// What --dry-run of the experiment `name` shows of a pull request when the last version wins: the writes
/// with their bodies, and the diff of each file that stands in the work tree around `directory`, where that
/// is the repository to be changed. Sends nothing; secrets are masked by the caller.
std::vector<std::string> plan_of(const PullRequestOptions& options, const forge::Account& account,
                                 const base::Environment& environment, const std::filesystem::path& directory,
                                 const std::vector<experiment::Version>& versions, const std::string& name);

}  // namespace iter8::tasks::pull_request
