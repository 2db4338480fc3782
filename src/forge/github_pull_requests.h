#pragma once

#include "forge/pull_requests.h"
#include "forge/reading.h"

namespace iter8::forge {

/// Pull requests of GitHub. Auto-merge is GraphQL, the rest REST.
class GithubPullRequests final : public PullRequests {
 public:
  GithubPullRequests(Client& client, const std::string& repository)
      : client_(client), name_(repository_name(repository)) {}

  std::optional<PullRequest> find_open(const std::string& head, const std::string& base) override;
  std::optional<PullRequest> open(const NewPullRequest& wanted) override;
  void update(const PullRequest& pull, const std::string& title, const std::string& body) override;
  void add(const PullRequest& pull, const Attributes& wanted) override;
  void enable_auto_merge(const PullRequest& pull, MergeMethod method) override;
  void merge(const PullRequest& pull, MergeMethod method) override;
  std::optional<Merged> last_merged(const std::string& head, const std::string& base) override;
  bool is_protected(const std::string& branch) override;
  Call plan(const NewPullRequest& wanted) const override;
  std::vector<Call> plan_attributes(const Attributes& wanted) const override;
  std::vector<Call> plan_merge(MergeMethod method) const override;

 private:
  std::string path(const std::vector<std::string_view>& parts) const;
  /// What is missing of reviewers, but for those who have given a review already.
  std::vector<std::string> reviewers_to_ask(const PullRequest& pull, const Attributes& wanted);
  std::vector<Call> calls_for(const std::string& number, const Attributes& missing) const;
  Call merge_call(const std::string& number, const std::string& commit, MergeMethod method) const;

  Client& client_;
  RepositoryName name_;
};

}  // namespace iter8::forge
