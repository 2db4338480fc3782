#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/environment.h"
#include "base/origin.h"
#include "base/secrets.h"

namespace iter8::forge {

enum class Vendor { github, gitlab, gitea };

/// "GitHub", "GitLab", "Gitea".
std::string_view to_text(Vendor vendor);

/// What the file says about the server and who calls it; empty = as the environment says.
struct AccountChoice {
  std::optional<Vendor> vendor;
  std::string api_url;
  std::string token;
  std::string ca_file;  // PEM file of certificates to trust instead of the system's
};

/// How a token is sent.
enum class TokenKind { bearer, gitlab_private, gitlab_job, gitea };

/// A server's API and who calls it. A plain value.
struct Account {
  Vendor vendor = Vendor::github;
  std::string api_url;      // without a slash at its end
  std::string graphql_url;  // of GitHub only
  std::string token;        // empty = anonymous
  TokenKind token_kind = TokenKind::bearer;
  std::string token_origin;  // where the token comes from, or would have to: "GITHUB_TOKEN"; for messages
  bool is_named = false;     // by the file: then the token goes where the file says
  std::vector<base::Origin> homes;  // where a token that is not named may go: the CI's own server
  std::string ca_file;
};

/// The account that the choice and the environment name.
/// Vendor: GITLAB_CI means GitLab, GITEA_ACTIONS (which also sets GitHub's variables) Gitea, else GitHub.
/// URL: GITHUB_API_URL, CI_API_V4_URL or GITEA_API_URL, else the public server's; Gitea has none.
/// Token: GITHUB_TOKEN or GH_TOKEN; GITLAB_TOKEN, else CI_JOB_TOKEN; GITEA_TOKEN, else GITHUB_TOKEN of Gitea
/// Actions. A token goes to `secrets`. Throws base::Error when no URL is known or it cannot be parsed, and
/// when a token that only the environment names would leave its home (see refuse_foreign).
Account account_of(const AccountChoice& choice, const base::Environment& environment, base::Secrets& secrets);

/// Throws base::Error when the account has a token that the file does not name, and the URL does not lead to
/// the server which it is of, as the CI job (GITHUB_API_URL, GITHUB_SERVER_URL, CI_API_V4_URL, CI_SERVER_URL,
/// GITEA_API_URL) or, without one, the public service says: the same scheme, host and port, over https. Plain
/// http is for a server on this machine only.
void refuse_foreign(const Account& account, const std::string& url);

/// The repository that the CI job belongs to (GITHUB_REPOSITORY, CI_PROJECT_PATH), or an empty text.
std::string own_repository(const base::Environment& environment);

/// Where people see the CI run that this is, or an empty text outside of CI. ITER8_RUN_URL says it for
/// systems that do not (Tekton), and comes before GitHub's and GitLab's own.
std::string run_url(const base::Environment& environment);

}  // namespace iter8::forge
