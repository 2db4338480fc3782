#include "tasks/forge/target.h"

#include "base/error.h"
#include "base/host_policy.h"
#include "forge/place.h"
#include "web/client.h"

namespace iter8::tasks {

std::optional<ForgeTarget> target_of(const ForgeOptions& options, const std::string& repository,
                                     experiment::BuildContext& context) {
  try {
    ForgeTarget target{
        .account = account_of(options, context.environment, context.secrets, context.directory),
        .repository = repository.empty() ? forge::own_repository(context.environment) : repository};
    if (!repository.empty()) static_cast<void>(forge::repository_path(target.account.vendor, repository));
    const forge::Origin origin = forge::origin_of(context.environment);
    target.pull_request = origin.pull_request;
    target.commit = origin.commit;
    return target;
  } catch (const base::Error& error) {
    context.problems.error(context.position, error.what());
    return std::nullopt;
  }
}

const std::string& repository_of(const ForgeTarget& target) {
  if (target.repository.empty())
    throw base::Error(
        "no repository is known: set 'repository', this is not a job of GitHub, GitLab or Gitea");
  return target.repository;
}

const std::string& commit_of(const ForgeTarget& target, const std::string& given) {
  if (!given.empty()) return given;
  if (target.commit.empty())
    throw base::Error("no commit is known: set 'commit', this is not a job of GitHub, GitLab or Gitea");
  return target.commit;
}

std::int64_t pull_request_of(const ForgeTarget& target, const std::optional<std::int64_t>& given) {
  if (given) return *given;
  if (!target.pull_request)
    throw base::Error("no pull request is known: set 'pullRequest', this run was not started by one");
  return *target.pull_request;
}

ForgeTarget with_placeholders(ForgeTarget target) {
  const bool is_gitlab = target.account.vendor == forge::Vendor::gitlab;
  if (target.repository.empty()) target.repository = is_gitlab ? "GROUP/PROJECT" : "OWNER/NAME";
  if (target.commit.empty()) target.commit = "COMMIT";
  if (!target.pull_request) target.pull_request = 0;
  return target;
}

forge::Client client_of(const ForgeTarget& target, const experiment::Context& context) {
  return {target.account,
          {.secrets = context.secrets,
           .clock = context.clock,
           .log = context.log,
           .stop = context.stop,
           .hosts = base::HostPolicy::of(context.environment)}};
}

std::vector<std::string> plan_text(const forge::Account& account, const forge::Call& call) {
  return web::plan_text(forge::request_of(account, call));
}

}  // namespace iter8::tasks
