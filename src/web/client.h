#pragma once

#include <cstdint>
#include <stop_token>

#include "base/clock.h"
#include "base/host_policy.h"
#include "base/log.h"
#include "base/secrets.h"
#include "web/exchange.h"
#include "web/message.h"
#include "web/retry.h"

namespace iter8::web {

/// What a client works with besides secrets and clock.
struct ClientOptions {
  RetryPolicy retry = {};
  base::HostPolicy hosts = {};        // what may be connected to
  const base::Logger* log = nullptr;  // each attempt at debug level: method, URL without query, status, time
  std::uint64_t seed = 0;             // of the jitter; 0 = another one each time
};

/// Calls HTTP APIs over connections that it keeps. A task (or each of its threads) owns one: not thread-safe.
/// The clock times the waits between attempts; libcurl times what happens on the session.
class Client {
 public:
  /// Borrows all of them. Throws base::Error when libcurl is not installed.
  Client(const base::Secrets& secrets, base::Clock& clock, const ClientOptions& options = {});

  /// Sends the request, again where the policy and request.repeat allow it. The response of the last attempt,
  /// whatever its status; throws base::Error, masked and naming method, URL without query and the number of
  /// attempts, when there is none: unresolved, refused, timed out, larger than the limit, stopped. A redirect
  /// of a GET or HEAD is followed when it stays at the same scheme, host and port, and is the response
  /// otherwise: credentials never go to another host. Blocks for the policy's budget at most.
  Response send(const Request& request, const std::stop_token& stop);

  /// send(), and an Error with a short masked preview of the body unless the status is 200 to 299.
  Response send_expecting_success(const Request& request, const std::stop_token& stop);

 private:
  Exchange attempt(const Request& request, base::Duration time_left, const std::stop_token& stop);

  const base::Secrets& secrets_;
  base::Clock& clock_;
  ClientOptions options_;
  Backoff backoff_;
  CurlSession session_;
};

/// The message for an unwelcome response: "GET https://host:443/path: status 503: PREVIEW", masked, with what
/// 401, 403, 407 and a redirect mean. For callers that look at the status themselves.
std::string describe_failure(const Request& request, const Response& response, const base::Secrets& secrets);

/// One call over a connection of its own, tried once: see Client::send and
/// send_expecting_success. Thread-safe.
Response send(const Request& request, const base::Secrets& secrets, const std::stop_token& stop,
              const base::HostPolicy& hosts = {});
Response send_expecting_success(const Request& request, const base::Secrets& secrets,
                                const std::stop_token& stop, const base::HostPolicy& hosts = {});

}  // namespace iter8::web
