#include "forge/account.h"

#include <catch2/catch.hpp>

#include "base/error.h"

using namespace iter8;

TEST_CASE("GitHub's own variables name the server and the token") {
  const base::Environment job(
      {{"GITHUB_API_URL", "https://ghe.example.com/api/v3/"}, {"GITHUB_TOKEN", "ghs_0123456789"}});
  base::Secrets secrets;
  const forge::Account account = forge::account_of({}, job, secrets);

  CHECK(account.vendor == forge::Vendor::github);
  CHECK(account.api_url == "https://ghe.example.com/api/v3");
  CHECK(account.graphql_url == "https://ghe.example.com/api/graphql");
  CHECK(account.token_origin == "GITHUB_TOKEN");
  CHECK(secrets.mask("ghs_0123456789") == "***");
}

TEST_CASE("outside of CI it is the public GitHub without a token") {
  base::Secrets secrets;
  const forge::Account account = forge::account_of({}, base::Environment{}, secrets);

  CHECK(account.api_url == "https://api.github.com");
  CHECK(account.graphql_url == "https://api.github.com/graphql");
  CHECK(account.token.empty());
}

TEST_CASE("a GitLab job uses its API, and its job token when there is no better one") {
  base::Environment job({{"GITLAB_CI", "true"},
                         {"CI_API_V4_URL", "https://gitlab.example.com/api/v4"},
                         {"CI_JOB_TOKEN", "job-token-1"}});
  base::Secrets secrets;
  CHECK(forge::account_of({}, job, secrets).token_kind == forge::TokenKind::gitlab_job);

  job.set("GITLAB_TOKEN", "glpat-12345");
  const forge::Account account = forge::account_of({}, job, secrets);
  CHECK(account.vendor == forge::Vendor::gitlab);
  CHECK(account.token_kind == forge::TokenKind::gitlab_private);
  CHECK(account.token == "glpat-12345");
}

TEST_CASE("Gitea Actions sets GitHub's variables and means Gitea") {
  const base::Environment job({{"GITEA_ACTIONS", "true"},
                               {"GITHUB_API_URL", "https://gitea.example.com/api/v1"},
                               {"GITHUB_TOKEN", "gitea-token"}});
  base::Secrets secrets;
  const forge::Account account = forge::account_of({}, job, secrets);

  CHECK(account.vendor == forge::Vendor::gitea);
  CHECK(account.api_url == "https://gitea.example.com/api/v1");
  CHECK(account.token_kind == forge::TokenKind::gitea);
}

TEST_CASE("what the file says wins over the environment") {
  const base::Environment job({{"GITHUB_API_URL", "https://api.github.com"}, {"GITHUB_TOKEN", "of-the-job"}});
  base::Secrets secrets;
  const forge::Account account = forge::account_of({.vendor = forge::Vendor::gitlab,
                                                    .api_url = "https://gitlab.example.com/api/v4",
                                                    .token = "of-the-file"},
                                                   job, secrets);
  CHECK(account.vendor == forge::Vendor::gitlab);
  CHECK(account.token == "of-the-file");
}

TEST_CASE("a token that the file does not name stays at the server that it is of") {
  base::Secrets secrets;
  const auto account = [&](const std::string& url, const base::Environment& job) {
    return forge::account_of({.api_url = url}, job, secrets);
  };
  base::Environment shell;
  shell.set("GITHUB_TOKEN", "of-the-shell");
  CHECK(account("https://api.github.com", shell).token == "of-the-shell");
  CHECK_THROWS_WITH(
      account("https://ghe.example.com/api/v3", shell),
      Catch::Contains("GITHUB_TOKEN is a token of https://api.github.com and https://github.com and not "
                      "sent to https://ghe.example.com; name the token"));
  CHECK(account("https://ghe.example.com/api/v3", {}).token.empty());

  const base::Environment job(
      {{"GITHUB_TOKEN", "of-the-job"}, {"GITHUB_SERVER_URL", "https://ghe.example.com"}});
  CHECK(account("https://GHE.example.com:443/api/v3", job).token == "of-the-job");
  for (const char* url :
       {"https://ghe.example.com:8443/api/v3", "http://ghe.example.com/api/v3",
        "https://ghe.example.com.evil.com/", "https://ghe.example.com@evil.com/", "https://api.github.com"})
    CHECK_THROWS_AS(account(url, job), base::Error);
}

TEST_CASE("each forge has variables of its own for where its token is at home") {
  base::Secrets secrets;
  const base::Environment gitlab({{"GITLAB_CI", "true"},
                                  {"CI_JOB_TOKEN", "job-token"},
                                  {"CI_SERVER_URL", "https://gitlab.example.com"},
                                  {"GITHUB_SERVER_URL", "https://evil.example.com"}});
  CHECK(forge::account_of({.api_url = "https://gitlab.example.com/api/v4"}, gitlab, secrets).token ==
        "job-token");
  CHECK_THROWS_AS(forge::account_of({.api_url = "https://evil.example.com"}, gitlab, secrets), base::Error);

  base::Environment gitea;
  gitea.set("GITEA_TOKEN", "gitea-token");
  CHECK_THROWS_AS(forge::account_of({.vendor = forge::Vendor::gitea, .api_url = "https://gitea.example.com"},
                                    gitea, secrets),
                  base::Error);
  const base::Environment http(
      {{"GITHUB_TOKEN", "of-the-job"}, {"GITHUB_API_URL", "http://ghe.example.com"}});
  CHECK_THROWS_WITH(forge::account_of({}, http, secrets), Catch::Contains("without encryption"));
  CHECK(forge::account_of({.token = "named"}, http, secrets).token == "named");
}

TEST_CASE("a Gitea without URL and a URL that is none are refused") {
  base::Secrets secrets;
  CHECK_THROWS_WITH(forge::account_of({.vendor = forge::Vendor::gitea}, {}, secrets),
                    Catch::Contains("GITEA_API_URL"));
  CHECK_THROWS_WITH(forge::account_of({.api_url = "api.example.com"}, {}, secrets),
                    Catch::Contains("https://"));
}

TEST_CASE("the run's URL comes from the CI system") {
  base::Environment github;
  github.set("GITHUB_SERVER_URL", "https://github.com");
  github.set("GITHUB_REPOSITORY", "acme/app");
  github.set("GITHUB_RUN_ID", "42");
  base::Environment gitlab;
  gitlab.set("CI_JOB_URL", "https://gitlab.com/acme/app/-/jobs/7");

  CHECK(forge::run_url(github) == "https://github.com/acme/app/actions/runs/42");
  CHECK(forge::run_url(gitlab) == "https://gitlab.com/acme/app/-/jobs/7");
  CHECK(forge::run_url({}).empty());
}
