#pragma once

#include <memory>
#include <optional>
#include <stop_token>
#include <string>

#include "base/clock.h"
#include "base/host_policy.h"
#include "web/curl_library.h"
#include "web/message.h"

namespace iter8::web {

/// What one request on the wire came to: a response, or the reason why there is none.
struct Exchange {
  std::optional<Response> response;
  std::string location;  // where a redirect points, absolute; empty = the response is not a redirect

  std::string failure;     // empty when there is a response
  bool transient = false;  // the failure may be over the next time
  bool received = false;   // the server could have seen the request
};

/// A libcurl handle, which keeps the connections of earlier exchanges for the next ones to the same server.
/// Not thread-safe.
class CurlSession {
 public:
  /// Throws base::Error when libcurl is not installed.
  explicit CurlSession(base::HostPolicy hosts = {});

  /// Sends the request once, following nothing. Blocks for `time_left` at most. Throws base::Error for a
  /// request that cannot be written (a line break in a header).
  Exchange exchange(const Request& request, base::Duration time_left, const std::stop_token& stop);

 private:
  const CurlLibrary& curl_;
  base::HostPolicy hosts_;
  std::unique_ptr<CURL, decltype(&curl_easy_cleanup)> easy_;
};

/// Whether both URLs have the same scheme, host and port.
bool same_origin(const std::string& one, const std::string& other);

/// "GET https://host:443/path" for messages: a query or user info may hold credentials that nobody has
/// registered as secrets.
std::string request_line(const Request& request);

}  // namespace iter8::web
