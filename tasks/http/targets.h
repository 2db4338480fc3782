#pragma once

#include <optional>
#include <vector>

#include "load/plan.h"
#include "tasks/http/options.h"
#include "tasks/load/target_context.h"

namespace iter8::tasks::http {

/// The request that the task sends to one version, with payloadStr for a body; nothing for a version that is
/// not loaded (null in versionInfo, or `url: null`). Throws base::Error naming the version when its URL or a
/// header cannot be sent.
std::optional<load::Target> target_of(const HttpOptions& options, const TargetContext& context,
                                      std::size_t version);

/// The load of `targets` that the options ask for, but for apply_pace().
load::Plan plan_of(const HttpOptions& options, std::vector<load::Target> targets);

}  // namespace iter8::tasks::http
