#pragma once

#include <array>
#include <optional>
#include <string>
#include <utility>

#include "config/options/fields.h"
#include "config/options/located.h"
#include "config/template/template.h"
#include "forge/statuses.h"
#include "tasks/forge/options.h"

namespace iter8::tasks::commit_status {

/// What is set on the commit: a status, or (GitHub) a check run with annotations.
enum class StatusForm { status, check };

/// The `with` of a commit-status task.
struct CommitStatusOptions {
  ForgeOptions forge;
  std::string repository;
  std::string commit;
  std::string context;
  StatusForm form = StatusForm::status;
  std::optional<forge::CommitState> state;
  forge::CommitState inconclusive = forge::CommitState::error;
  std::optional<config::Located<config::Template>> description;
  std::string url;
  std::string path;
};

const config::Fields<CommitStatusOptions>& fields_of(const CommitStatusOptions*);

}  // namespace iter8::tasks::commit_status

namespace iter8::config {

template <>
struct Choices<tasks::commit_status::StatusForm> {
  static constexpr std::array names{std::pair{"status", tasks::commit_status::StatusForm::status},
                                    std::pair{"check", tasks::commit_status::StatusForm::check}};
};

template <>
struct Choices<forge::CommitState> {
  static constexpr std::array names{
      std::pair{"pending", forge::CommitState::pending}, std::pair{"success", forge::CommitState::success},
      std::pair{"failure", forge::CommitState::failure}, std::pair{"error", forge::CommitState::error}};
};

}  // namespace iter8::config
