#pragma once

#include <cstddef>
#include <optional>
#include <stop_token>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/clock.h"
#include "base/secrets.h"

namespace iter8::web {

using Headers = std::vector<std::pair<std::string, std::string>>;

/// One call of an HTTP API. Certificates are always verified; the proxy variables of the environment apply.
struct Request {
  std::string method = "GET";
  std::string url;  // http or https
  Headers headers;
  std::string body;
  base::Duration connect_timeout = std::chrono::seconds(5);
  base::Duration timeout = std::chrono::seconds(30);  // of the whole call, redirects included
  std::size_t response_limit = 16 * 1024 * 1024;      // bytes of a body
};

struct Response {
  int status = 0;
  Headers headers;  // names in lower case
  std::string body;

  /// The first value of a header (name in lower case), or nothing.
  std::optional<std::string_view> header(std::string_view name) const;
};

/// Sends the request once. Any status is a response; throws base::Error, masked and naming method and URL
/// without its query, when there is none: unresolved, refused, timed out, larger than the limit, stopped. A
/// redirect of a GET or HEAD is followed when it stays at the same scheme, host and port, and is the response
/// otherwise: credentials never go to another host. Blocking; thread-safe.
Response send(const Request& request, const base::Secrets& secrets, const std::stop_token& stop);

/// send(), and an Error with a short masked preview of the body unless the status is 200 to 299.
Response send_expecting_success(const Request& request, const base::Secrets& secrets,
                                const std::stop_token& stop);

}  // namespace iter8::web
