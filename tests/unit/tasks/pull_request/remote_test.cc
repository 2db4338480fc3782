#include <catch2/catch.hpp>

#include "base/error.h"
#include "config/template/template.h"
#include "tasks/pull-request/request.h"

using namespace iter8;
using namespace iter8::tasks;

namespace {

const forge::Account kJob{.vendor = forge::Vendor::github,
                          .api_url = "https://api.github.com",
                          .token = "job-token-0123",
                          .token_origin = "GITHUB_TOKEN",
                          .homes = {*base::origin_of("https://github.com")}};

git::Remote remote_at(const std::string& url, const forge::Account& account = kJob) {
  pull_request::PullRequestOptions options;
  options.remote = pull_request::LocatedTemplate{.value = config::Template::literal(url), .position = {}};
  return pull_request::remote_of(options, account, "acme/app", {}, {}, ".");
}

}  // namespace

TEST_CASE("an ssh server is offered no token as a password") {
  for (const char* url : {"ssh://git@github.com/acme/app.git", "git@github.com:acme/app.git"})
    CHECK(remote_at(url).password.empty());
  CHECK(remote_at("https://github.com/acme/app.git").password == "job-token-0123");
}

TEST_CASE("the token of the job stays at its server, one that the file names goes where the file says") {
  CHECK_THROWS_AS(remote_at("https://git.example.com/acme/app.git"), base::Error);
  CHECK_THROWS_AS(remote_at("https://github.com:8443/acme/app.git"), base::Error);
  forge::Account named = kJob;
  named.is_named = true;
  CHECK(remote_at("https://git.example.com/acme/app.git", named).password == "job-token-0123");
}

TEST_CASE("a remote is of https or ssh") {
  for (const char* url : {"http://github.com/acme/app.git", "file:///srv/app.git", "/srv/app.git",
                          "git://github.com/x", "https://me:secret@github.com/x"})
    CHECK_THROWS_AS(remote_at(url), base::Error);
}
