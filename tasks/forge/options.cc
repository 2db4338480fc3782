#include "tasks/forge/options.h"

#include <filesystem>

#include "base/error.h"
#include "base/file.h"
#include "base/host_policy.h"
#include "base/text.h"

namespace iter8::tasks {

namespace {

/// Whether this line of the file has a reference. True where that is unknown, as for
/// values of `--set`.
bool has_reference(const std::string& file, int line) {
  constexpr std::size_t limit = 16 * 1024 * 1024;
  std::error_code error;
  if (line <= 0 || !std::filesystem::is_regular_file(file, error)) return true;
  const std::vector<std::string> lines = base::split(base::read_file(file, limit), '\n');
  const auto index = static_cast<std::size_t>(line) - 1;
  return index >= lines.size() || lines[index].find("${") != std::string::npos;
}

/// Reading has replaced the references already, so the file itself is asked.
void check_token(const ForgeOptions&, const config::Node& node, config::Problems& problems) {
  const config::Node* token = node.find("token");
  if (token == nullptr || token->text.empty() || has_reference(problems.file(), token->position.line)) return;
  problems.error(token->position,
                 "token: a token must not stand in the file; expected ${NAME} or ${file:PATH}");
}

}  // namespace

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
                    "A failure is a warning, and not the failure of the task")
          .rule(check_token);
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
          {.secrets = context.secrets,
           .clock = context.clock,
           .log = context.log,
           .stop = context.stop,
           .hosts = base::HostPolicy::of(context.environment)}};
}

experiment::Outcome with_soft_failure(const ForgeOptions& options, const experiment::Context& context,
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
