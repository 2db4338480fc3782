#include "tasks/pull-request/request.h"

#include <algorithm>

#include <fmt/format.h>

#include "base/digest.h"
#include "base/error.h"
#include "base/file.h"
#include "base/markdown.h"
#include "base/origin.h"
#include "base/text.h"

namespace iter8::tasks::pull_request {

namespace {

using config::Value;

constexpr std::size_t kMostKeyBytes = 256 * 1024;
constexpr const char* kRollbackSuffix = "-rollback";

std::string text_in(const Value& data, const char* outer, const char* inner) {
  const Value* map = data.find(outer);
  const Value* value = map ? map->find(inner) : nullptr;
  return value && value->text() ? *value->text() : "";
}

std::string slug(std::string_view name) {
  std::string text;
  for (const char c : base::lower(name)) {
    const bool is_plain = (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9');
    if (is_plain) {
      text += c;
    } else if (!text.empty() && text.back() != '-') {
      text += '-';
    }
  }
  while (text.ends_with('-')) text.pop_back();
  return text.empty() ? "experiment" : text;
}

/// git-check-ref-format, and no name that a command line could take for an option.
void check_branch(const std::string& branch) {
  const bool has_bad = std::ranges::any_of(branch, [](unsigned char c) {
    return c <= 0x20 || c == 0x7F ||
           std::string_view("~^:?*[\\").find(static_cast<char>(c)) != std::string_view::npos;
  });
  const bool is_bad = has_bad || branch.starts_with('-') || branch.starts_with('/') ||
                      branch.starts_with('.') || branch.ends_with('/') || branch.ends_with('.') ||
                      branch.ends_with(".lock") || branch.find("..") != std::string::npos ||
                      branch.find("//") != std::string::npos || branch.find("@{") != std::string::npos ||
                      branch.find("/.") != std::string::npos;
  if (is_bad) throw base::Error(fmt::format("'{}' is not a valid branch name", base::printable(branch)));
}

std::string branch_or(const std::optional<LocatedTemplate>& given, const Value& data,
                      const std::string& field, std::string fallback) {
  std::string branch = given ? render_line(*given, data, field) : std::move(fallback);
  if (!branch.empty()) check_branch(branch);
  return branch;
}

std::string title_of(const PullRequestOptions& options, const Value& data) {
  if (options.title) {
    std::string title = render_line(*options.title, data, "title");
    return base::replace_all(std::move(title), "\n", " ");
  }
  const std::string experiment = text_in(data, "experiment", "name");
  if (options.rollback) return fmt::format("Roll back the promotion of {}", experiment);
  return fmt::format("Promote {} ({})", text_in(data, "version", "name"), experiment);
}

/// The edits, for people and for telling decisions apart.
std::string changes_text(const std::vector<Edit>& edits) {
  std::string text = "\n| file | change |\n|---|---|\n";
  for (const Edit& edit : edits) {
    const std::string file = base::markdown_escaped(edit.file);
    for (const Setting& setting : edit.settings)
      text += fmt::format("| {} | {} → {} |\n", file, base::markdown_escaped(setting.path.text),
                          base::markdown_escaped(setting.value.empty() ? "as before" : setting.value, 200));
    for (const Replacement& replacement : edit.replacements)
      text += fmt::format("| {} | {} → {} |\n", file, base::markdown_escaped(replacement.text, 200),
                          base::markdown_escaped(replacement.with, 200));
    if (edit.content) text += fmt::format("| {} | the whole file |\n", file);
  }
  return text;
}

std::string decision_of(const PullRequestOptions& options, const Promotion& promotion,
                        const std::string& verdict) {
  std::string text = verdict + "\n" + promotion.title + "\n" +
                     (options.body ? options.body->value.text() : "") + changes_text(promotion.edits);
  for (const Edit& edit : promotion.edits)
    if (edit.content) text += base::sha256_hex(*edit.content);
  return text;
}

/// The text itself, or that of the file which it names.
std::string text_or_file(const std::string& given, bool is_text, const std::filesystem::path& directory) {
  return given.empty() || is_text ? given : base::read_file(directory / given, kMostKeyBytes);
}

std::string server_of(const forge::Account& account, const base::Environment& environment) {
  const char* variable = account.vendor == forge::Vendor::gitlab ? "CI_SERVER_URL" : "GITHUB_SERVER_URL";
  if (environment.has(variable)) return *environment.get(variable);
  if (account.api_url == "https://api.github.com") return "https://github.com";
  const std::size_t api = account.api_url.find("/api/v");
  return api == std::string::npos ? account.api_url : account.api_url.substr(0, api);
}

bool is_of_ssh(const std::string& url) {
  const auto origin = base::origin_of(url);
  return origin && origin->scheme == "ssh";
}

/// https and ssh; http only to this machine, and only where the CI job says that its server is there.
void check_remote(const std::string& url, const forge::Account& account) {
  if (url.starts_with("http") && url.find('@') != std::string::npos)
    throw base::Error("remote: user and token do not belong into the URL; use 'username' and 'token'");
  const auto origin = base::origin_of(url);
  const bool is_own =
      origin && origin->is_loopback() && std::ranges::find(account.homes, *origin) != account.homes.end();
  if (!origin || (origin->scheme == "http" && !is_own))
    throw base::Error(
        fmt::format("remote: expected https://HOST/PATH, ssh://USER@HOST/PATH or USER@HOST:PATH, found '{}'",
                    base::printable(url)));
  if (origin->scheme != "ssh") forge::refuse_foreign(account, url);
}

std::string user_of(const forge::Account& account) {
  if (account.vendor == forge::Vendor::github) return "x-access-token";
  return account.token_kind == forge::TokenKind::gitlab_job ? "gitlab-ci-token" : "oauth2";
}

}  // namespace

std::vector<RepositoryEdits> by_repository(const PullRequestOptions& options, const Value& data,
                                           const std::string& own) {
  std::vector<RepositoryEdits> groups;
  for (const EditOptions& edit : options.edits) {
    const auto& named = edit.repository ? edit.repository : options.repository;
    const std::string name = named ? render_line(*named, data, "repository") : own;
    if (name.empty())
      throw base::Error(
          "no repository: give owner/name as 'repository', or run in a CI job of the repository");
    const auto known = std::ranges::find(groups, name, &RepositoryEdits::repository);
    if (known != groups.end()) {
      known->edits.push_back(&edit);
    } else {
      groups.push_back({.repository = name, .edits = {&edit}});
    }
  }
  return groups;
}

void check_places(const PullRequestOptions& options, const forge::Account& account,
                  experiment::BuildContext& context) {
  const auto is_known = [](const std::optional<LocatedTemplate>& text) {
    return text && text->value.is_constant();
  };
  const LocatedTemplate* at = nullptr;
  try {
    if (is_known(options.branch) && is_known(options.base)) {
      at = &*options.branch;
      const std::string branch = render_line(*options.branch, {}, "branch");
      refuse_base(options.rollback ? branch + kRollbackSuffix : branch,
                  render_line(*options.base, {}, "base"));
    }
    if (is_known(options.remote)) {
      at = &*options.remote;
      check_remote(render_line(*options.remote, {}, "remote"), account);
    }
  } catch (const base::Error& error) {
    context.problems.error(at->position, error.what());
  }
}

Promotion promotion_of(const PullRequestOptions& options, const std::vector<const EditOptions*>& edits,
                       const Value& data, const PromotionWords& words,
                       const std::filesystem::path& directory) {
  Promotion promotion{.base = branch_or(options.base, data, "base", ""),
                      .branch = branch_or(options.branch, data, "branch",
                                          "iter8/" + slug(text_in(data, "experiment", "name"))),
                      .title = title_of(options, data),
                      .headline = words.headline,
                      .sign_off = options.sign_off,
                      .draft = options.draft,
                      .attributes = {.labels = options.labels,
                                     .assignees = options.assignees,
                                     .reviewers = options.reviewers,
                                     .team_reviewers = options.team_reviewers},
                      .auto_merge = options.auto_merge,
                      .merge = options.merge,
                      .method = options.method};
  if (options.rollback) {
    promotion.reverses = promotion.branch;
    promotion.branch += kRollbackSuffix;
  }
  refuse_base(promotion.branch, promotion.base);
  for (const EditOptions* edit : edits)
    promotion.edits.push_back(
        render_edit(*edit, data, directory, options.rollback ? Rendering::places : Rendering::whole));
  promotion.body = options.body ? render_line(*options.body, data, "body")
                                : words.evidence + changes_text(promotion.edits);
  promotion.decision = decision_of(options, promotion, words.verdict);
  if (options.author) {
    promotion.author = git::Person{.name = options.author->name, .email = options.author->email};
  } else if (options.via == Via::git || options.sign_off) {
    promotion.author = git::Person{.name = "iter8", .email = "iter8@localhost"};
  }
  return promotion;
}

bool is_key(const std::string& key) {
  return key.starts_with("-----BEGIN");
}

git::Remote remote_of(const PullRequestOptions& options, const forge::Account& account,
                      const std::string& repository, const base::Environment& environment, const Value& data,
                      const std::filesystem::path& directory) {
  git::Remote remote;
  remote.url = options.remote ? render_line(*options.remote, data, "remote")
                              : server_of(account, environment) + "/" + repository + ".git";
  check_remote(remote.url, account);
  if (!is_of_ssh(remote.url)) {
    remote.username = options.username.empty() ? user_of(account) : options.username;
    remote.password = account.token;
  }
  remote.key = text_or_file(options.ssh.key, is_key(options.ssh.key), directory);
  remote.passphrase = options.ssh.passphrase;
  const bool has_lines = options.ssh.known_hosts.find_first_of(" \n") != std::string::npos;
  remote.known_hosts = text_or_file(options.ssh.known_hosts, has_lines, directory);
  remote.ca_file = account.ca_file;
  return remote;
}

}  // namespace iter8::tasks::pull_request
