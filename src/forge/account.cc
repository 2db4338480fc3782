#include "forge/account.h"

#include <algorithm>
#include <initializer_list>

#include <fmt/format.h>

#include "base/error.h"
#include "base/text.h"

namespace iter8::forge {

namespace {

constexpr std::string_view kGithub = "https://api.github.com";
constexpr std::string_view kGitlab = "https://gitlab.com/api/v4";
constexpr std::string_view kEnterprisePath = "/api/v3";  // of GitHub Enterprise Server

struct Variable {
  std::string name;
  std::string value;
};

/// The first of these variables that is set and not empty.
std::optional<Variable> first_of(const base::Environment& environment,
                                 std::initializer_list<const char*> names) {
  for (const char* name : names)
    if (environment.has(name)) return Variable{name, *environment.get(name)};
  return std::nullopt;
}

Vendor vendor_of(const AccountChoice& choice, const base::Environment& environment) {
  if (choice.vendor) return *choice.vendor;
  if (environment.get("GITLAB_CI") == "true") return Vendor::gitlab;
  if (environment.get("GITEA_ACTIONS") == "true") return Vendor::gitea;
  return Vendor::github;
}

std::string api_url_of(const AccountChoice& choice, Vendor vendor, const base::Environment& environment) {
  if (!choice.api_url.empty()) return choice.api_url;
  const bool is_gitea_job = environment.get("GITEA_ACTIONS") == "true";
  switch (vendor) {
    case Vendor::github:
      if (!is_gitea_job && environment.has("GITHUB_API_URL")) return *environment.get("GITHUB_API_URL");
      return std::string(kGithub);
    case Vendor::gitlab:
      return environment.has("CI_API_V4_URL") ? *environment.get("CI_API_V4_URL") : std::string(kGitlab);
    case Vendor::gitea:
      break;
  }
  if (environment.has("GITEA_API_URL")) return *environment.get("GITEA_API_URL");
  if (is_gitea_job && environment.has("GITHUB_API_URL")) return *environment.get("GITHUB_API_URL");
  throw base::Error("no URL of the Gitea API: give apiURL or set GITEA_API_URL");
}

/// GitHub Enterprise serves REST below /api/v3 and GraphQL at /api/graphql.
std::string graphql_url_of(const std::string& api_url, const base::Environment& environment,
                           const AccountChoice& choice) {
  if (choice.api_url.empty() && environment.has("GITHUB_GRAPHQL_URL"))
    return *environment.get("GITHUB_GRAPHQL_URL");
  if (api_url.ends_with(kEnterprisePath))
    return api_url.substr(0, api_url.size() - kEnterprisePath.size()) + "/api/graphql";
  return api_url + "/graphql";
}

/// What the job calls its server, else the public one.
std::vector<base::Origin> homes_of(Vendor vendor, const base::Environment& environment) {
  const bool is_gitea_job = environment.get("GITEA_ACTIONS") == "true";
  const bool is_of_actions = is_gitea_job ? vendor == Vendor::gitea : vendor == Vendor::github;
  std::vector<const char*> names;
  if (is_of_actions) names = {"GITHUB_API_URL", "GITHUB_SERVER_URL"};
  if (vendor == Vendor::gitea) names.push_back("GITEA_API_URL");
  if (vendor == Vendor::gitlab) names = {"CI_API_V4_URL", "CI_SERVER_URL"};
  std::vector<base::Origin> homes;
  for (const char* name : names)
    if (environment.has(name))
      if (auto origin = base::origin_of(*environment.get(name))) homes.push_back(std::move(*origin));
  if (!homes.empty()) return homes;
  if (vendor == Vendor::github) return {*base::origin_of(kGithub), *base::origin_of("https://github.com")};
  if (vendor == Vendor::gitlab) return {*base::origin_of(kGitlab)};
  return {};
}

void find_token(const AccountChoice& choice, const base::Environment& environment, Account& account) {
  std::optional<Variable> found;
  switch (account.vendor) {
    case Vendor::github:
      found = first_of(environment, {"GITHUB_TOKEN", "GH_TOKEN"});
      account.token_origin = "GITHUB_TOKEN";
      break;
    case Vendor::gitlab:
      found = first_of(environment, {"GITLAB_TOKEN", "CI_JOB_TOKEN"});
      account.token_origin = "GITLAB_TOKEN";
      account.token_kind =
          found && found->name == "CI_JOB_TOKEN" ? TokenKind::gitlab_job : TokenKind::gitlab_private;
      break;
    case Vendor::gitea:
      found = first_of(environment, {"GITEA_TOKEN", "GITHUB_TOKEN"});
      account.token_origin = "GITEA_TOKEN";
      account.token_kind = TokenKind::gitea;
      break;
  }
  if (!choice.token.empty()) {
    account.token = choice.token;
    account.token_origin = "the option 'token'";
    account.is_named = true;
    if (account.token_kind == TokenKind::gitlab_job) account.token_kind = TokenKind::gitlab_private;
  } else if (found) {
    account.token = found->value;
    account.token_origin = found->name;
    account.homes = homes_of(account.vendor, environment);
  }
}

}  // namespace

std::string_view to_text(Vendor vendor) {
  switch (vendor) {
    case Vendor::github:
      return "GitHub";
    case Vendor::gitlab:
      return "GitLab";
    case Vendor::gitea:
      break;
  }
  return "Gitea";
}

Account account_of(const AccountChoice& choice, const base::Environment& environment,
                   base::Secrets& secrets) {
  Account account{.vendor = vendor_of(choice, environment), .ca_file = choice.ca_file};
  account.api_url = api_url_of(choice, account.vendor, environment);
  while (account.api_url.ends_with('/')) account.api_url.pop_back();
  if (!account.api_url.starts_with("https://") && !account.api_url.starts_with("http://"))
    throw base::Error("the API's URL '" + base::printable(account.api_url) +
                      "' does not begin with https:// or http://");
  if (account.vendor == Vendor::github)
    account.graphql_url = graphql_url_of(account.api_url, environment, choice);
  find_token(choice, environment, account);
  secrets.add(account.token);
  refuse_foreign(account, account.api_url);
  return account;
}

void refuse_foreign(const Account& account, const std::string& url) {
  if (account.token.empty() || account.is_named) return;
  const auto origin = base::origin_of(url);
  const bool is_home = origin && std::ranges::find(account.homes, *origin) != account.homes.end();
  const bool is_private = is_home && (origin->scheme == "https" || origin->is_loopback());
  if (is_private) return;
  const std::string place = origin ? origin->to_text() : "a URL that is not plainly one of a server";
  if (is_home)
    throw base::Error(
        fmt::format("{} is not sent to {} without encryption; use https, or name the token: token: ${{{}}}",
                    account.token_origin, place, account.token_origin));
  std::vector<std::string> homes;
  for (const base::Origin& home : account.homes) homes.push_back(home.to_text());
  throw base::Error(
      fmt::format("{} is a token of {} and not sent to {}; name the token for that server: token: "
                  "${{NAME}}",
                  account.token_origin,
                  homes.empty() ? "a server that nothing names" : base::join(homes, " and "), place));
}

std::string own_repository(const base::Environment& environment) {
  const auto found = first_of(environment, {"GITHUB_REPOSITORY", "CI_PROJECT_PATH"});
  return found ? found->value : "";
}

std::string run_url(const base::Environment& environment) {
  if (environment.has("ITER8_RUN_URL")) return *environment.get("ITER8_RUN_URL");
  if (environment.has("GITHUB_SERVER_URL") && environment.has("GITHUB_REPOSITORY") &&
      environment.has("GITHUB_RUN_ID"))
    return *environment.get("GITHUB_SERVER_URL") + "/" + *environment.get("GITHUB_REPOSITORY") +
           "/actions/runs/" + *environment.get("GITHUB_RUN_ID");
  const auto found = first_of(environment, {"CI_JOB_URL", "CI_PIPELINE_URL"});
  return found ? found->value : "";
}

}  // namespace iter8::forge
