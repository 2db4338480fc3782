#pragma once

#include "forge/contents.h"
#include "forge/reading.h"

namespace iter8::forge {

/// Through GitLab's commits API, which makes one commit of any number of files in one call.
class GitlabContents final : public Contents {
 public:
  GitlabContents(Client& client, std::string project) : client_(client), project_(std::move(project)) {}

  std::string default_branch() override;
  std::optional<std::string> head(const std::string& branch) override;
  git::CommitInfo commit(const std::string& id) override;
  std::optional<git::File> file(const std::string& commit, const std::string& path) override;
  std::vector<std::string> names(const std::string& commit, const std::string& directory) override;
  bool publish(const Proposal& proposal) override;
  std::vector<Call> plan(const Proposal& proposal) const override;

 private:
  std::string path(const std::vector<std::string_view>& parts) const;

  Client& client_;
  std::string project_;
};

}  // namespace iter8::forge
