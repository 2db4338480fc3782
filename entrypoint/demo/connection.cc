#include "entrypoint/demo/connection.h"

#include <algorithm>
#include <array>
#include <cstring>

#include <poll.h>
#include <sys/socket.h>

namespace iter8::demo {
namespace {

constexpr std::size_t kReceiveSize = 16 * 1024;

}  // namespace

bool Connection::wait_for_request() {
  if (consumed_ < received_.size()) return true;
  std::array<pollfd, 2> events = {pollfd{socket_.get(), POLLIN, 0}, pollfd{stop_, POLLIN, 0}};
  const int ready = ::poll(events.data(), events.size(), std::chrono::milliseconds(kIdle).count());
  return ready > 0 && events[1].revents == 0;
}

bool Connection::flush() {
  std::string_view rest = unsent_;
  while (!rest.empty()) {
    const ssize_t sent = ::send(socket_.get(), rest.data(), rest.size(), MSG_NOSIGNAL);
    if (sent <= 0) return false;
    rest.remove_prefix(static_cast<std::size_t>(sent));
  }
  unsent_.clear();
  return true;
}

ssize_t Connection::read(char* data, size_t size) {
  if (consumed_ == received_.size()) {
    received_.resize(kReceiveSize);
    consumed_ = 0;
    const ssize_t count = ::recv(socket_.get(), received_.data(), received_.size(), 0);
    received_.resize(static_cast<std::size_t>(std::max<ssize_t>(count, 0)));
    if (count <= 0) return count;
  }
  const std::size_t count = std::min(size, received_.size() - consumed_);
  std::memcpy(data, received_.data() + consumed_, count);
  consumed_ += count;
  return static_cast<ssize_t>(count);
}

ssize_t Connection::write(const char* data, size_t size) {
  unsent_.append(data, size);
  return static_cast<ssize_t>(size);
}

// httplib passes these on to handlers and loggers; the demo has no use for them.
void Connection::get_remote_ip_and_port(std::string& ip, int& port) const {
  ip.clear();
  port = 0;
}

void Connection::get_local_ip_and_port(std::string& ip, int& port) const {
  ip.clear();
  port = 0;
}

}  // namespace iter8::demo
