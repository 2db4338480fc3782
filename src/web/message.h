#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/clock.h"

namespace iter8::web {

using Headers = std::vector<std::pair<std::string, std::string>>;

/// How an https connection is secured. Paths are of PEM files; empty = the system's certificates and
/// no client certificate.
struct TlsSettings {
  std::string ca;  // trusted instead of the system's
  std::string cert;
  std::string key;        // of `cert`
  bool insecure = false;  // accept any certificate
};

/// Whether a request may be sent again after the server could have received it. What certainly did not arrive
/// (no address, no connection) and what the server refused to take (429) may always be.
enum class Repeat {
  if_idempotent,  // GET, HEAD, OPTIONS, PUT and DELETE (RFC 9110 section 9.2.2), not POST and PATCH
  always,         // the caller knows that a second one does no harm: a query by POST
  never,
};

/// negotiated: what TLS agrees on, HTTP/1.1 in the clear. two: HTTP/2, in the clear with prior knowledge.
enum class HttpVersion { negotiated, two };

/// One call of an HTTP API. The proxy variables of the environment apply.
struct Request {
  std::string method = "GET";
  std::string url;  // http or https
  Headers headers;
  std::string body;
  base::Duration connect_timeout = std::chrono::seconds(5);
  base::Duration timeout = std::chrono::seconds(30);  // of one attempt, redirects included
  std::size_t response_limit = 16 * 1024 * 1024;      // bytes of a body
  TlsSettings tls = {};
  Repeat repeat = Repeat::if_idempotent;
  HttpVersion http = HttpVersion::negotiated;
};

struct Response {
  int status = 0;
  Headers headers;  // names in lower case; trailers too, after those of the head
  std::string body;

  /// The first value of a header (name in lower case), or nothing.
  std::optional<std::string_view> header(std::string_view name) const;
};

/// What --dry-run shows of a request: the method and URL, then each header and each line of the body,
/// indented. Control characters are visible. Not masked: the caller's Secrets do that.
std::vector<std::string> plan_text(const Request& request);

}  // namespace iter8::web
