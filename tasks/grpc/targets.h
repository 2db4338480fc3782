#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "experiment/version.h"
#include "load/plan.h"
#include "tasks/grpc/options.h"

namespace iter8::tasks::grpc {

/// What the templates of a grpc task can refer to, and the directory that relative paths start from.
struct TargetContext {
  const std::vector<experiment::Version>& versions;
  int iteration = 1;
  std::filesystem::path directory;
  const load::Rows* rows = nullptr;  // of the task's `rows`
  /// Set to the position of each option before it is used, so that a problem can name it; may be null.
  config::Position* current_position = nullptr;
};

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
