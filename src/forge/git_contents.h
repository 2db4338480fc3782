#pragma once

#include "base/temporary_folder.h"
#include "forge/contents.h"
#include "git/transfer.h"

namespace iter8::forge {

/// Through git itself, over https or ssh, in a temporary repository that lives as long as this object: for
/// servers whose API cannot commit, for deploy keys, and for commits with an author of their own.
class GitContents final : public Contents {
 public:
  /// Fetches these branches ("" = the default branch) at once; others when they are asked for.
  GitContents(git::Remote remote, const std::vector<std::string>& branches, git::TransferLimits limits);

  std::string default_branch() override;
  std::optional<std::string> head(const std::string& branch) override;
  git::CommitInfo commit(const std::string& id) override { return repository_->commit(id); }
  std::optional<git::File> file(const std::string& commit, const std::string& path) override;
  std::vector<std::string> names(const std::string& commit, const std::string& directory) override {
    return repository_->names(commit, directory);
  }
  /// The proposal must have an author.
  bool publish(const Proposal& proposal) override;
  std::vector<Call> plan(const Proposal&) const override { return {}; }

 private:
  git::Remote remote_;
  git::TransferLimits limits_;
  base::TemporaryFolder folder_;
  std::unique_ptr<git::Repository> repository_;
  git::RemoteRefs refs_;
};

}  // namespace iter8::forge
