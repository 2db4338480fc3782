#pragma once

#include <stop_token>
#include <string>

#include "base/clock.h"
#include "base/host_policy.h"

namespace iter8::tasks::metrics::sql {

/// The postgresql:// URL with the addresses that libpq is to connect to (hostaddr), which the policy allows:
/// libpq would look the name up itself, for as long as the name server is silent. A URL that names a socket,
/// several hosts or an address by its parameters stays as it is; with a policy it is refused. Blocks for at
/// most `limit`. Throws base::Error, without the password.
std::string with_addresses(const std::string& url, const base::HostPolicy& hosts, base::Duration limit,
                           const std::stop_token& stop);

}  // namespace iter8::tasks::metrics::sql
