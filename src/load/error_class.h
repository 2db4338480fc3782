#pragma once

#include <cstddef>
#include <string_view>

namespace iter8::load {

/// Why a request failed; each failed request counts in exactly one class.
enum class ErrorClass {
  resolve,      // the host name has no address
  connect,      // refused, unreachable, or no descriptor left
  tls,          // handshake, certificate or alert
  timeout,      // no complete response within the timeout
  overflow,     // dropped from the queue because more requests waited for a connection than it holds
  reset,        // the connection was reset, or a write failed
  early_close,  // closed before the response was complete; also when a kept connection closes as a request is
                // sent
  malformed,    // not HTTP, over a size limit, or bytes after the end of the response
  refused,      // HTTP/2: the server said each time that it did not process the request
  stream,       // HTTP/2: the server reset the stream
  proxy,        // the proxy did not open the tunnel
  unfinished,   // a stream that was broken off: its response ended without the event that ends it
  error_event,  // an event by which the server reports an error
  not_json,     // an event that is not JSON, where something in it was to be looked up
  event_too_large,      // an event of a stream is larger than the limit
  first_event_timeout,  // no event within the time for the first one
  event_timeout,        // no event within the time since the one before
  closed,               // WebSocket: the server closed the connection with a close frame instead
  expect,               // a complete response that does not match Expectation
  status,               // a complete response with a status that counts as an error
};
inline constexpr std::size_t kErrorClasses = 20;
/// Whether a request that failed so has a latency. A response, whatever it says, has one, and a request that
/// ran out of time took at least the timeout; the others never got an answer, so nothing took that long.
bool has_latency(ErrorClass error);
/// As in metric names and messages: "early-close".
std::string_view to_text(ErrorClass error);

}  // namespace iter8::load
