#pragma once

#include <optional>
#include <string>

#include "base/environment.h"
#include "tasks/metrics/access/aws_signature.h"

namespace iter8::tasks::metrics::aws {

/// The credentials of AWS's own tools: AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY (and AWS_SESSION_TOKEN),
/// else the profile (`profile`, or AWS_PROFILE, or "default") of AWS_SHARED_CREDENTIALS_FILE or
/// ~/.aws/credentials. The address of the machine's metadata service is never asked. Nothing, with the reason
/// in `problem`, when there are none.
std::optional<Credentials> find_credentials(const base::Environment& environment, const std::string& profile,
                                            std::string& problem);

}  // namespace iter8::tasks::metrics::aws
