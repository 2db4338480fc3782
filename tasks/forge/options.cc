#include "tasks/forge/options.h"

#include "base/error.h"

namespace iter8::tasks {

const config::Fields<ForgeOptions>& fields_of(const ForgeOptions*) {
  static const auto fields =
      config::Fields<ForgeOptions>{}
          .optional("forge", &ForgeOptions::vendor, "Kind of server: github, gitlab or gitea")
          .shown_default("from the CI system, else github")
          .optional("apiURL", &ForgeOptions::api_url, "URL of the server's API")
          .shown_default("GITHUB_API_URL, CI_API_V4_URL or GITEA_API_URL")
          .optional("token", &ForgeOptions::token,
                    "Token of the API, from a variable or file: ${NAME} or ${file:PATH}")
          .shown_default("GITHUB_TOKEN, GITLAB_TOKEN, CI_JOB_TOKEN or GITEA_TOKEN")
          .optional("caFile", &ForgeOptions::ca_file,
                    "PEM file of certificates to trust instead of the system's")
          .optional("softFailure", &ForgeOptions::soft_failure,
                    "A failure is a warning, and not the failure of the task");
  return fields;
}

forge::Account account_of(const ForgeOptions& options, const base::Environment& environment,
                          base::Secrets& secrets, const std::filesystem::path& directory) {
  return forge::account_of({.vendor = options.vendor,
                            .api_url = options.api_url,
                            .token = options.token,
                            .ca_file = options.ca_file.empty() ? "" : (directory / options.ca_file).string()},
                           environment, secrets);
}

forge::Client client_of(const ForgeOptions& options, const experiment::Context& context) {
  return {account_of(options, context.environment, context.secrets, context.directory),
          {.secrets = context.secrets, .clock = context.clock, .log = context.log, .stop = context.stop}};
}

experiment::Outcome softened(const ForgeOptions& options, const experiment::Context& context,
                             const std::function<experiment::Outcome()>& act) {
  if (!options.soft_failure) return act();
  try {
    return act();
  } catch (const base::Error& error) {
    // The one place besides the runner where an error ends: the file asks for it.
    context.log.warning(error.what());
    return {.message = std::string("not done: ") + error.what(),
            .warnings = {{.code = "soft-failure", .message = error.what()}}};
  }
}

}  // namespace iter8::tasks
