#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "experiment/version.h"
#include "load/plan.h"
#include "tasks/http/options.h"

namespace iter8::tasks::http {

/// What the templates of an http task can refer to, and the directory that relative paths start from.
struct TargetContext {
  const std::vector<experiment::Version>& versions;
  int iteration = 1;
  std::filesystem::path directory;
  const load::Rows* rows = nullptr;   // of the task's `rows`
  const std::string* body = nullptr;  // the payload once it has been read; null = payloadStr
  /// Set to the position of each option before it is used, so that a problem can name it; may be null.
  config::Position* current_position = nullptr;
};

/// The request that the task sends to one version, with payloadStr for a body; nothing for a version that is
/// not loaded (null in versionInfo, or `url: null`). Throws base::Error naming the version when its URL or a
/// header cannot be sent.
std::optional<load::Target> target_of(const HttpOptions& options, const TargetContext& context,
                                      std::size_t version);

/// The load of `targets` that the options ask for, but for apply_pace().
load::Plan plan_of(const HttpOptions& options, std::vector<load::Target> targets);

}  // namespace iter8::tasks::http
