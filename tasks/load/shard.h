#pragma once

#include <string_view>

#include "base/environment.h"
#include "load/plan.h"

namespace iter8::tasks {

/// The value of the option `shard`: "2/4" is the second of four processes, "auto" what the CI system says
/// about a parallel job (ITER8_SHARD as "2/4"; GitLab's CI_NODE_INDEX; JOB_COMPLETION_INDEX of a Kubernetes
/// job; CircleCI, Buildkite), or the whole load where it says nothing. Throws base::Error for anything else,
/// and for an index without a total.
load::Shard shard_of(std::string_view text, const base::Environment& environment);

}  // namespace iter8::tasks
