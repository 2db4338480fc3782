#pragma once

#include <cstddef>
#include <string_view>

namespace iter8::load {

/// Why a request failed; each failed request counts in exactly one class.
enum class ErrorClass {
  resolve,      // the host name has no address
  connect,      // refused, unreachable, or no descriptor left
  tls,          // handshake, certificate or alert
  timeout,      // no complete answer within the timeout
  overflow,     // given up because more requests waited for a connection than may
  reset,        // the connection was reset, or a write failed
  early_close,  // closed before the answer was complete; also when a kept connection closes as a request is
                // sent
  malformed,    // not HTTP, over a limit, or bytes after the answer's end
  refused,      // HTTP/2: not processed, as the server said each time that it was sent
  stream,       // HTTP/2: the server reset the stream
  proxy,        // the proxy did not connect
  expect,       // a complete answer that is not what was expected
  status,       // a complete answer with a status that counts as an error
};
inline constexpr std::size_t kErrorClasses = 13;
std::string_view to_text(ErrorClass error);

}  // namespace iter8::load
