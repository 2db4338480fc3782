#include "net/transport.h"

#include <netinet/in.h>
#include <netinet/tcp.h>

#include "base/file.h"

namespace iter8::net {

base::Descriptor Transport::connect(const Address& address, int& error) {
  error = 0;
  base::Descriptor socket(::socket(address.family(), SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0));
  if (!socket) {
    error = errno;
    return socket;
  }
  if (address.family() != AF_UNIX) {
    const int on = 1;  // a request that waits for Nagle's algorithm would be measured as the server's delay
    ::setsockopt(socket.get(), IPPROTO_TCP, TCP_NODELAY, &on, sizeof(on));
  }
  const auto* target = reinterpret_cast<const sockaddr*>(&address.storage);
  if (::connect(socket.get(), target, address.size) != 0 && errno != EINPROGRESS) {
    error = errno;
    socket.reset();
  }
  return socket;
}

int Transport::connect_result(int fd) {
  int error = 0;
  socklen_t size = sizeof(error);
  if (::getsockopt(fd, SOL_SOCKET, SO_ERROR, &error, &size) != 0) return errno;
  return error;
}

std::string Transport::failure_text(const IoResult& result) const {
  if (result.error != 0) return base::errno_text(result.error);
  return tls_ ? tls_->failure() : "closed";
}

}  // namespace iter8::net
