#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "forge/contents.h"
#include "forge/pull_requests.h"
#include "tasks/pull-request/edits.h"

namespace iter8::tasks::pull_request {

/// A change of one repository, ready to be proposed.
struct Promotion {
  std::string base;  // empty = the default branch
  std::string branch;
  std::string title;
  std::string body;      // without the marker that promote() adds
  std::string headline;  // for the commit
  std::string
      decision;  // what the change follows from: while it stays the same, an open request's text does too
  std::vector<Edit> edits;
  std::optional<std::string> reverses;  // a branch: take back its pull request that was merged last
  std::optional<git::Person> author;
  bool sign_off = false;
  bool draft = false;
  forge::Attributes attributes;
  bool auto_merge = false;
  bool merge = false;
  forge::MergeMethod method = forge::MergeMethod::merge;
};

/// What promote() came to.
struct Promoted {
  enum class End { nothing, unchanged, updated, opened, merged };
  End end = End::nothing;
  std::string url;
  std::vector<std::string> files;

  /// "opened https://… (prod/values.yaml)", "nothing to promote".
  std::string sentence() const;
};

/// A view of the repository as it is now; asked again after someone else changed it.
using OpenContents = std::function<std::unique_ptr<forge::Contents>()>;

/// Brings the repository to where one open pull request proposes the change, and no more than is missing for
/// that is done: killed anywhere, a second call goes on. A branch that moves meanwhile is tried again. Throws
/// base::Error, before anything is written, when the branch is the base, is protected, or exists and its last
/// commit was not made by this task for this branch.
Promoted promote(const Promotion& promotion, const OpenContents& open, forge::PullRequests& requests,
                 const forge::ClientContext& context);

/// Throws base::Error when the branch of the change is the one to be changed.
void refuse_base(const std::string& branch, const std::string& base);

/// The commit's message: title, headline, and the line by which a branch is known as this task's own and as
/// holding these changes and no others.
std::string commit_message(const Promotion& promotion, const std::vector<git::Change>& changes);

/// The body with an invisible marker of the decision that it stands for, cut to the length that servers
/// accept.
std::string body_with_marker(const Promotion& promotion);

}  // namespace iter8::tasks::pull_request
