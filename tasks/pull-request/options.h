#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "config/options/fields.h"
#include "config/options/located.h"
#include "config/template/template.h"
#include "forge/pull_requests.h"
#include "tasks/forge/options.h"

namespace iter8::tasks::pull_request {

using LocatedTemplate = config::Located<config::Template>;

/// Every match of a pattern in a file is replaced.
struct ReplaceOptions {
  config::Located<std::string> pattern;
  LocatedTemplate with;
};

/// An entry of `images` in a kustomization.
struct KustomizeOptions {
  std::string image;
  std::optional<LocatedTemplate> new_tag;
  std::optional<LocatedTemplate> new_name;
  std::optional<LocatedTemplate> digest;
};

/// The image in a values file of a Helm chart.
struct HelmOptions {
  config::Located<std::string> at = {.value = ".image", .position = {}};
  std::optional<LocatedTemplate> tag;
  std::optional<LocatedTemplate> repository;
  std::optional<LocatedTemplate> digest;
};

struct EditOptions {
  LocatedTemplate file;
  std::optional<LocatedTemplate> repository;
  std::vector<std::pair<std::string, LocatedTemplate>> set;
  std::optional<std::int64_t> document;
  std::vector<ReplaceOptions> replace;
  std::optional<LocatedTemplate> content;
  std::optional<config::Located<std::string>> content_file;
  std::optional<KustomizeOptions> kustomize;
  std::optional<HelmOptions> helm;
};

enum class Via { api, git };

struct AuthorOptions {
  std::string name;
  std::string email;
};

struct SshOptions {
  std::string key;
  std::string passphrase;
  std::string known_hosts;
};

struct PullRequestOptions {
  std::optional<LocatedTemplate> repository;
  std::vector<EditOptions> edits;
  Via via = Via::api;
  std::optional<LocatedTemplate> base;
  std::optional<LocatedTemplate> branch;
  std::optional<LocatedTemplate> title;
  std::optional<LocatedTemplate> body;
  std::vector<std::string> labels;
  std::vector<std::string> assignees;
  std::vector<std::string> reviewers;
  std::vector<std::string> team_reviewers;
  bool draft = false;
  bool auto_merge = false;
  bool merge = false;
  forge::MergeMethod method = forge::MergeMethod::merge;
  bool rollback = false;
  std::optional<AuthorOptions> author;
  bool sign_off = false;
  std::optional<LocatedTemplate> remote;
  std::string username;
  SshOptions ssh;
  ForgeOptions forge;
};

const config::Fields<ReplaceOptions>& fields_of(const ReplaceOptions*);
const config::Fields<KustomizeOptions>& fields_of(const KustomizeOptions*);
const config::Fields<HelmOptions>& fields_of(const HelmOptions*);
const config::Fields<EditOptions>& fields_of(const EditOptions*);
const config::Fields<AuthorOptions>& fields_of(const AuthorOptions*);
const config::Fields<SshOptions>& fields_of(const SshOptions*);
const config::Fields<PullRequestOptions>& fields_of(const PullRequestOptions*);

/// Every template of the options, for checks before the run.
std::vector<const LocatedTemplate*> templates_of(const PullRequestOptions& options);

}  // namespace iter8::tasks::pull_request

namespace iter8::config {

template <>
struct Choices<tasks::pull_request::Via> {
  static constexpr std::array names{std::pair{"api", tasks::pull_request::Via::api},
                                    std::pair{"git", tasks::pull_request::Via::git}};
};

template <>
struct Choices<forge::MergeMethod> {
  static constexpr std::array names{std::pair{"merge", forge::MergeMethod::merge},
                                    std::pair{"squash", forge::MergeMethod::squash},
                                    std::pair{"rebase", forge::MergeMethod::rebase}};
};

}  // namespace iter8::config
