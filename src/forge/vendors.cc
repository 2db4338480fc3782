#include <algorithm>

#include "forge/contents.h"
#include "forge/gitea_contents.h"
#include "forge/gitea_pull_requests.h"
#include "forge/github_contents.h"
#include "forge/github_pull_requests.h"
#include "forge/gitlab_contents.h"
#include "forge/gitlab_pull_requests.h"
#include "forge/pull_requests.h"

namespace iter8::forge {

std::unique_ptr<Contents> api_contents(Client& client, const std::string& repository) {
  switch (client.account().vendor) {
    case Vendor::github:
      return std::make_unique<GithubContents>(client, repository);
    case Vendor::gitlab:
      return std::make_unique<GitlabContents>(client, repository);
    case Vendor::gitea:
      break;
  }
  return std::make_unique<GiteaContents>(client, repository);
}

std::unique_ptr<PullRequests> pull_requests(Client& client, const std::string& repository) {
  switch (client.account().vendor) {
    case Vendor::github:
      return std::make_unique<GithubPullRequests>(client, repository);
    case Vendor::gitlab:
      return std::make_unique<GitlabPullRequests>(client, repository);
    case Vendor::gitea:
      break;
  }
  return std::make_unique<GiteaPullRequests>(client, repository);
}

std::string_view to_text(MergeMethod method) {
  switch (method) {
    case MergeMethod::merge:
      return "merge";
    case MergeMethod::squash:
      return "squash";
    case MergeMethod::rebase:
      break;
  }
  return "rebase";
}

std::vector<std::string> missing_of(const std::vector<std::string>& wanted,
                                    const std::vector<std::string>& there) {
  std::vector<std::string> missing;
  for (const std::string& one : wanted)
    if (std::find(there.begin(), there.end(), one) == there.end()) missing.push_back(one);
  return missing;
}

}  // namespace iter8::forge
