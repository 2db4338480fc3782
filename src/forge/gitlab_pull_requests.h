#pragma once

#include "forge/pull_requests.h"
#include "forge/reading.h"

namespace iter8::forge {

/// Merge requests of GitLab. There are no team reviewers, and whether a merge rebases is the project's
/// setting.
class GitlabPullRequests final : public PullRequests {
 public:
  GitlabPullRequests(Client& client, std::string project) : client_(client), project_(std::move(project)) {}

  std::optional<PullRequest> find_open(const std::string& head, const std::string& base) override;
  std::optional<PullRequest> open(const NewPullRequest& wanted) override;
  void update(const PullRequest& pull, const std::string& title, const std::string& body) override;
  void add(const PullRequest& pull, const Attributes& wanted) override;
  void enable_auto_merge(const PullRequest& pull, MergeMethod method) override;
  void merge(const PullRequest& pull, MergeMethod method) override;
  std::optional<Merged> last_merged(const std::string& head, const std::string& base) override;
  bool is_protected(const std::string& branch) override;
  Call plan(const NewPullRequest& wanted) const override;

 private:
  std::string path(const std::vector<std::string_view>& parts) const;
  std::vector<std::int64_t> ids_of(const std::vector<std::string>& users);
  Response change(const PullRequest& pull, const Json& body, const std::string& purpose);
  Call merge_call(const PullRequest& pull, MergeMethod method, const std::string& purpose) const;

  Client& client_;
  std::string project_;
};

}  // namespace iter8::forge
