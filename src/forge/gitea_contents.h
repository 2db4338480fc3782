#pragma once

#include "forge/contents.h"
#include "forge/reading.h"

namespace iter8::forge {

/// Through the contents API of Gitea (1.20 and later) and Forgejo, which changes several files in one commit.
/// It cannot replace a branch: a further proposal becomes one more commit on it.
class GiteaContents final : public Contents {
 public:
  GiteaContents(Client& client, const std::string& repository)
      : client_(client), name_(repository_name(repository)) {}

  std::string default_branch() override;
  std::optional<std::string> head(const std::string& branch) override;
  git::CommitInfo commit(const std::string& id) override;
  std::optional<git::File> file(const std::string& commit, const std::string& path) override;
  std::vector<std::string> names(const std::string& commit, const std::string& directory) override;
  bool publish(const Proposal& proposal) override;
  bool adds_to_branch() const override { return true; }
  std::vector<Call> plan(const Proposal& proposal) const override;

 private:
  std::string path(const std::vector<std::string_view>& parts) const;
  Response contents(const std::string& commit, const std::string& path_of_file, const std::string& purpose);
  Call commit_call(const Proposal& proposal, const std::vector<std::string>& blobs) const;

  Client& client_;
  RepositoryName name_;
};

}  // namespace iter8::forge
