#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include <nlohmann/json.hpp>

#include "base/environment.h"
#include "forge/account.h"

namespace iter8::forge {

/// The path of a repository in the API: "/repos/acme/shop", or "/projects/acme%2Fshop" of GitLab. Throws
/// base::Error when `repository` is not "owner/name" (GitLab: groups may be nested, or it is a number).
std::string repository_path(Vendor vendor, const std::string& repository);

/// What a CI run was started for, as far as the run's environment tells.
struct Origin {
  std::optional<std::int64_t> pull_request;  // number of the pull request, or of GitLab's merge request
  std::string commit;  // the pull request's own head, not the merge that GitHub makes of it
};

/// Reads GITHUB_EVENT_PATH and GITHUB_SHA, or CI_MERGE_REQUEST_IID, CI_MERGE_REQUEST_SOURCE_BRANCH_SHA and
/// CI_COMMIT_SHA. What is not there, or cannot be read, is left out.
Origin origin_of(const base::Environment& environment);

/// The same from an event of GitHub: pull_request (and its like), and a comment on or a workflow_run for a
/// pull request.
Origin origin_of_event(const nlohmann::ordered_json& event);

}  // namespace iter8::forge
