#pragma once

#include <stop_token>
#include <string>

#include "base/clock.h"
#include "base/host_policy.h"

namespace iter8::tasks::metrics::sql {

/// The postgresql:// URL with the address that libpq is to connect to (hostaddr), after the policy has
/// allowed it; as it is where everything is allowed. With a policy, the URL must name one host, and no
/// parameter may name another. Blocks for at most `limit`. Throws base::Error, without the password.
std::string at_allowed_address(const std::string& url, const base::HostPolicy& hosts, base::Duration limit,
                               const std::stop_token& stop);

}  // namespace iter8::tasks::metrics::sql
