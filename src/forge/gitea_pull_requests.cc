#include "forge/gitea_pull_requests.h"

#include <algorithm>

#include <fmt/format.h>

#include "base/error.h"
#include "base/text.h"
#include "forge/reading.h"

namespace iter8::forge {

namespace {

constexpr const char* kGiteaPullsRead = "read:repository";
constexpr const char* kGiteaPullsWrite = "write:repository and write:issue";
constexpr const char* kGiteaDraft = "WIP: ";

PullRequest read_gitea_pull(const Json& object) {
  return {.number = integer_at(object, "number"),
          .id = {},
          .url = text_at(object, "html_url"),
          .title = text_at(object, "title"),
          .body = text_at(object, "body"),
          .head_commit = text_at(object_at(object, "head"), "sha"),
          .labels = texts_at(object, "labels", "name"),
          .assignees = texts_at(object, "assignees", "login"),
          .reviewers = texts_at(object, "requested_reviewers", "login"),
          .team_reviewers = texts_at(object, "requested_reviewers_teams", "name")};
}

bool is_between(const Json& pull, const std::string& head, const std::string& base) {
  return text_at(object_at(pull, "head"), "ref") == head && text_at(object_at(pull, "base"), "ref") == base;
}

}  // namespace

std::string GiteaPullRequests::path(const std::vector<std::string_view>& parts) const {
  std::vector<std::string_view> all = {"repos", name_.owner, name_.name};
  all.insert(all.end(), parts.begin(), parts.end());
  return path_of(all);
}

std::optional<PullRequest> GiteaPullRequests::find_open(const std::string& head, const std::string& base) {
  for (const Json& pull : client_.list({.path = path({"pulls"}),
                          .query = {{"state", "open"}},
                          .purpose = "look for the open pull request of " + head,
                          .permission = kGiteaPullsRead}))
    if (is_between(pull, head, base)) return read_gitea_pull(pull);
  return std::nullopt;
}

Call GiteaPullRequests::plan(const NewPullRequest& wanted) const {
  return {.method = "POST",
          .path = path({"pulls"}),
          .body = Json{{"head", wanted.head},
                       {"base", wanted.base},
                       {"title", (wanted.draft ? kGiteaDraft : "") + wanted.title},
                       {"body", wanted.body}},
          .purpose = fmt::format("open the pull request of {} to {}", wanted.head, wanted.base),
          .permission = kGiteaPullsWrite,
          .expected = {409}};
}

std::optional<PullRequest> GiteaPullRequests::open(const NewPullRequest& wanted) {
  const Call call = plan(wanted);
  const Response response = client_.send(call);
  if (response.is_good()) return read_gitea_pull(response.body);
  if (auto pull = find_open(wanted.head, wanted.base)) return pull;
  client_.refuse(call, response);
}

void GiteaPullRequests::update(const PullRequest& pull, const std::string& title, const std::string& body) {
  const std::string mark =
      pull.title.starts_with(kGiteaDraft) && !title.starts_with(kGiteaDraft) ? kGiteaDraft : "";
  client_.send({.method = "PATCH",
                .path = path({"pulls", std::to_string(pull.number)}),
                .body = Json{{"title", mark + title}, {"body", body}},
                .purpose = fmt::format("update pull request {}", pull.number),
                .permission = kGiteaPullsWrite});
}

std::vector<std::int64_t> GiteaPullRequests::label_ids(const std::vector<std::string>& names) {
  std::vector<std::string> known;
  std::vector<std::int64_t> ids;
  const std::vector<Json> labels =
      client_.list({.path = path({"labels"}), .purpose = "list the labels", .permission = kGiteaPullsRead});
  for (const Json& label : labels) known.push_back(text_at(label, "name"));
  for (const std::string& name : names) {
    const auto found = std::ranges::find(known, name);
    if (found == known.end())
      throw base::Error("the repository has no label '" + base::printable(name) + "'" +
                        base::suggestion(name, known));
    ids.push_back(integer_at(labels[static_cast<std::size_t>(found - known.begin())], "id"));
  }
  return ids;
}

void GiteaPullRequests::add(const PullRequest& pull, const Attributes& wanted) {
  const std::string number = std::to_string(pull.number);
  const auto labels = missing_of(wanted.labels, pull.labels);
  if (!labels.empty())
    client_.send({.method = "POST",
                  .path = path({"issues", number, "labels"}),
                  .body = Json{{"labels", label_ids(labels)}},
                  .purpose = "label pull request " + number,
                  .permission = kGiteaPullsWrite});
  if (!missing_of(wanted.assignees, pull.assignees).empty()) {
    std::vector<std::string> all = pull.assignees;  // the list is replaced as a whole
    for (const std::string& one : missing_of(wanted.assignees, pull.assignees)) all.push_back(one);
    client_.send({.method = "PATCH",
                  .path = path({"issues", number}),
                  .body = Json{{"assignees", all}},
                  .purpose = "assign pull request " + number,
                  .permission = kGiteaPullsWrite});
  }
  const auto reviewers = missing_of(wanted.reviewers, pull.reviewers);
  const auto teams = missing_of(wanted.team_reviewers, pull.team_reviewers);
  if (reviewers.empty() && teams.empty()) return;
  client_.send({.method = "POST",
                .path = path({"pulls", number, "requested_reviewers"}),
                .body = Json{{"reviewers", reviewers}, {"team_reviewers", teams}},
                .purpose = "request reviews of pull request " + number,
                .permission = kGiteaPullsWrite});
}

void GiteaPullRequests::merge_with(const PullRequest& pull, Json body, const std::string& purpose) {
  const Call call = {.method = "POST",
                     .path = path({"pulls", std::to_string(pull.number), "merge"}),
                     .body = std::move(body),
                     .purpose = fmt::format("{} pull request {}", purpose, pull.number),
                     .permission = kGiteaPullsWrite,
                     .expected = {405}};
  for (int attempt = 1;; ++attempt) {
    const Response response = client_.send(call);
    if (response.is_good()) return;
    // Gitea checks a new pull request for conflicts in the background, and refuses until then.
    if (attempt == kMergeAttempts) client_.refuse(call, response);
    wait_before(attempt + 1, client_.context());
  }
}

void GiteaPullRequests::enable_auto_merge(const PullRequest& pull, MergeMethod method) {
  merge_with(pull, Json{{"Do", to_text(method)}, {"merge_when_checks_succeed", true}},
             "enable auto-merge of");
}

void GiteaPullRequests::merge(const PullRequest& pull, MergeMethod method) {
  merge_with(pull, Json{{"Do", to_text(method)}, {"head_commit_id", pull.head_commit}}, "merge");
}

std::optional<Merged> GiteaPullRequests::last_merged(const std::string& head, const std::string& base) {
  for (const Json& pull : client_.list({.path = path({"pulls"}),
                          .query = {{"state", "closed"}, {"sort", "recentupdate"}},
                          .purpose = "look for the merged pull request of " + head,
                          .permission = kGiteaPullsRead}))
    if (is_between(pull, head, base) && flag_at(pull, "merged"))
      return Merged{.url = text_at(pull, "html_url"), .commit = text_at(pull, "merge_commit_sha")};
  return std::nullopt;
}

bool GiteaPullRequests::is_protected(const std::string& branch) {
  return is_protected_branch(client_, path({"branches", branch}), branch);
}

}  // namespace iter8::forge
