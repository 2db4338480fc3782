#pragma once

#include <string>

#include "base/clock.h"
#include "web/message.h"

namespace iter8::tasks::metrics::aws {

struct Credentials {
  std::string access_key_id;
  std::string secret_access_key;
  std::string session_token;  // of temporary credentials; empty for others
};

/// What a signature is good for, besides its day.
struct Scope {
  std::string region;
  std::string service;
};

/// Adds X-Amz-Date, X-Amz-Security-Token where there is one, and Authorization: AWS Signature Version 4
/// ("Create a signed AWS API request" in the IAM user guide). Signed are the method, path, query, body, host,
/// Content-Type and every X-Amz header that the request has. Path and query must be percent-encoded already.
/// Throws base::Error when the URL is wrong.
void sign(web::Request& request, const Credentials& credentials, const Scope& scope, base::WallTime time);

}  // namespace iter8::tasks::metrics::aws
