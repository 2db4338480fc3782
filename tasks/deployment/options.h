#pragma once

#include <array>
#include <optional>
#include <string>
#include <utility>

#include "config/options/fields.h"
#include "config/options/located.h"
#include "config/template/template.h"
#include "tasks/forge/options.h"

namespace iter8::tasks::deployment {

enum class DeploymentState { error, failure, inactive, in_progress, queued, pending, success };

/// The `with` of a deployment task.
struct DeploymentOptions {
  ForgeOptions forge;
  std::string repository;
  std::string environment;
  std::string ref;
  std::string key;
  std::optional<DeploymentState> state;
  DeploymentState inconclusive = DeploymentState::error;
  std::optional<config::Located<config::Template>> description;
  std::optional<config::Located<config::Template>> environment_url;
  bool production = false;
  bool transient = false;
};

const config::Fields<DeploymentOptions>& fields_of(const DeploymentOptions*);

}  // namespace iter8::tasks::deployment

namespace iter8::config {

template <>
struct Choices<tasks::deployment::DeploymentState> {
  using State = tasks::deployment::DeploymentState;
  static constexpr std::array names{
      std::pair{"error", State::error},       std::pair{"failure", State::failure},
      std::pair{"inactive", State::inactive}, std::pair{"in_progress", State::in_progress},
      std::pair{"queued", State::queued},     std::pair{"pending", State::pending},
      std::pair{"success", State::success}};
};

}  // namespace iter8::config
