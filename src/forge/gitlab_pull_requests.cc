#include "forge/gitlab_pull_requests.h"

#include <fmt/format.h>

#include "base/error.h"
#include "base/text.h"
#include "forge/reading.h"

namespace iter8::forge {

namespace {

constexpr const char* kGitlabPullsRead = "scope read_api or api";
constexpr const char* kGitlabPullsWrite = "scope api, role Developer";
constexpr const char* kGitlabDraft = "Draft: ";

PullRequest read_gitlab_pull(const Json& object) {
  return {.number = integer_at(object, "iid"),
          .id = {},
          .url = text_at(object, "web_url"),
          .title = text_at(object, "title"),
          .body = text_at(object, "description"),
          .head_commit = text_at(object, "sha"),
          .auto_merge = flag_at(object, "merge_when_pipeline_succeeds"),
          .labels = texts_at(object, "labels", "name"),
          .assignees = texts_at(object, "assignees", "username"),
          .reviewers = texts_at(object, "reviewers", "username"),
          .team_reviewers = {}};
}

}  // namespace

std::string GitlabPullRequests::path(const std::vector<std::string_view>& parts) const {
  std::vector<std::string_view> all = {"projects", project_, "merge_requests"};
  all.insert(all.end(), parts.begin(), parts.end());
  return path_of(all);
}

std::optional<PullRequest> GitlabPullRequests::find_open(const std::string& head, const std::string& base) {
  const std::vector<Json> open =
      client_.list({.path = path({}),
                    .query = {{"state", "opened"}, {"source_branch", head}, {"target_branch", base}},
                    .purpose = "look for the open merge request of " + head,
                    .permission = kGitlabPullsRead});
  if (open.empty()) return std::nullopt;
  return read_gitlab_pull(open.front());
}

Call GitlabPullRequests::plan(const NewPullRequest& wanted) const {
  return {.method = "POST",
          .path = path({}),
          .body = Json{{"source_branch", wanted.head},
                       {"target_branch", wanted.base},
                       {"title", (wanted.draft ? kGitlabDraft : "") + wanted.title},
                       {"description", wanted.body},
                       {"remove_source_branch", true}},
          .purpose = fmt::format("open the merge request of {} to {}", wanted.head, wanted.base),
          .permission = kGitlabPullsWrite,
          .expected = {409}};
}

std::optional<PullRequest> GitlabPullRequests::open(const NewPullRequest& wanted) {
  const Call call = plan(wanted);
  const Response response = client_.send(call);
  if (response.is_good()) return read_gitlab_pull(response.body);
  if (auto pull = find_open(wanted.head, wanted.base)) return pull;
  client_.refuse(call, response);
}

Response GitlabPullRequests::change(const PullRequest& pull, const Json& body, const std::string& purpose) {
  return client_.send({.method = "PUT",
                       .path = path({std::to_string(pull.number)}),
                       .body = body,
                       .purpose = fmt::format("{} merge request {}", purpose, pull.number),
                       .permission = kGitlabPullsWrite});
}

void GitlabPullRequests::update(const PullRequest& pull, const std::string& title, const std::string& body) {
  const std::string mark =
      pull.title.starts_with(kGitlabDraft) && !title.starts_with(kGitlabDraft) ? kGitlabDraft : "";
  change(pull, Json{{"title", mark + title}, {"description", body}}, "update");
}

std::vector<std::int64_t> GitlabPullRequests::ids_of(const std::vector<std::string>& users) {
  std::vector<std::int64_t> ids;
  for (const std::string& user : users) {
    const Response response = client_.send({.path = "/users",
                                            .query = {{"username", user}},
                                            .purpose = "find the user " + user,
                                            .permission = kGitlabPullsRead});
    if (!response.body.is_array() || response.body.empty())
      throw base::Error("GitLab knows no user '" + base::printable(user) + "'");
    ids.push_back(integer_at(response.body.front(), "id"));
  }
  return ids;
}

void GitlabPullRequests::add(const PullRequest& pull, const Attributes& wanted) {
  if (!wanted.team_reviewers.empty()) throw base::Error("teamReviewers: GitLab has no team reviewers");
  Json body = Json::object();
  const auto labels = missing_of(wanted.labels, pull.labels);
  if (!labels.empty()) body["add_labels"] = base::join(labels, ",");
  const auto with_ids = [&](const char* key, const std::vector<std::string>& there,
                            const std::vector<std::string>& more) {
    const auto missing = missing_of(more, there);
    if (missing.empty()) return;
    std::vector<std::string> all = there;  // the list is replaced as a whole
    all.insert(all.end(), missing.begin(), missing.end());
    body[key] = ids_of(all);
  };
  with_ids("assignee_ids", pull.assignees, wanted.assignees);
  with_ids("reviewer_ids", pull.reviewers, wanted.reviewers);
  if (!body.empty()) change(pull, body, "complete");
}

Call GitlabPullRequests::merge_call(const PullRequest& pull, MergeMethod method,
                                    const std::string& purpose) const {
  if (method == MergeMethod::rebase)
    throw base::Error(
        "method rebase: whether GitLab rebases is a setting of the project; use merge or squash");
  return {.method = "PUT",
          .path = path({std::to_string(pull.number), "merge"}),
          .body = Json{{"sha", pull.head_commit}, {"squash", method == MergeMethod::squash}},
          .purpose = fmt::format("{} merge request {}", purpose, pull.number),
          .permission = "scope api, and the right to merge to the target branch",
          .expected = {405, 422}};
}

void GitlabPullRequests::enable_auto_merge(const PullRequest& pull, MergeMethod method) {
  if (pull.auto_merge) return;
  Call call = merge_call(pull, method, "enable auto-merge of");
  (*call.body)["merge_when_pipeline_succeeds"] = true;
  for (int attempt = 1;; ++attempt) {
    const Response response = client_.send(call);
    if (response.is_good()) return;
    if (attempt == kMergeAttempts) client_.refuse(call, response);
    wait_before(attempt + 1, client_.context());
  }
}

void GitlabPullRequests::merge(const PullRequest& pull, MergeMethod method) {
  const Call call = merge_call(pull, method, "merge");
  for (int attempt = 1;; ++attempt) {
    const Response response = client_.send(call);
    if (response.is_good()) return;
    // GitLab prepares a new merge request for some seconds, and refuses until then.
    if (attempt == kMergeAttempts) client_.refuse(call, response);
    wait_before(attempt + 1, client_.context());
  }
}

std::optional<Merged> GitlabPullRequests::last_merged(const std::string& head, const std::string& base) {
  const std::vector<Json> merged = client_.list({.path = path({}),
                                                 .query = {{"state", "merged"},
                                                           {"source_branch", head},
                                                           {"target_branch", base},
                                                           {"order_by", "updated_at"},
                                                           {"sort", "desc"}},
                                                 .purpose = "look for the merged merge request of " + head,
                                                 .permission = kGitlabPullsRead},
                                                1);
  if (merged.empty()) return std::nullopt;
  for (const char* key : {"merge_commit_sha", "squash_commit_sha", "sha"})  // the last for a fast-forward
    if (std::string commit = text_at(merged.front(), key); !commit.empty())
      return Merged{.url = text_at(merged.front(), "web_url"), .commit = std::move(commit)};
  return std::nullopt;
}

bool GitlabPullRequests::is_protected(const std::string& branch) {
  return is_protected_branch(client_, path_of({"projects", project_, "repository", "branches", branch}),
                             branch);
}

}  // namespace iter8::forge
