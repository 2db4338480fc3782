#pragma once

#include <map>

#include "forge/contents.h"
#include "forge/reading.h"

namespace iter8::forge {

/// Through GitHub's git data API: any number of files in one commit, which GitHub signs when it is made by a
/// workflow's token and without an author.
class GithubContents final : public Contents {
 public:
  GithubContents(Client& client, const std::string& repository)
      : client_(client), name_(repository_name(repository)) {}

  std::string default_branch() override;
  std::optional<std::string> head(const std::string& branch) override;
  git::CommitInfo commit(const std::string& id) override;
  std::optional<git::File> file(const std::string& commit, const std::string& path) override;
  std::vector<std::string> names(const std::string& commit, const std::string& directory) override;
  bool publish(const Proposal& proposal) override;
  std::vector<Call> plan(const Proposal& proposal) const override;

 private:
  struct Entry {
    std::string mode;
    std::string type;
    std::string sha;
    std::int64_t size = 0;
  };
  using Tree = std::map<std::string, Entry>;

  std::string path(const std::vector<std::string_view>& parts) const;
  const Tree& tree(const std::string& id);
  const Json& commit_object(const std::string& id);
  /// The folder's tree; null when there is none.
  const Tree* folder(const std::string& commit, const std::string& directory);
  Json tree_entry(const git::Change& change, const std::string& blob) const;

  Call blob_call(const git::Change& change) const;
  Call tree_call(const std::string& base_tree, Json entries) const;
  Call commit_call(const Proposal& proposal, const std::string& tree) const;
  Call branch_call(const Proposal& proposal, const std::string& commit) const;

  Client& client_;
  RepositoryName name_;
  std::map<std::string, Tree> trees_;  // by id: what has an id never changes
  std::map<std::string, Json> commits_;
};

}  // namespace iter8::forge
