#include "forge/github_pull_requests.h"

#include <algorithm>

#include <fmt/format.h>

#include "base/error.h"
#include "base/text.h"
#include "forge/reading.h"

namespace iter8::forge {

namespace {

constexpr const char* kGithubPullsRead = "pull-requests: read";
constexpr const char* kGithubPullsWrite = "pull-requests: write";
constexpr const char* kGithubIssuesWrite = "issues: write or pull-requests: write";
constexpr const char* kGithubTeamsRead =
    "pull-requests: write and, for teams, members: read of the organisation, which GITHUB_TOKEN cannot have";

PullRequest read_github_pull(const Json& object) {
  return {.number = integer_at(object, "number"),
          .id = text_at(object, "node_id"),
          .url = text_at(object, "html_url"),
          .title = text_at(object, "title"),
          .body = text_at(object, "body"),
          .head_commit = text_at(object_at(object, "head"), "sha"),
          .auto_merge = !object_at(object, "auto_merge").empty(),
          .labels = texts_at(object, "labels", "name"),
          .assignees = texts_at(object, "assignees", "login"),
          .reviewers = texts_at(object, "requested_reviewers", "login"),
          .team_reviewers = texts_at(object, "requested_teams", "slug")};
}

}  // namespace

std::string GithubPullRequests::path(const std::vector<std::string_view>& parts) const {
  std::vector<std::string_view> all = {"repos", name_.owner, name_.name};
  all.insert(all.end(), parts.begin(), parts.end());
  return path_of(all);
}

std::optional<PullRequest> GithubPullRequests::find_open(const std::string& head, const std::string& base) {
  const std::vector<Json> open =
      client_.list({.path = path({"pulls"}),
                    .query = {{"state", "open"}, {"head", name_.owner + ":" + head}, {"base", base}},
                    .purpose = "look for the open pull request of " + head,
                    .permission = kGithubPullsRead});
  for (const Json& pull : open)  // servers that do not know the filter answer with all of them
    if (text_at(object_at(pull, "head"), "ref") == head && text_at(object_at(pull, "base"), "ref") == base)
      return read_github_pull(pull);
  return std::nullopt;
}

Call GithubPullRequests::plan(const NewPullRequest& wanted) const {
  Json body = {{"title", wanted.title}, {"head", wanted.head}, {"base", wanted.base}, {"body", wanted.body}};
  if (wanted.draft) body["draft"] = true;
  return {.method = "POST",
          .path = path({"pulls"}),
          .body = std::move(body),
          .purpose = fmt::format("open the pull request of {} to {}", wanted.head, wanted.base),
          .permission = kGithubPullsWrite,
          .expected = {422}};
}

std::optional<PullRequest> GithubPullRequests::open(const NewPullRequest& wanted) {
  const Call call = plan(wanted);
  const Response response = client_.send(call);
  if (response.is_good()) return read_github_pull(response.body);
  const std::string said = server_message(response, client_.context().secrets);
  if (said.find("No commits between") != std::string::npos) return std::nullopt;
  if (said.find("already exists") != std::string::npos)
    if (auto pull = find_open(wanted.head, wanted.base)) return pull;
  client_.refuse(call, response);
}

void GithubPullRequests::update(const PullRequest& pull, const std::string& title, const std::string& body) {
  client_.send({.method = "PATCH",
                .path = path({"pulls", std::to_string(pull.number)}),
                .body = Json{{"title", title}, {"body", body}},
                .purpose = fmt::format("update pull request {}", pull.number),
                .permission = kGithubPullsWrite});
}

std::vector<Call> GithubPullRequests::calls_for(const std::string& number, const Attributes& missing) const {
  std::vector<Call> calls;
  const auto add = [&](const std::vector<std::string_view>& place, Json body, const char* purpose,
                       const char* permission) {
    calls.push_back({.method = "POST",
                     .path = path(place),
                     .body = std::move(body),
                     .purpose = fmt::format("{} pull request {}", purpose, number),
                     .permission = permission});
  };
  if (!missing.labels.empty())
    add({"issues", number, "labels"}, Json{{"labels", missing.labels}}, "label", kGithubIssuesWrite);
  if (!missing.assignees.empty())
    add({"issues", number, "assignees"}, Json{{"assignees", missing.assignees}}, "assign",
        kGithubIssuesWrite);
  Json reviewers = Json::object();
  if (!missing.reviewers.empty()) reviewers["reviewers"] = missing.reviewers;
  if (!missing.team_reviewers.empty()) reviewers["team_reviewers"] = missing.team_reviewers;
  if (!reviewers.empty())
    add({"pulls", number, "requested_reviewers"}, std::move(reviewers), "request reviews of",
        missing.team_reviewers.empty() ? kGithubPullsWrite : kGithubTeamsRead);
  return calls;
}

std::vector<Call> GithubPullRequests::plan_attributes(const Attributes& wanted) const {
  return calls_for("NUMBER", wanted);
}

void GithubPullRequests::add(const PullRequest& pull, const Attributes& wanted) {
  const Attributes missing = {.labels = missing_of(wanted.labels, pull.labels),
                              .assignees = missing_of(wanted.assignees, pull.assignees),
                              .reviewers = reviewers_to_ask(pull, wanted),
                              .team_reviewers = missing_of(wanted.team_reviewers, pull.team_reviewers)};
  for (const Call& call : calls_for(std::to_string(pull.number), missing)) client_.send(call);
}

std::vector<std::string> GithubPullRequests::reviewers_to_ask(const PullRequest& pull,
                                                              const Attributes& wanted) {
  const auto missing = missing_of(wanted.reviewers, pull.reviewers);
  if (missing.empty()) return {};
  const std::string number = std::to_string(pull.number);
  std::vector<std::string> done;
  for (const Json& review : client_.list({.path = path({"pulls", number, "reviews"}),
                            .purpose = "list the reviews of pull request " + number,
                            .permission = kGithubPullsRead}))
    done.push_back(text_at(object_at(review, "user"), "login"));
  return missing_of(missing, done);
}

void GithubPullRequests::enable_auto_merge(const PullRequest& pull, MergeMethod method) {
  if (pull.auto_merge) return;
  std::string upper(to_text(method));
  std::ranges::transform(upper, upper.begin(), [](char c) { return static_cast<char>(c - 'a' + 'A'); });
  client_.graphql(
      "mutation($id: ID!, $method: PullRequestMergeMethod!) { enablePullRequestAutoMerge(input: "
      "{pullRequestId: $id, mergeMethod: $method}) { clientMutationId } }",
      Json{{"id", pull.id}, {"method", upper}},
      fmt::format("enable auto-merge of pull request {}", pull.number),
      "contents: write and pull-requests: write");
}

Call GithubPullRequests::merge_call(const std::string& number, const std::string& commit,
                                    MergeMethod method) const {
  return {.method = "PUT",
          .path = path({"pulls", number, "merge"}),
          .body = Json{{"merge_method", to_text(method)}, {"sha", commit}},
          .purpose = "merge pull request " + number,
          .permission = "contents: write",
          .expected = {405}};
}

std::vector<Call> GithubPullRequests::plan_merge(MergeMethod method) const {
  return {merge_call("NUMBER", "<commit>", method)};
}

void GithubPullRequests::merge(const PullRequest& pull, MergeMethod method) {
  const Call call = merge_call(std::to_string(pull.number), pull.head_commit, method);
  for (int attempt = 1;; ++attempt) {
    const Response response = client_.send(call);
    if (response.is_good()) return;
    // GitHub takes seconds to find out whether a new pull request can be merged, and says no until then.
    if (attempt == kMergeAttempts) client_.refuse(call, response);
    wait_before(attempt + 1, client_.context());
  }
}

std::optional<Merged> GithubPullRequests::last_merged(const std::string& head, const std::string& base) {
  const std::vector<Json> closed = client_.list({.path = path({"pulls"}),
                                                 .query = {{"state", "closed"},
                                                           {"head", name_.owner + ":" + head},
                                                           {"base", base},
                                                           {"sort", "updated"},
                                                           {"direction", "desc"}},
                                                 .purpose = "look for the merged pull request of " + head,
                                                 .permission = kGithubPullsRead});
  const Json* last = nullptr;
  for (const Json& pull : closed) {
    const bool fits = text_at(object_at(pull, "head"), "ref") == head && !text_at(pull, "merged_at").empty();
    if (fits && (last == nullptr || text_at(pull, "merged_at") > text_at(*last, "merged_at"))) last = &pull;
  }
  if (last == nullptr) return std::nullopt;
  return Merged{.url = text_at(*last, "html_url"), .commit = text_at(*last, "merge_commit_sha")};
}

bool GithubPullRequests::is_protected(const std::string& branch) {
  return is_protected_branch(client_, path({"branches", branch}), branch);
}

}  // namespace iter8::forge
