#pragma once

#include <array>
#include <concepts>
#include <functional>
#include <optional>
#include <string>
#include <utility>

#include "config/fields.h"
#include "experiment/task.h"
#include "forge/account.h"
#include "forge/client.h"

namespace iter8::tasks {

/// What every task that calls a forge's API can be told. Options structs derive from it and put its fields
/// into their table with add_forge_fields.
struct ForgeOptions {
  std::optional<forge::Vendor> forge;
  std::string api_url;
  std::string token;
  std::string ca_file;
  bool soft_failure = false;
};

template <std::derived_from<ForgeOptions> Options>
void add_forge_fields(config::Fields<Options>& fields) {
  fields
      .optional("forge", static_cast<std::optional<forge::Vendor> Options::*>(&ForgeOptions::forge),
                "Kind of server: github, gitlab or gitea")
      .shown_default("from the CI system, else github")
      .optional("apiURL", static_cast<std::string Options::*>(&ForgeOptions::api_url),
                "URL of the server's API")
      .shown_default("GITHUB_API_URL, CI_API_V4_URL or GITEA_API_URL")
      .optional("token", static_cast<std::string Options::*>(&ForgeOptions::token),
                "Token of the API, from a variable or file: ${NAME} or ${file:PATH}")
      .shown_default("GITHUB_TOKEN, GITLAB_TOKEN, CI_JOB_TOKEN or GITEA_TOKEN")
      .optional("caFile", static_cast<std::string Options::*>(&ForgeOptions::ca_file),
                "PEM file of certificates to trust instead of the system's")
      .optional("softFailure", static_cast<bool Options::*>(&ForgeOptions::soft_failure),
                "A failure is a warning, and not the failure of the task");
}

/// The account that these options name. Throws base::Error.
forge::Account account_of(const ForgeOptions& options, const base::Environment& environment,
                          base::Secrets& secrets, const std::filesystem::path& directory);

/// The same with what surrounds a running task.
forge::Client client_of(const ForgeOptions& options, const experiment::Context& context);

/// What `act` comes to; where failures are soft, an error of it becomes the outcome's message and warning, so
/// that a read-only token (a pull request of a fork) does not fail the run.
experiment::Outcome softened(const ForgeOptions& options, const experiment::Context& context,
                             const std::function<experiment::Outcome()>& act);

}  // namespace iter8::tasks

namespace iter8::config {

template <>
struct Choices<forge::Vendor> {
  static constexpr std::array names{std::pair{"github", forge::Vendor::github},
                                    std::pair{"gitlab", forge::Vendor::gitlab},
                                    std::pair{"gitea", forge::Vendor::gitea}};
};

}  // namespace iter8::config
