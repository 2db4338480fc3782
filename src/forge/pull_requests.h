#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "forge/client.h"

namespace iter8::forge {

/// A server takes some seconds to find out whether a new pull request can be merged and refuses until then:
/// how often it is asked, with the waits of wait_before() in between (about half a minute in all).
inline constexpr int kMergeAttempts = 6;

enum class MergeMethod { merge, squash, rebase };
std::string_view to_text(MergeMethod method);

/// A pull request, or a merge request of GitLab, as far as promotions need it.
struct PullRequest {
  std::int64_t number = 0;
  std::string id;  // of GraphQL, on GitHub
  std::string url;
  std::string title;
  std::string body;
  std::string head_commit;
  bool auto_merge = false;
  std::vector<std::string> labels;
  std::vector<std::string> assignees;
  std::vector<std::string> reviewers;  // asked for a review, or having given one
  std::vector<std::string> team_reviewers;
};

struct NewPullRequest {
  std::string head;
  std::string base;
  std::string title;
  std::string body;
  bool draft = false;
};

/// Who should be on a pull request.
struct Attributes {
  std::vector<std::string> labels;
  std::vector<std::string> assignees;
  std::vector<std::string> reviewers;
  std::vector<std::string> team_reviewers;

  bool empty() const {
    return labels.empty() && assignees.empty() && reviewers.empty() && team_reviewers.empty();
  }
};

/// What is in the first but not in the second.
std::vector<std::string> missing_of(const std::vector<std::string>& wanted,
                                    const std::vector<std::string>& there);

/// A pull request that was merged, and the commit which did that: its first parent is what was before.
struct Merged {
  std::string url;
  std::string commit;
};

/// The pull requests of one repository. Implementations throw base::Error as Client::send does.
class PullRequests {
 public:
  virtual ~PullRequests() = default;

  virtual std::optional<PullRequest> find_open(const std::string& head, const std::string& base) = 0;
  /// The one that was opened, or, when someone else was faster, the one that is open. Nothing when the
  /// branches do not differ.
  virtual std::optional<PullRequest> open(const NewPullRequest& wanted) = 0;
  virtual void update(const PullRequest& pull, const std::string& title, const std::string& body) = 0;
  /// Adds what is missing and takes nothing away. Whoever has reviewed already is not asked again.
  virtual void add(const PullRequest& pull, const Attributes& wanted) = 0;
  virtual void enable_auto_merge(const PullRequest& pull, MergeMethod method) = 0;
  /// Merges the head commit that `pull` names, and no other.
  virtual void merge(const PullRequest& pull, MergeMethod method) = 0;
  /// The one that was merged last.
  virtual std::optional<Merged> last_merged(const std::string& head, const std::string& base) = 0;
  /// Whether the server protects this branch, as far as it says so.
  virtual bool is_protected(const std::string& branch) = 0;

  /// The call that would open it.
  virtual Call plan(const NewPullRequest& wanted) const = 0;
  /// The calls that would add these to a new one, and merge it; empty where ids must be asked for first.
  virtual std::vector<Call> plan_attributes(const Attributes&) const { return {}; }
  virtual std::vector<Call> plan_merge(MergeMethod) const { return {}; }
};

/// By the kind of the client's server; the client must outlive it.
std::unique_ptr<PullRequests> pull_requests(Client& client, const std::string& repository);

}  // namespace iter8::forge
