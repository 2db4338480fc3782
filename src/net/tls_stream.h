#pragma once

#include <cstddef>
#include <memory>
#include <span>
#include <string>
#include <string_view>

#include "net/tls.h"

namespace iter8::net {

enum class IoStatus {
  done,    // `bytes` were moved
  later,   // not now; the poller will tell
  closed,  // the peer ended its side
  cut,     // the stream ended without TLS saying so: anyone on the way may have done it
  failed,  // `error` is the errno, or 0 when it was TLS
};

struct IoResult {
  IoStatus status = IoStatus::done;
  std::size_t bytes = 0;
  int error = 0;
};

/// TLS on one connected non-blocking socket, which it does not own. One thread.
class TlsStream {
 public:
  virtual ~TlsStream() = default;

  /// `done` once the peer is authenticated.
  virtual IoResult handshake() = 0;
  virtual IoResult send(std::span<const char> bytes) = 0;
  virtual IoResult receive(std::span<char> room) = 0;
  /// What the peer chose of the protocols offered; empty when it chose none. After the handshake.
  virtual std::string_view protocol() const = 0;
  /// Whether bytes from the socket wait inside, which no poller can see.
  virtual bool holds_bytes() const = 0;
  /// Why the last call failed: the alert, or what is wrong with the certificate.
  virtual std::string failure() const = 0;
};

/// Settings made ready, shared by the connections of all threads. OpenSSL is initialised when the first one
/// is made, not before: programs that speak no TLS do not pay for it.
class TlsContext {
 public:
  virtual ~TlsContext() = default;

  virtual std::unique_ptr<TlsStream> stream(int fd) const = 0;
};

/// `host` is what the certificate must be valid for unless the settings name another: a DNS name or an IP
/// address. Throws base::Error, naming the file and the reason, when a certificate or key cannot be used.
std::unique_ptr<TlsContext> make_tls_context(const TlsSettings& settings, const std::string& host);

}  // namespace iter8::net
