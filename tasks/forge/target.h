#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/environment.h"
#include "experiment/catalog.h"
#include "forge/account.h"
#include "forge/client.h"
#include "tasks/forge/options.h"

namespace iter8::tasks {

/// Where a task's calls go, settled when the task is built: whose account, and in which repository. What the
/// file does not name comes from the CI job.
struct ForgeTarget {
  forge::Account account;
  std::string repository;                    // empty when neither the file nor a CI job names one
  std::optional<std::int64_t> pull_request;  // that the CI job was started for
  std::string commit;                        // likewise
};

/// Reports an account or repository that is wrong; nothing then.
std::optional<ForgeTarget> target_of(const ForgeOptions& options, const std::string& repository,
                                     experiment::BuildContext& context);

/// `given`, else the job's. Throws base::Error that names the option when there is neither.
const std::string& repository_of(const ForgeTarget& target);
const std::string& commit_of(const ForgeTarget& target, const std::string& given);
std::int64_t pull_request_of(const ForgeTarget& target, const std::optional<std::int64_t>& given);

/// The target with placeholders where only a CI job would say more: for --dry-run.
ForgeTarget with_placeholders(ForgeTarget target);

/// A client of the target's account in what surrounds a running task.
forge::Client client_of(const ForgeTarget& target, const experiment::Context& context);

/// What --dry-run shows of a call.
std::vector<std::string> plan_text(const forge::Account& account, const forge::Call& call);

}  // namespace iter8::tasks
