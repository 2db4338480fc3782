#pragma once

#include "forge/pull_requests.h"
#include "forge/reading.h"

namespace iter8::forge {

/// Pull requests of Gitea and Forgejo.
class GiteaPullRequests final : public PullRequests {
 public:
  GiteaPullRequests(Client& client, const std::string& repository)
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

 private:
  std::string path(const std::vector<std::string_view>& parts) const;
  std::vector<std::int64_t> label_ids(const std::vector<std::string>& names);
  void merge_with(const PullRequest& pull, Json body, const std::string& purpose);

  Client& client_;
  RepositoryName name_;
};

}  // namespace iter8::forge
