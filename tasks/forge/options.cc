#include "tasks/forge/options.h"

#include "base/error.h"

namespace iter8::tasks {

forge::Account account_of(const ForgeOptions& options, const base::Environment& environment,
                          base::Secrets& secrets, const std::filesystem::path& directory) {
  return forge::account_of({.vendor = options.forge,
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
