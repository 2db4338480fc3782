#pragma once

#include <optional>
#include <string>

#include "load/plan.h"
#include "tasks/grpc/options.h"
#include "tasks/load/target_context.h"

namespace iter8::tasks::grpc {

/// The method that is called of one version.
const std::string& call_name(const GrpcOptions& options, std::size_t version);

/// Where one version is served, and its metadata: a target without path and messages. Nothing for a version
/// that is not loaded (null in versionInfo, or `host: null`). Throws base::Error naming the version.
std::optional<load::Target> server_of(const GrpcOptions& options, const TargetContext& context,
                                      std::size_t version);

/// Metadata for questions to the server's reflection service.
load::Headers reflection_metadata(const GrpcOptions& options, const TargetContext& context,
                                  std::size_t version);

/// The load that the options ask for, without targets, and but for apply_pace().
load::Plan plan_of(const GrpcOptions& options);

}  // namespace iter8::tasks::grpc
