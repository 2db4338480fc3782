#pragma once

#include <optional>

#include "base/clock.h"
#include "web/client.h"

namespace iter8::forge {

/// How long to wait before a call that got this response is made again; nothing when the response is not
/// about a limit. GitHub answers 403 or 429 for both of its limits: Retry-After when it says so, else until
/// x-ratelimit-reset when x-ratelimit-remaining is 0, else (a secondary limit) a minute, doubled with each
/// `attempt` from 0. GitLab sends Retry-After or ratelimit-reset with 429. Whatever the server says, never
/// less than a second, doubled in the same way up to 32 s.
std::optional<base::Duration> wait_for_limit(const web::Response& response, base::WallTime now, int attempt);

}  // namespace iter8::forge
