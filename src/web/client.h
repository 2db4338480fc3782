#pragma once

#include <cstddef>
#include <optional>
#include <stop_token>
#include <string>
#include <utility>
#include <vector>

#include "base/clock.h"
#include "base/secrets.h"

namespace iter8::web {

struct Request {
  std::string method = "GET";
  std::string url;
  std::vector<std::pair<std::string, std::string>> headers;
  std::string body;
  base::Duration connect_timeout = std::chrono::seconds(5);
  base::Duration timeout = std::chrono::seconds(30);
  std::size_t response_limit = 16 * 1024 * 1024;
};

struct Response {
  int status = 0;
  std::vector<std::pair<std::string, std::string>> headers;  // names in lower case
  std::string body;
};

/// One exchange with an HTTP API. Any status is a response; throws base::Error (masked) when there is none: unresolved,
/// refused, timed out, too large, stopped. Redirects are followed to the same host only.
Response send(const Request& request, const base::Secrets& secrets, const std::stop_token& stop);

/// send(), and an Error with a short masked preview of the body unless the status is 200 to 299.
Response send_expecting_success(const Request& request, const base::Secrets& secrets, const std::stop_token& stop);

}  // namespace iter8::web
