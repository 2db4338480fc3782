#include "forge/git_contents.h"

#include "base/error.h"

namespace iter8::forge {

namespace {

constexpr const char* kProposal = "refs/iter8/proposal";

}  // namespace

GitContents::GitContents(git::Remote remote, const std::vector<std::string>& branches,
                         git::TransferLimits limits)
    : remote_(std::move(remote)),
      limits_(std::move(limits)),
      folder_("iter8-git-"),
      repository_(std::make_unique<git::Repository>(folder_.path())),
      refs_(git::fetch(remote_, folder_.path(), branches, limits_)) {}

std::string GitContents::default_branch() {
  if (refs_.head_branch.empty()) throw base::Error("the repository " + remote_.url + " is empty");
  return refs_.head_branch;
}

std::optional<std::string> GitContents::head(const std::string& branch) {
  const auto found = refs_.branches.find(branch);
  return found == refs_.branches.end() ? std::nullopt : std::optional(found->second);
}

std::optional<git::File> GitContents::file(const std::string& commit, const std::string& path) {
  return repository_->file(commit, path, kMostBytes);
}

bool GitContents::publish(const Proposal& proposal) {
  const std::string commit =
      repository_->make_commit(proposal.base, proposal.changes, proposal.message, proposal.author.value());
  repository_->set_reference(kProposal, commit);
  const git::Push push =
      git::push(remote_, folder_.path(), kProposal, proposal.branch, proposal.replaces, limits_);
  if (push == git::Push::moved) return false;
  refs_.branches[proposal.branch] = commit;
  return true;
}

}  // namespace iter8::forge
