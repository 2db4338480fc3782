#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "forge/client.h"
#include "git/repository.h"

namespace iter8::forge {

/// One commit to be made, and the branch that is to point at it.
struct Proposal {
  std::string branch;
  std::string base_branch;
  std::string base;  // the commit that the new one stands on
  /// The commit that the branch is at now; nothing = there is no such branch.
  std::optional<std::string> replaces;
  std::string message;
  std::optional<git::Person> author;  // nothing = who the server takes the token for
  std::vector<git::Change> changes;
};

/// Reads one repository's files and changes them on a branch. Commits are named by their ids. Implementations
/// throw base::Error when the repository is not there or not allowed; what may be missing is a value.
class Contents {
 public:
  virtual ~Contents() = default;

  virtual std::string default_branch() = 0;
  /// The commit that a branch is at; nothing when there is no such branch.
  virtual std::optional<std::string> head(const std::string& branch) = 0;
  virtual git::CommitInfo commit(const std::string& id) = 0;
  /// Nothing when the commit has no such path; throws for what is not a regular file.
  virtual std::optional<git::File> file(const std::string& commit, const std::string& path) = 0;
  /// What a folder holds ("" = the top); empty when there is none.
  virtual std::vector<std::string> names(const std::string& commit, const std::string& directory) = 0;

  /// Makes the commit and points the branch at it, as a whole or not at all. False when the branch is not at
  /// `replaces` any more, or exists though it should not: someone else was faster, and nothing was changed.
  virtual bool publish(const Proposal& proposal) = 0;

  /// Whether a branch that exists gets the commit on top of its own instead of being replaced.
  virtual bool adds_to_branch() const { return false; }

  /// The writes that publish() would send, with names in < > for what only answers can say.
  virtual std::vector<Call> plan(const Proposal& proposal) const = 0;

  /// The most bytes of a file that is edited.
  static constexpr std::size_t kMostBytes = 8 * 1024 * 1024;
};

/// Through the API of the client's server. `repository` is "owner/name" ("group/…/name" on GitLab). The
/// client must outlive it.
std::unique_ptr<Contents> api_contents(Client& client, const std::string& repository);

}  // namespace iter8::forge
