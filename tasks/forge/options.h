#pragma once

#include <array>
#include <functional>
#include <optional>
#include <string>
#include <utility>

#include "config/options/fields.h"
#include "experiment/task.h"
#include "forge/account.h"
#include "forge/client.h"

namespace iter8::tasks {

/// The options of every task that calls a forge's API (GitHub, GitLab, Gitea). A task takes them in with
/// `.part(&MyOptions::forge, config::fields_of<ForgeOptions>())`.
struct ForgeOptions {
  std::optional<forge::Vendor> vendor;
  std::string api_url;
  std::string token;
  std::string ca_file;
  bool soft_failure = false;
};

const config::Fields<ForgeOptions>& fields_of(const ForgeOptions*);

/// The account that these options name. Throws base::Error.
forge::Account account_of(const ForgeOptions& options, const base::Environment& environment,
                          base::Secrets& secrets, const std::filesystem::path& directory);

/// The same with what surrounds a running task.
forge::Client client_of(const ForgeOptions& options, const experiment::Context& context);

/// Runs `act`. With `softFailure: true` an error that it throws becomes the outcome's message and a warning,
/// so that a read-only token (a pull request of a fork) does not fail the run.
experiment::Outcome with_soft_failure(const ForgeOptions& options, const experiment::Context& context,
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
