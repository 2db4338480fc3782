#pragma once

#include <cerrno>
#include <cstddef>
#include <memory>
#include <span>
#include <string>

#include <sys/socket.h>

#include "base/descriptor.h"
#include "net/address.h"
#include "net/tls_stream.h"

namespace iter8::net {

/// A stream to a server: a non-blocking socket, plain or with TLS on it. Used by one thread. Never raises
/// SIGPIPE on a plain socket; OpenSSL writes without MSG_NOSIGNAL, so threads that use TLS block that signal.
class Transport {
 public:
  /// A socket that is connecting or connected; when it cannot even start, none and `error` is the errno.
  static base::Descriptor connect(const Address& address, int& error);
  /// What became of the connecting once the socket is writable: 0 or the errno.
  static int connect_result(int fd);

  Transport() = default;
  explicit Transport(base::Descriptor socket) : socket_(std::move(socket)) {}

  int fd() const { return socket_.get(); }
  bool is_open() const { return static_cast<bool>(socket_); }
  void close() {
    tls_.reset();
    socket_.reset();
  }

  /// From here on everything is encrypted; call handshake() until it is done.
  void secure(const TlsContext& context) { tls_ = context.stream(socket_.get()); }
  bool is_secure() const { return tls_ != nullptr; }
  IoResult handshake() { return tls_->handshake(); }
  /// What the handshake agreed on; empty without TLS.
  std::string_view protocol() const { return tls_ ? tls_->protocol() : std::string_view{}; }

  IoResult send(std::span<const char> bytes) {
    if (tls_) return tls_->send(bytes);
    return result_of(::send(socket_.get(), bytes.data(), bytes.size(), MSG_NOSIGNAL));
  }

  IoResult receive(std::span<char> room) {
    if (tls_) return tls_->receive(room);
    const ssize_t count = ::recv(socket_.get(), room.data(), room.size(), 0);
    if (count == 0) return {.status = IoStatus::closed};
    return result_of(count);
  }

  /// Like receive(), of a plain socket, but leaves the bytes to be received again.
  IoResult peek(std::span<char> room) {
    const ssize_t count = ::recv(socket_.get(), room.data(), room.size(), MSG_PEEK);
    if (count == 0) return {.status = IoStatus::closed};
    return result_of(count);
  }

  /// Whether a receive() that gave fewer bytes than it had room for may have left some behind, which no edge
  /// of the poller will announce. TLS gives one record at a time, so when bytes are expected there may be.
  bool may_hold_more(bool expected) const { return tls_ && (expected || tls_->holds_bytes()); }

  /// Why the last call failed, for people.
  std::string failure_text(const IoResult& result) const;

 private:
  static IoResult result_of(ssize_t count) {
    if (count >= 0) [[likely]] {
      return {.status = IoStatus::done, .bytes = static_cast<std::size_t>(count)};
    }
    const bool later = errno == EAGAIN || errno == EWOULDBLOCK || errno == EINTR;
    return {.status = later ? IoStatus::later : IoStatus::failed, .error = errno};
  }

  base::Descriptor socket_;
  std::unique_ptr<TlsStream> tls_;
};

}  // namespace iter8::net
