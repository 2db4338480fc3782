#include "tasks/pull-request/plan.h"

#include <fmt/format.h>

#include "base/clock.h"
#include "base/error.h"
#include "base/file.h"
#include "base/text.h"
#include "tasks/evidence/data.h"
#include "tasks/pull-request/changes.h"
#include "tasks/pull-request/request.h"

namespace iter8::tasks::pull_request {

namespace {

constexpr const char* kBase = "<base commit>";

/// The files of a work tree as if they were a commit.
class WorkTree final : public forge::Contents {
 public:
  explicit WorkTree(std::filesystem::path top) : top_(std::move(top)) {}

  std::string default_branch() override { return "<default branch>"; }
  std::optional<std::string> head(const std::string&) override { return kBase; }
  git::CommitInfo commit(const std::string&) override { return {}; }
  std::optional<git::File> file(const std::string&, const std::string& path) override {
    std::error_code error;
    if (!std::filesystem::is_regular_file(top_ / path, error)) return std::nullopt;
    const auto mode = std::filesystem::status(top_ / path, error).permissions();
    return git::File{
        .content = base::read_file(top_ / path, kMostBytes),
        .is_executable = (mode & std::filesystem::perms::owner_exec) != std::filesystem::perms::none};
  }
  std::vector<std::string> names(const std::string&, const std::string& directory) override {
    std::vector<std::string> names;
    std::error_code error;
    for (const auto& entry : std::filesystem::directory_iterator(top_ / directory, error))
      names.push_back(entry.path().filename().string());
    return names;
  }
  bool publish(const forge::Proposal&) override { return false; }
  std::vector<forge::Call> plan(const forge::Proposal&) const override { return {}; }

 private:
  std::filesystem::path top_;
};

/// The folder around the experiment that git works in, or nothing.
std::optional<std::filesystem::path> work_tree_of(const std::filesystem::path& directory) {
  std::error_code error;
  auto folder = std::filesystem::absolute(directory, error);
  while (true) {
    if (std::filesystem::exists(folder / ".git", error)) return folder;
    if (folder == folder.parent_path()) return std::nullopt;
    folder = folder.parent_path();
  }
}

void append(std::vector<std::string>& lines, const std::vector<std::string>& more,
            const std::string& indentation) {
  for (const std::string& line : more) lines.push_back(indentation + line);
}

void append_edits(std::vector<std::string>& lines, const std::vector<Edit>& edits) {
  for (const Edit& edit : edits) {
    lines.push_back("file " + edit.file + ", which is not here:");
    for (const Setting& setting : edit.settings)
      lines.push_back("  " + setting.path.text + " = " + setting.value);
    for (const Replacement& replacement : edit.replacements)
      lines.push_back("  every match of " + replacement.text + " becomes " + replacement.with);
    if (edit.content) lines.push_back(fmt::format("  the whole file, {} bytes", edit.content->size()));
  }
}

/// Adds what is known of the changes, and returns those whose files are here.
std::vector<git::Change> append_changes(std::vector<std::string>& lines, const Promotion& promotion,
                                        const std::optional<std::filesystem::path>& top) {
  if (promotion.reverses) {
    lines.push_back("takes back the pull request of " + *promotion.reverses + " that was merged last");
    return {};
  }
  if (!top) {
    append_edits(lines, promotion.edits);
    return {};
  }
  WorkTree tree(*top);
  std::vector<git::Change> changes = changes_of(tree, kBase, promotion.edits);
  if (changes.empty()) lines.emplace_back("nothing to promote");
  for (const git::Change& change : changes) {
    const auto before = tree.file(kBase, change.path);
    append(lines, diff(change.path, before ? before->content : "", change.content), "");
  }
  return changes;
}

/// What a client needs for its plan; nothing is ever sent through it.
struct IdleSurroundings {
  base::Secrets secrets;
  base::SystemClock clock;
  base::Logger log{base::LogLevel::error, secrets, [](base::LogLevel, std::string_view) {}};
};

void append_requests(std::vector<std::string>& lines, const PullRequestOptions& options,
                     const Promotion& promotion, const forge::Account& account, const std::string& repository,
                     const std::vector<git::Change>& changes) {
  IdleSurroundings idle;
  forge::Client client(account, {.secrets = idle.secrets, .clock = idle.clock, .log = idle.log, .stop = {}});
  const std::string base = promotion.base.empty() ? "<default branch>" : promotion.base;
  std::vector<forge::Call> calls;
  if (options.via == Via::api && !changes.empty())
    calls = forge::api_contents(client, repository)
                ->plan({.branch = promotion.branch,
                        .base_branch = base,
                        .base = kBase,
                        .replaces = std::nullopt,
                        .message = commit_message(promotion, changes),
                        .author = promotion.author,
                        .changes = changes});
  const auto requests = forge::pull_requests(client, repository);
  calls.push_back(requests->plan({.head = promotion.branch,
                                  .base = base,
                                  .title = promotion.title,
                                  .body = body_with_marker(promotion),
                                  .draft = promotion.draft}));
  for (forge::Call& call : requests->plan_attributes(promotion.attributes)) calls.push_back(std::move(call));
  if (promotion.merge)
    for (forge::Call& call : requests->plan_merge(promotion.method)) calls.push_back(std::move(call));
  for (const forge::Call& call : calls) append(lines, web::plan_text(forge::request_of(account, call)), "  ");
}

void append_attributes(std::vector<std::string>& lines, const Promotion& promotion) {
  const auto add = [&](const char* what, const std::vector<std::string>& list) {
    if (!list.empty()) lines.push_back(fmt::format("then {}: {}", what, base::join(list, ", ")));
  };
  add("labels", promotion.attributes.labels);
  add("assignees", promotion.attributes.assignees);
  add("reviewers", promotion.attributes.reviewers);
  add("team reviewers", promotion.attributes.team_reviewers);
  if (promotion.auto_merge) lines.push_back(fmt::format("then auto-merge by {}", to_text(promotion.method)));
  if (promotion.merge) lines.push_back(fmt::format("then merge by {}", to_text(promotion.method)));
}

}  // namespace

std::vector<std::string> plan_of(const PullRequestOptions& options, const forge::Account& account,
                                 const base::Environment& environment, const std::filesystem::path& directory,
                                 const std::vector<experiment::Version>& versions, const std::string& name) {
  const config::Value data = planned_data(versions, environment, name);
  const std::string own = forge::own_repository(environment);
  std::vector<std::string> lines;
  for (const RepositoryEdits& group : by_repository(options, data, own.empty() ? "owner/name" : own)) {
    lines.push_back(fmt::format("{} of {} by {}, with {}", group.repository, to_text(account.vendor),
                                options.via == Via::api ? "its API" : "git",
                                account.token.empty() ? "no token: set " + account.token_origin
                                                      : "the token of " + account.token_origin));
    const PromotionWords words = {.evidence = "<evidence>\n", .headline = "<what happened>", .verdict = {}};
    const Promotion promotion = promotion_of(options, group.edits, data, words, directory);
    const bool is_here = group.repository == own || own.empty();
    const std::vector<git::Change> changes =
        append_changes(lines, promotion, is_here ? work_tree_of(directory) : std::nullopt);
    if (options.via == Via::git) {
      const git::Remote remote = remote_of(options, account, group.repository, environment, data, directory);
      lines.push_back(fmt::format("pushes {} to {}", promotion.branch, remote.url));
    }
    append_requests(lines, options, promotion, account, group.repository, changes);
    append_attributes(lines, promotion);
  }
  return lines;
}

}  // namespace iter8::tasks::pull_request
